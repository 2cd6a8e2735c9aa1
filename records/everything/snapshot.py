"""Reading all tables as they were at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is of one moment, and nothing is written; inside another transaction, it is of that one."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        connection.ensure_connection()  # which sets how its transactions begin
        with _reads_only(connection), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT name FROM sqlite_master LIMIT 1")  # the first read is the moment
            yield


@contextmanager
def _reads_only(sqlite: Any) -> Iterator[None]:
    """A transaction that takes no write lock: on SQLite ours do when they begin, and writers would wait for minutes."""
    usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        sqlite.transaction_mode = usual
