"""Promises that the database keeps by itself, on both engines.

Each app that has some keeps them in `<app>/guards/postgresql.sql` and `<app>/guards/sqlite.sql`: statements that may
be run again and again, separated by lines of `--;`. Every trigger, constraint and view made there is named `guard_…`.

They are installed after every `migrate` because SQLite drops the triggers of a table that it alters, and lifted before
it because SQLite refuses to rename a table that a trigger of another table mentions.
"""

import re
from pathlib import Path

from django.apps import apps
from django.db import connections

_MADE = re.compile(r"\b(?:TRIGGER|CONSTRAINT|VIEW) (?:IF NOT EXISTS )?(guard_\w+)")


def _statements(app_label: str, vendor: str) -> list[str]:
    path = Path(apps.get_app_config(app_label).path) / "guards" / f"{vendor}.sql"
    return [part.strip() for part in path.read_text().split("--;\n") if part.strip()] if path.exists() else []


def _installed(connection) -> dict[str, str]:
    """Name → what it is (trigger, view, constraint)."""
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


def install(sender, using: str, **_kwargs) -> None:
    """Install the guards of one app (a `post_migrate` receiver)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _statements(sender.label, connection.vendor):
            cursor.execute(statement)


def lift(sender, using: str, **_kwargs) -> None:
    """Take away all guards on SQLite, so that its tables can be altered (a `pre_migrate` receiver)."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, kind in _installed(connection).items():
                cursor.execute(f'DROP {kind} IF EXISTS "{name}"')


def missing(using: str = "default") -> set[str]:
    """Names of guards that should be in the database and are not; empty when every promise is kept."""
    connection = connections[using]
    wanted = set()
    for app in apps.get_app_configs():
        for statement in _statements(app.label, connection.vendor):
            wanted |= set(_MADE.findall(statement))
    return wanted - set(_installed(connection))
