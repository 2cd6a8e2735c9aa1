"""The two keys of an installation: `SECRET_KEY` signs sessions and links, `AUDIT_KEY` seals events.

One machine with its own SQLite makes both and keeps them with its data. Beside `DATABASE_URL` there may be several
hosts, which must agree, and a key that one of them made for itself would sign out the readers of the others and break
the chain of seals: there both come from the environment, or nothing starts.
"""

import os
import secrets
import sys
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

EXIT_CODE = 3
"""The code with which a gunicorn worker makes the master end, too, instead of starting the worker again."""


def read_or_create(path: Path) -> str:
    """The key in this file; the first time it is generated, in a file that only its owner can read."""
    # O_EXCL: of two processes that start at once, one creates the file and the other reads it.
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def problem(secret_key: str, audit_key: str) -> str | None:
    """What is wrong with the keys, as one sentence; None when they are fine."""
    missing = [name for name, key in (("SECRET_KEY", secret_key), ("AUDIT_KEY", audit_key)) if not key]
    if missing:
        return f"Beside DATABASE_URL, PeaceOps needs {' and '.join(missing)} in its environment (docs/operations.md)."
    if secret_key == audit_key:
        return "AUDIT_KEY must be another key than SECRET_KEY (docs/operations.md)."
    return None


def _problem_here() -> str | None:
    try:
        secret_key = settings.SECRET_KEY
    except ImproperlyConfigured:  # raised by Django for an empty one
        secret_key = ""
    return problem(secret_key, settings.AUDIT_KEY)


@register(Tags.security, deploy=True)
def check_keys(app_configs, **_kwargs) -> list[Error]:
    found = _problem_here()
    return [Error(found, id="peaceops.E001")] if found else []


def exit_without_keys(**_kwargs) -> None:
    """Exit with one sentence on stderr when a key is missing; called where web, worker and beat start."""
    if found := _problem_here():
        sys.stderr.write(f"{found}\n")
        sys.exit(EXIT_CODE)
