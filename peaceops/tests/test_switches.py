"""Protection is switched off by the word "off" only."""

import subprocess
import sys

import pytest

from peaceops import switches
from peaceops.switches import is_on
from tests.own_database import BASE_DIR


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize(
    ("said", "means"),
    [
        (None, "default"),
        ("", "default"),
        ("  ", "default"),
        ("on", True),
        ("On", True),
        (" true ", True),
        ("1", True),
        ("off", False),
        ("OFF", False),
        ("no", False),
        ("0", False),
    ],
)
def test_a_switch_is_what_it_says(monkeypatch, said, means, default):
    monkeypatch.delenv("HTTPS", raising=False)
    if said is not None:
        monkeypatch.setenv("HTTPS", said)

    assert is_on("HTTPS", default=default) is (default if means == "default" else means)


@pytest.mark.parametrize("said", ["ture", "none", "null", "of", "2", "öff"])
def test_a_word_that_is_neither_stops_the_start(monkeypatch, capsys, said):
    monkeypatch.setenv("HTTPS", said)

    with pytest.raises(SystemExit) as stopped:
        is_on("HTTPS", default=True)

    assert stopped.value.code == 3
    assert capsys.readouterr().err == f"HTTPS is on or off, and not “{said}” (docs/operations.md).\n"


def settings_with(tmp_path, https):
    show = (
        "from django.conf import settings as s;"
        "print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    env = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "peaceops.settings", "HTTPS": https}
    return subprocess.run([sys.executable, "-c", show], cwd=BASE_DIR, env=env, capture_output=True, text=True)


def test_an_empty_https_keeps_the_protection(tmp_path):
    assert settings_with(tmp_path, "").stdout == "True True 31536000\n"
    assert settings_with(tmp_path, "off").stdout == "False False 0\n"


def test_a_slip_of_the_pen_is_said_in_one_line(tmp_path):
    done = settings_with(tmp_path, "ture")

    assert done.returncode == 3
    assert done.stderr == "HTTPS is on or off, and not “ture” (docs/operations.md).\n"


@pytest.mark.parametrize(
    ("said", "token", "means"),
    [
        ("", "", "off"),
        ("", "abc", "token"),
        ("token", "abc", "token"),
        ("OFF", "abc", "off"),
        ("Loopback", "", "loopback"),
    ],
)
def test_who_may_read_the_metrics(monkeypatch, said, token, means):
    monkeypatch.setenv("METRICS", said)

    assert switches.metrics(token) == means


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("on", "METRICS is off, token or loopback, and not “on” (docs/operations.md).\n"),
        ("token", "METRICS=token needs METRICS_TOKEN (docs/operations.md).\n"),
    ],
)
def test_metrics_for_nobody_in_particular_stop_the_start(monkeypatch, capsys, said, sentence):
    monkeypatch.setenv("METRICS", said)

    with pytest.raises(SystemExit) as stopped:
        switches.metrics("")

    assert (stopped.value.code, capsys.readouterr().err) == (3, sentence)
