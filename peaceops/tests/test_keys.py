"""The keys of an installation: made where it is one machine, asked for where it may be many."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from peaceops import keys
from tests.own_database import BASE_DIR


@pytest.mark.parametrize(
    ("secret_key", "audit_key", "sentence"),
    [
        ("one", "other", None),
        ("", "other", "Beside DATABASE_URL, PeaceOps needs SECRET_KEY in its environment (docs/operations.md)."),
        ("one", "", "Beside DATABASE_URL, PeaceOps needs AUDIT_KEY in its environment (docs/operations.md)."),
        (
            "",
            "",
            "Beside DATABASE_URL, PeaceOps needs SECRET_KEY and AUDIT_KEY in its environment (docs/operations.md).",
        ),
        ("one", "one", "AUDIT_KEY must be another key than SECRET_KEY (docs/operations.md)."),
    ],
)
def test_each_key_is_its_own(secret_key, audit_key, sentence):
    assert keys.problem(secret_key, audit_key) == sentence


def test_a_kept_key_is_made_once(tmp_path):
    first = keys.read_or_create(tmp_path / "key.txt")

    assert len(first) > 50
    assert keys.read_or_create(tmp_path / "key.txt") == first


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check", "--deploy"],
        ["manage.py", "prepare"],
        ["-c", "import peaceops.wsgi"],
        ["-m", "celery", "--app", "peaceops", "worker", "--pool", "solo"],
        ["-m", "celery", "--app", "peaceops", "beat", "--pidfile=", "--schedule", "beat-schedule"],
    ],
    ids=["check", "prepare", "web", "worker", "beat"],
)
def test_beside_a_database_url_nothing_starts_without_keys(command, tmp_path):
    # Beat deletes what lies at its schedule when it cannot read it: that file must be the test's own.
    command = [str(tmp_path / part) if part == "beat-schedule" else part for part in command]
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'peaceops.sqlite3'}",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "peaceops.settings",
        "SECRET_KEY": "",
        "AUDIT_KEY": "",
    }

    done = subprocess.run(
        [sys.executable, *command], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode != 0
    assert "Beside DATABASE_URL, PeaceOps needs SECRET_KEY and AUDIT_KEY in its environment" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*-key.txt"))


@pytest.mark.django_db
def test_no_event_is_sealed_without_a_key(alice, settings):
    from audit.log import record

    settings.AUDIT_KEY = ""

    with pytest.raises(ImproperlyConfigured):
        record(alice, "added", alice)
