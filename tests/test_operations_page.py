"""The commands of the operations page, taken from it and run: installing, backing up, bringing back, upgrading."""

import os
import re
import subprocess
import textwrap
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from records.tests.test_backups import THE_OFFICE, WORLD, seen
from tests.own_database import BASE_DIR, is_postgresql
from tests.test_deploy import PAGE, SAMPLE, settings_of

BLOCKS = [textwrap.dedent(found) for found in re.findall(r"^ *```sh\n(.*?)^ *```$", PAGE, re.DOTALL | re.MULTILINE)]
SHIMS = {
    # What changes the machine itself is only noted; who the owner would be is left out.
    "apt-get": 'echo "apt-get $*" >> "$NOTED"',
    "useradd": 'echo "useradd $*" >> "$NOTED"',
    "systemctl": 'echo "systemctl $*" >> "$NOTED"',
    "git": 'echo "git $*" >> "$NOTED"',
    "runuser": 'shift 3; exec "$@"',
    "install": 'words=""; while [ $# -gt 0 ]; do case "$1" in -o|-g) shift;; *) words="$words $1";; esac; shift; done\n'
    "exec /usr/bin/install $words",
}


def block(part: str) -> str:
    """The only block with these words."""
    [found] = [text for text in BLOCKS if part in text]
    return found


def test_a_shell_reads_every_block():
    assert len(BLOCKS) > 12
    for text in BLOCKS:
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)


class Machine:
    """A folder that stands for the machine, and a database of the server under test for its own."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database, self.noted = folder, database, folder / "noted"
        for name in ("bin", "etc", "var/lib", "var/backups", "root"):
            (folder / name).mkdir(parents=True)
        for name, does in SHIMS.items():
            (folder / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
            (folder / "bin" / name).chmod(0o755)
        self.sample = folder / "environment.sample"
        sample = re.sub(r"peaceops:password@(.*)/peaceops", rf"{database}:password@\1/{database}", SAMPLE.read_text())
        self.sample.write_text(self.here(sample))
        self.settings = folder / "etc/peaceops/environment"

    def here(self, text: str) -> str:
        """A text with the folders of this machine."""
        return re.sub("/(etc|var/lib|var/backups)/peaceops", rf"{self.folder}/\1/peaceops", text)

    def run(self, text: str) -> str:
        """What a block of the page prints on this machine; fails with what it says of an error."""
        text = self.here(text).replace("/opt/peaceops", str(BASE_DIR)).replace(" /root/", f" {self.folder}/root/")
        text = text.replace("deploy/environment", str(self.sample)).replace("script/setup requirements.txt", "true")
        text = re.sub(r"peaceops(?= LOGIN| OWNER| ENCODING|:password@|:\$password@)", self.database, text)
        own = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "NOTED": str(self.noted)}
        own |= {"PEACEOPS_ENVIRONMENT": str(self.settings), "PEACEOPS_USER": "root"}
        own |= {"PGHOST": "127.0.0.1", "PGUSER": "postgres", "PGDATABASE": "postgres"}
        done = subprocess.run(
            ["sh", "-e"], input=text, cwd=BASE_DIR, env=own, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def environment(self) -> dict[str, str]:
        return {**os.environ, **settings_of(self.settings)}

    def backups(self) -> list[Path]:
        return sorted((self.folder / "var/backups/peaceops").iterdir())


@pytest.fixture
def machine(tmp_path):
    name = f"drill_{uuid.uuid4().hex[:12]}"
    yield Machine(tmp_path, name)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.mark.server
@pytest.mark.skipif(not is_postgresql(), reason="the page installs PostgreSQL")
def test_an_office_is_installed_saved_lost_and_brought_back_by_the_words_of_the_page(machine):
    machine.run(block("useradd"))
    machine.run(block("secret()"))
    first = machine.run("script/manage prepare\n")
    machine.run(f"script/manage shell --verbosity 0 --command '{WORLD}'")

    settings = machine.environment()
    assert len({settings["SECRET_KEY"], settings["AUDIT_KEY"], "", settings["DATABASE_URL"].split(":")[2]}) == 4
    assert (machine.settings.stat().st_mode & 0o777, (machine.folder / "var/lib/peaceops").stat().st_mode & 0o777) == (
        0o640,
        0o700,
    )
    assert "https://peaceops.example/en-ca/account/first-administrator/" in first
    assert seen(settings) == THE_OFFICE

    backup, check = block("restore --check").splitlines()
    machine.run(backup)
    [path] = machine.backups()
    assert "Restored elsewhere: the same rows" in machine.run(check.replace("peaceops-….zip", path.name))
    machine.run(block("make_backup_key"))
    assert sorted(each.name for each in (machine.folder / "root").iterdir()) == ["backup-key.txt"]

    machine.run(f'rm -r /var/lib/peaceops; psql --quiet --command "DROP DATABASE {machine.database}"')
    machine.run("\n".join(line for line in block("useradd").splitlines() if "install -d" in line))
    empty = f"CREATE DATABASE {machine.database} OWNER {machine.database} ENCODING 'UTF8' TEMPLATE template0"
    machine.run(f'psql --quiet --command "{empty}"')
    back = machine.run(block("# --key-file …").replace("peaceops-….zip", path.name))
    assert "The same rows, guards, documents, seals (up to " in back
    assert seen(settings) == THE_OFFICE

    machine.run(block("git pull"))
    assert len(machine.backups()) == 2
    assert [line for line in machine.noted.read_text().splitlines() if line.startswith("systemctl")] == [
        "systemctl start peaceops.target",
        "systemctl stop peaceops.target",
        "systemctl start peaceops.target",
    ]
