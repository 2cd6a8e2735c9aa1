"""The test database, copied from a migrated one that is kept between runs; used by pytest through conftest.py.

The kept one belongs to this folder and to these migrations: another checkout has its own, and a changed migration makes
it anew. It is never written to, so that a run that broke off leaves nothing behind; each run, and each worker of it,
copies it. `--create-db` makes it anew.
"""

import contextlib
import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

CHECKOUT = hashlib.sha256(str(settings.BASE_DIR).encode()).hexdigest()[:8]


def key() -> str:
    """What the tables depend on: our migrations, and the packages that bring migrations of their own."""
    found = hashlib.sha256()
    for path in [settings.BASE_DIR / "requirements.txt", *sorted(settings.BASE_DIR.glob("*/migrations/*.py"))]:
        found.update(f"{path}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Two checkouts that test on one PostgreSQL server at once each have a database of their own."""
    if connection.vendor == "postgresql":
        test = connection.settings_dict["TEST"]
        test["NAME"] = f"{test['NAME'] or 'test_' + connection.settings_dict['NAME']}_{CHECKOUT}"


@pytest.fixture(scope="session")
def django_db_setup(
    request, testrun_uid, django_test_environment, django_db_modify_db_settings, django_db_blocker
) -> Iterator[None]:
    """A database with the tables of the migrations, and what is installed after every `migrate`."""
    usual_name = connection.settings_dict["NAME"]
    folder = request.config.cache.mkdir("databases")
    kept = _OnPostgresql() if connection.vendor == "postgresql" else _OnSqlite(folder)
    with django_db_blocker.unblock():
        lock = folder / f"{connection.vendor}.lock"  # each engine has its own: both are tested at once
        with _one_at_a_time(lock) as last_run:
            if kept.exists() and (last_run == testrun_uid or not request.config.getoption("create_db")):
                kept.copy()
            else:
                # Permissions, thresholds and guards follow the code, not the migrations: each copy gets its own below.
                with mock.patch("django.core.management.commands.migrate.emit_post_migrate_signal"):
                    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                kept.keep()
                lock.write_text(testrun_uid)
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(usual_name, verbosity=0)


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[str]:
    """Hold the lock of the kept databases; answer which run made one last, for of its workers only the first does."""
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file.read()


def _use(name: str) -> None:
    """From now on the connection means this database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()


class _OnSqlite:
    """A file in pytest's cache; the tests themselves run in memory."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{key()}.sqlite3"

    def exists(self) -> bool:
        return self.path.exists()

    def keep(self) -> None:
        for old in self.path.parent.glob("*.sqlite3"):
            old.unlink()
        aside = self.path.with_suffix(".part")  # a run that breaks off here leaves no half of it under the name
        target = sqlite3.connect(aside)
        connection.connection.backup(target)
        target.close()
        aside.replace(self.path)

    def copy(self) -> None:
        _use(connection.creation._get_test_db_name())
        source = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        source.backup(connection.connection)
        source.close()


class _OnPostgresql:
    """A database beside the one under test, on the same server."""

    def __init__(self) -> None:
        self.family = f"peaceops_kept_{CHECKOUT}_"
        self.name = self.family + key()

    def exists(self) -> bool:
        return self.name in self._names()

    def keep(self) -> None:
        tested = connection.settings_dict["NAME"]
        connection.close()  # a database that is copied must have no connections
        for old in self._names():
            self._run(f'DROP DATABASE "{old}"')
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{tested}"')

    def copy(self) -> None:
        tested = connection.creation._get_test_db_name()
        self._run(f'DROP DATABASE IF EXISTS "{tested}"')
        self._run(f'CREATE DATABASE "{tested}" TEMPLATE "{self.name}"')
        _use(tested)

    def _names(self) -> set[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.family])
            return {name for (name,) in cursor.fetchall()}

    def _run(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)
