"""`script/server` itself: started, used, hurt and stopped."""

import contextlib
import os
import signal
import subprocess
import sys

import pytest

from tests import server as servers
from tests.own_database import environment, is_postgresql, run
from tests.server import wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(sys.platform != "linux", reason="Processes are found through /proc, which only Linux has."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def env(folder):
    with environment(folder, migrate=False) as env:
        yield env


@pytest.fixture
def server(env, folder):
    with servers.running(env, folder) as running:
        yield running


def is_up(server):
    try:
        return server.get("/readyz") == 200
    except OSError:
        return False


def test_it_starts_serves_survives_and_ends(server, folder):
    accounts = folder / "demo-accounts.txt"
    assert accounts.stat().st_mode & 0o777 == 0o600
    made_here = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("*-key.txt")}
    assert made_here == ({} if is_postgresql() else {"secret-key.txt": 0o600, "audit-key.txt": 0o600})
    assert {role: len(known) for role, known in server.accounts.items()} == {
        "coordinator": 2,
        "liaison": 2,
        "auditor": 1,
        "administrator": 1,
    }
    assert accounts.read_text() in "".join(server.said) + "\n"
    assert server.get("/en-ca/account/sign-in/") == 200
    assert server.get("/fr-ca/account/sign-in/") == 200

    # Another one does not start on the same data, whatever its port.
    second = subprocess.run(
        [servers.BASE_DIR / "script" / "server"],
        env={**server.env, "PORT": str(servers.free_port())},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith(f"PeaceOps runs on {folder} already.")
    assert "Service Unavailable" not in "".join(server.said)

    # A child that is killed is started again.
    for name in ("gunicorn", "celery --app peaceops --quiet worker", "celery --app peaceops --quiet beat"):
        killed = next(pid for command, pid in server.children().items() if name in command and "tether" in command)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda killed=killed: killed not in server.children().values())
    wait_until(lambda: is_up(server))
    wait_until(lambda: len([command for command in server.children() if "tether" in command]) == 3)
    for command, pid in server.children().items():
        if "gunicorn" in command and "tether" not in command:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    wait_until(lambda: "web was ended by signal 9 (Killed); starting it again.\n" in server.said)

    # Ctrl-C ends everything.
    assert servers.stop(server) == 0
    wait_until(lambda: server.children() == {})


def test_a_second_start_adds_nothing_a_killed_launcher_leaves_no_orphan_and_the_world_can_be_emptied(server, folder):
    assert "Installing" not in "".join(server.said)
    assert "0 rows added." in "".join(server.said)
    assert "The database is in use: no demonstration world is loaded." in "".join(server.said)

    server.launcher.kill()
    server.launcher.wait()

    wait_until(lambda: server.children() == {})

    # In a terminal of its own the command does not have the port of the server, which its link leads to nevertheless.
    elsewhere = {name: value for name, value in server.env.items() if name != "PORT"}
    said = run(elsewhere, "manage.py", "empty_demonstration", "--yes")
    code = (
        "from accounts.models import User; from audit.models import Event; from deployments.models import Deployment;"
        "from foundation import guards; from missions.models import Mission; from personnel.models import Person;"
        "print([m.objects.count() for m in (User, Event, Deployment, Mission, Person)], guards.missing())"
    )
    assert "From now on start with --empty, or it is loaded again." in said
    assert f"{server.url.replace('127.0.0.1', 'localhost')}/en-ca/account/first-administrator/" in said
    assert run(server.env, "manage.py", "shell", "-v", "0", "-c", code) == "[0, 0, 0, 0, 0] set()\n"
    assert run(server.env, "manage.py", "audit_verify").startswith("Every seal is intact")
    assert [path.name for path in folder.glob("demo-accounts.txt")] + list(folder.glob("mail/*.eml")) == []
    with pytest.raises(AssertionError, match="This is no demonstration world"):
        run(server.env, "manage.py", "empty_demonstration", "--yes")
