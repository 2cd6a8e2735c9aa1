"""What an operator copies: settings, image and commands of the operations page are what is there."""

import os
import re
import shlex
import subprocess

import pytest
import yaml
from django.core.management import get_commands

from tests.own_database import BASE_DIR

PAGE = (BASE_DIR / "docs" / "operations.md").read_text()
SAMPLE = BASE_DIR / "deploy" / "environment"


def settings_of(path) -> dict[str, str]:
    """As systemd reads the file: a name and a value in single quotes in each line."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value[1:-1] for name, _is, value in (line.partition("=") for line in lines)}


def test_systemd_and_a_shell_read_the_same_settings():
    shown = subprocess.run(
        ["sh", "-c", f"set -a; . {shlex.quote(str(SAMPLE))}; exec env"],
        env={},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    by_shell = dict(line.split("=", 1) for line in shown.splitlines())

    assert settings_of(SAMPLE).items() <= by_shell.items()
    assert settings_of(SAMPLE)["DEFAULT_FROM_EMAIL"] == "PeaceOps <peaceops@peaceops.example>"


def test_every_setting_that_is_shown_stands_on_the_page():
    shown = {*settings_of(SAMPLE), *re.findall(r"^# ([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE)}
    readme = (BASE_DIR / "README.md").read_text()

    assert [name for name in sorted(shown) if f"`{name}" not in PAGE + readme] == ["DEBUG"]  # of script/dev alone


def test_every_command_of_the_page_is_there():
    named = set(re.findall(r"(?:script/manage|manage\.py) ([a-z_]+)", PAGE.replace("\n   ", " ")))

    assert named - set(get_commands()) == set()
    assert {"prepare", "backup", "restore", "move_to_postgresql", "first_administrator_link"} <= named
    scripts = set(re.findall(r"script/([a-z-]+)", PAGE))
    assert [name for name in sorted(scripts) if not (BASE_DIR / "script" / name).exists()] == []
    samples = set(re.findall(r"`?(deploy/[\w./]+\w)", PAGE)) - {
        "deploy/database-password",
        "deploy/environment.compose",
    }
    assert [name for name in sorted(samples) if not (BASE_DIR / name).exists()] == ["deploy/database"]


@pytest.mark.parametrize(
    "words", [["check"], ["shell", "-v", "0", "-c", "import os; print(os.environ['OF_THE_OFFICE'])"]]
)
def test_manage_runs_with_the_settings_of_an_installation(tmp_path, words):
    file = tmp_path / "environment"
    file.write_text(f"DATA_DIR='{tmp_path}'\nOF_THE_OFFICE='a b $c'\n")
    env = {"PATH": os.environ["PATH"], "PEACEOPS_ENVIRONMENT": str(file), "PEACEOPS_USER": "root"}

    done = subprocess.run(
        [BASE_DIR / "script" / "manage", *words], env=env, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == ("a b $c\n" if "shell" in words else "System check identified no issues (0 silenced).\n")


def test_the_image_runs_as_nobody_of_note_and_compose_starts_what_systemd_does():
    image = (BASE_DIR / "Containerfile").read_text()
    services = yaml.safe_load((BASE_DIR / "compose.yaml").read_text())["services"]

    assert "\nUSER peaceops\n" in image
    assert [
        path
        for path in re.findall(r"^COPY (?!\.)(.+) \S+$", image, re.MULTILINE)
        for path in path.split()
        if not (BASE_DIR / path).exists()
    ] == []
    assert set(services) == {"prepare", "web", "worker", "letters", "beat", "database", "broker"}
    queues = {name: " ".join(services[name].get("command", [])) for name in ("worker", "letters", "beat")}
    assert "--queues sweeps" in queues["worker"]
    assert "--queues letters" in queues["letters"]
    assert {service["image"].partition(":")[0] for service in services.values()} == {
        "peaceops",
        "docker.io/library/postgres",
        "docker.io/library/redis",
    }
