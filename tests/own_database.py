"""A separate database for tests that run several processes: copied from a migrated one, and dropped again."""

import atexit
import contextlib
import functools
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import redis
from django.conf import settings

BASE_DIR = Path(__file__).resolve().parent.parent


def is_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@contextlib.contextmanager
def environment(folder: Path, *, migrate: bool = True) -> Iterator[dict[str, str]]:
    """The environment of processes that share a fresh database on the engine under test and a data folder."""
    fresh = {**os.environ, "DATA_DIR": str(folder), "HTTPS": "off", "DJANGO_SETTINGS_MODULE": "peaceops.settings"}
    fresh["LOCK_SECONDS"] = "300"  # however slow the machine: races are about who gets a place, not about when
    fresh.pop("PYTEST_CURRENT_TEST", None)
    if "TEST_REDIS_URL" in os.environ:
        fresh["REDIS_URL"] = _redis(os.environ["TEST_REDIS_URL"])
    with contextlib.ExitStack() as stack:
        if is_postgresql():
            fresh["DATABASE_URL"] = stack.enter_context(_postgresql(_migrated() if migrate else None))
        else:
            fresh["DATABASE_URL"] = _sqlite(folder, _migrated() if migrate else None)
        yield fresh


@functools.cache
def _migrated() -> str:
    """A database that `migrate` made, on the engine under test, which each test copies: its URL, until the run ends."""
    folder = Path(os.environ["DATA_DIR"])
    kept = contextlib.ExitStack()
    atexit.register(kept.close)
    url = kept.enter_context(_postgresql()) if is_postgresql() else _sqlite(folder)
    run({**os.environ, "DATABASE_URL": url}, "manage.py", "migrate", "--verbosity", "0")
    return url


def _sqlite(folder: Path, like: str | None = None) -> str:
    path = folder / "own.sqlite3"
    if like:
        shutil.copyfile(like.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


def run(env: dict[str, str], *command: str) -> str:
    """Run Python with this environment and return its stdout; fails with its stderr."""
    done = subprocess.run(
        [sys.executable, *command], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _redis(url: str) -> str:
    """The URL of an emptied database of that Redis; parallel runs use different `TEST_REDIS_NUMBER`s."""
    mine = f"{url.rstrip('/')}/{os.environ.get('TEST_REDIS_NUMBER', '9')}"
    redis.from_url(mine).flushdb()
    return mine


@contextlib.contextmanager
def _postgresql(like: str | None = None) -> Iterator[str]:
    here = settings.DATABASES["default"]
    name = f"peaceops_{uuid.uuid4().hex[:12]}"
    parts = {"host": here["HOST"], "port": here["PORT"] or 5432, "user": here["USER"], "password": here["PASSWORD"]}
    known = " ".join(f"{key}={value}" for key, value in parts.items() if value)
    with psycopg.connect(f"{known} dbname=postgres", autocommit=True) as admin:
        template = f' TEMPLATE "{like.rsplit("/", 1)[1]}"' if like else ""
        admin.execute(f'CREATE DATABASE "{name}"{template}')
        try:
            secret = f":{parts['password']}" if parts["password"] else ""
            yield f"postgres://{parts['user']}{secret}@{parts['host']}:{parts['port']}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
