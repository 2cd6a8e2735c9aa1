"""The database as one file, by its own tools: `pg_dump` and `pg_restore`, or SQLite's backup of a file in use."""

import contextlib
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from django.utils.translation import gettext as _

from records.everything.refused import Refused

NAMES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
"""How the file is called in a backup, by engine."""


def copy(folder: Path) -> Path:
    """Write the database into a folder as the transaction around sees it (`one_moment`), while others go on writing."""
    target = folder / NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        # On the connection of the transaction: SQLite then copies what that one sees.
        with contextlib.closing(sqlite3.connect(target)) as file:
            connection.connection.backup(file)
        return target
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
    return target


def put_back(source: Path) -> None:
    """Replace the database by what `copy` wrote on the same engine: all of it, or nothing."""
    if connection.vendor == "postgresql":
        connection.close()
        how = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        _run("pg_restore", *how, last=[str(source)])
        return
    place = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    for rest in ("-wal", "-shm"):
        place.with_name(place.name + rest).unlink(missing_ok=True)
    source.replace(place)


def _run(program: str, *options: str, last: list[str] | None = None) -> None:
    """Run a program of PostgreSQL on our database; raises `Refused` with what it says when it fails."""
    # As `manage.py dbshell` connects: psql, where and as whom, database.
    command, env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    known, name = command[1:-1], command[-1]
    try:
        done = subprocess.run(  # noqa: S603 (our own program and settings)
            [program, *known, f"--dbname={name}", *options, *(last or [])],
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        message = _("%(program)s is not installed: install PostgreSQL's client programs.")
        raise Refused(message % {"program": program}) from error
    if done.returncode:
        raise Refused(_("%(program)s failed: %(reason)s") % {"program": program, "reason": done.stderr.strip()[-2000:]})


@contextlib.contextmanager
def another() -> Iterator[str]:
    """An empty database of PostgreSQL beside ours, by its URL, for as long as it is needed. Raises `Refused`."""
    import psycopg  # noqa: PLC0415 (not needed where there is SQLite)

    name = f"peaceops_check_{secrets.token_hex(6)}"
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as ours:
        try:
            ours.execute(f'CREATE DATABASE "{name}"')
        except psycopg.errors.InsufficientPrivilege as error:
            message = _("Checking a backup takes a database of its own: let the user of this one make it (CREATEDB).")
            raise Refused(message) from error
        try:
            yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        finally:
            ours.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
