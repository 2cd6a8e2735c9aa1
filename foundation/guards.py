"""Rules that the database keeps by itself, on both engines.

Each app that has some keeps them in `<app>/guards/postgresql.sql` and `<app>/guards/sqlite.sql`: statements that may
be run again and again, written as `foundation.sql_fragments` says. Every trigger, constraint and view made by them is
named `guard_…`.

They may name the values of `settings.GUARD_VALUES`; a setting that changes comes into force with the next `migrate`.
They are installed after every `migrate` because SQLite drops the triggers of a table that it alters, and removed before
it because SQLite refuses to rename a table that a trigger of another table mentions.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections

from foundation import sql_fragments

_CREATED = re.compile(r"\b(?:TRIGGER|CONSTRAINT|VIEW) (?:IF NOT EXISTS )?(guard_\w+)")


def statements(app_label: str, vendor: str) -> list[str]:
    """The SQL that installs the guards of an app on an engine; nothing when it has none."""
    path = Path(apps.get_app_config(app_label).path) / "guards" / f"{vendor}.sql"
    return sql_fragments.statements(path, settings.GUARD_VALUES) if path.exists() else []


def names(vendor: str) -> set[str]:
    """The names of all guards on an engine, as the files say."""
    every = [statement for app in apps.get_app_configs() for statement in statements(app.label, vendor)]
    return {name for statement in every for name in _CREATED.findall(statement)}


def _installed(connection) -> dict[str, str]:
    """The guards in the database: name → trigger, view or constraint. A disabled trigger is none."""
    query = {
        "sqlite": "SELECT name, type FROM sqlite_master WHERE name LIKE 'guard\\_%' ESCAPE '\\'",
        "postgresql": (
            "SELECT tgname, 'trigger' FROM pg_trigger WHERE tgname LIKE 'guard\\_%' AND tgenabled <> 'D'"
            " UNION SELECT conname, 'constraint' FROM pg_constraint WHERE conname LIKE 'guard\\_%'"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def install(sender, using: str, apps=apps, **_kwargs) -> None:
    """Install the guards of one app (a `post_migrate` receiver)."""
    # Django tells every app, and gives the models that are migrated: `migrate deployments zero` leaves no tables here.
    if sender.label not in {app.label for app in apps.get_app_configs()}:
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in statements(sender.label, connection.vendor):
            cursor.execute(statement)


def remove(sender, using: str, **_kwargs) -> None:
    """Remove the guards of all apps on SQLite, so that its tables can be altered (a `pre_migrate` receiver).

    PostgreSQL keeps them: it alters a table with its triggers, and nobody writes past a rule while it migrates.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, kind in _installed(connection).items():
                cursor.execute(f'DROP {kind} IF EXISTS "{name}"')


def missing(using: str = "default") -> set[str]:
    """Names of guards that should be in the database and are not; empty when all are in force."""
    connection = connections[using]
    return names(connection.vendor) - set(_installed(connection))


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Inside, no guard refuses anything: for emptying a database, or undoing a list. Afterwards all stand again."""
    connection = connections[using]
    guarded = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'guard\\_%'"
    if connection.vendor == "sqlite":
        remove(None, using)
        try:
            yield
        finally:
            for app in apps.get_app_configs():
                install(app, using)
        return
    with connection.cursor() as cursor:
        cursor.execute(guarded)
        tables = [table for (table,) in cursor.fetchall()]
    _set_triggers(connection, tables, "DISABLE")
    try:
        yield
    finally:
        _set_triggers(connection, tables, "ENABLE")


def _set_triggers(connection, tables: list[str], how: str) -> None:
    with connection.cursor() as cursor:
        # No table can be altered while relations of its rows are still to be checked: they are checked now.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
