"""Who e-mails are from and where their links lead: what is not usable is said at the start, and nothing starts."""

import os
import subprocess
import sys

import pytest

from peaceops import mail_settings
from tests.own_database import BASE_DIR

SENDER, SITE = "PeaceOps <peaceops@peaceops.example>", "https://peaceops.example"
LOCAL_SENDER, LOCAL_SITE = "PeaceOps <peaceops@localhost>", "http://localhost:8000"


@pytest.mark.parametrize(
    ("sender", "site", "server", "begins"),
    [
        (SENDER, SITE, "mail.example", None),
        (LOCAL_SENDER, LOCAL_SITE, "", None),
        (LOCAL_SENDER, LOCAL_SITE, "127.0.0.1", None),
        ("peaceops@peaceops.example", SITE, "mail.example", None),
        ("PeaceOps", SITE, "", "DEFAULT_FROM_EMAIL is not a sender: “PeaceOps”."),
        ("", SITE, "", "DEFAULT_FROM_EMAIL is not a sender: “”."),
        ("PeaceOps <peaceops@>", SITE, "", "DEFAULT_FROM_EMAIL is not a sender"),
        (SENDER, "peaceops.example", "", "SITE_URL is not the address of a site: “peaceops.example”."),
        (SENDER, "ftp://peaceops.example", "", "SITE_URL is not the address of a site"),
        (SENDER, "https://", "", "SITE_URL is not the address of a site"),
        (SENDER, "https://peaceops.example:port", "", "SITE_URL is not the address of a site"),
        (SENDER, "https://peaceops.example/?a=b", "", "SITE_URL is not the address of a site"),
        (LOCAL_SENDER, SITE, "mail.example", "E-mails go out by mail.example: DEFAULT_FROM_EMAIL needs a sender"),
        (SENDER, LOCAL_SITE, "mail.example", "E-mails go out by mail.example: SITE_URL needs an address"),
    ],
)
def test_each_setting_is_judged_with_a_sentence(sender, site, server, begins):
    found = mail_settings.problem(sender, site, server)

    assert found is None if begins is None else found.startswith(begins)


@pytest.mark.parametrize("command", [["manage.py", "check"], ["-c", "import peaceops.wsgi"]], ids=["check", "web"])
def test_nothing_starts_with_a_sender_that_is_none(command, tmp_path):
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'peaceops.sqlite3'}",
        "DATA_DIR": str(tmp_path),
        "DEFAULT_FROM_EMAIL": "nobody",
        "DJANGO_SETTINGS_MODULE": "peaceops.settings",
        "SECRET_KEY": "one",
        "AUDIT_KEY": "other",
    }
    command = [sys.executable, *command]

    done = subprocess.run(command, cwd=BASE_DIR, env={**os.environ, **env}, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "DEFAULT_FROM_EMAIL is not a sender: “nobody”." in done.stderr
