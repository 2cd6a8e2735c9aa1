"""`script/dev` itself: what somebody who works on the code begins with."""

import http.client
import sys
from urllib.parse import urlsplit

import pytest

from tests import server as servers
from tests.own_database import environment
from tests.server import wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(sys.platform != "linux", reason="Processes are found through /proc, which only Linux has."),
]


@pytest.fixture
def dev(tmp_path):
    with environment(tmp_path, migrate=False) as env, servers.running(env, tmp_path, "dev") as running:
        yield running


def ask(server, path):
    """What is answered at once, not where it leads to."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location"), answer.read().decode()
    finally:
        connection.close()


def runs(server, what):
    """Whether Celery itself runs, beside what starts it again when the code changes."""
    command = f" -m celery --app peaceops --quiet {what} "
    return any(command in line and "watchfiles" not in line for line in server.children())


def test_it_starts_every_part_without_https_and_ends(dev):
    assert ask(dev, "/livez")[0] == 200
    assert ask(dev, "/en-ca/")[:2] == (302, "/en-ca/account/sign-in/?next=/en-ca/")
    assert "You’re seeing this error because you have <code>DEBUG = True</code>" in ask(dev, "/nowhere")[2]
    assert "djDebug" in ask(dev, "/en-ca/account/sign-in/")[2]  # the toolbar
    tethered = [command for command in dev.children() if "peaceops.tether" in command]
    assert [sum(part in command for command in tethered) for part in ("runserver", " worker ", " beat ")] == [1, 1, 1]
    wait_until(lambda: runs(dev, "worker") and runs(dev, "beat"))

    # Ctrl-C ends everything.
    assert servers.stop(dev) == 0
    wait_until(lambda: dev.children() == {})
