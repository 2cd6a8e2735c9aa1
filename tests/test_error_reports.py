"""Reports of errors: what arrives at the server, and what never leaves the office."""

import gzip
import http.server
import json
import threading

import brotli
import pytest

from peaceops import __version__
from tests.own_database import environment, run

NAMELESS = """
import django
django.setup()
import sentry_sdk
from celery import shared_task
from django.test import Client, override_settings
from accounts.access import Role
from peaceops.wsgi import application
from reports import searching
from tests import create

def fail(*_args, **_kwargs):
    name = "Tremblay"
    raise ValueError(f"Failing row contains ({name})")

@shared_task(name="peaceops.fails")
def fails(who):
    fail(who)

plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
with override_settings(STORAGES=plain, ALLOWED_HOSTS=["*"]):
    searching.find = fail
    browser = Client()
    browser.force_login(create.user(email="tremblay@example.ca", name="Tremblay", role=Role.COORDINATOR))
    asked = browser._base_environ(
        PATH_INFO="/en-ca/search/",
        QUERY_STRING="q=Tremblay",
        HTTP_COOKIE=browser.cookies.output(header="", sep=";") + "; seen=Tremblay",
        HTTP_USER_AGENT="Tremblay",
        REMOTE_ADDR="203.0.113.7",
    )
    # As gunicorn does: the client of Django's tests goes past where addresses are gathered.
    application(asked, lambda status, *_: print(status[:3])).close()
print(fails.apply(args=["Tremblay"]).state)
sentry_sdk.flush(20)
"""


@pytest.fixture
def ingest():
    """A server that takes reports: its address, and what it was sent."""
    taken: list[str] = []

    class Ingest(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
            taken.append(unpack[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ingest)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", taken
    server.shutdown()
    server.server_close()


def test_an_error_of_a_page_and_one_of_a_task_arrive_without_a_word_of_anybody(ingest, tmp_path):
    dsn, taken = ingest
    with environment(tmp_path) as env:
        said = run({**env, "SENTRY_DSN": dsn, "SENTRY_ENVIRONMENT": "rehearsal"}, "-c", NAMELESS)

    assert said.split() == ["500", "FAILURE"]
    page, task = [json.loads(one.splitlines()[2]) for one in taken]
    assert page["request"] == {"method": "GET", "url": "en-ca/search/"}
    assert (page["transaction"], task["transaction"]) == ("en-ca/search/", "peaceops.fails")
    for report in (page, task):
        [raised] = report["exception"]["values"]
        assert (raised["type"], raised["value"]) == ("ValueError", "ValueError")
        assert raised["stacktrace"]["frames"][-1]["function"] == "fail"
        assert (report["release"], report["environment"]) == (__version__, "rehearsal")
        assert not {"user", "breadcrumbs", "extra", "contexts", "server_name", "modules"} & set(report)
    everything = "".join(taken).lower()
    assert "tremblay" not in everything
    assert "203.0.113.7" not in everything


def test_without_an_address_nothing_is_imported(tmp_path):
    show = "import django, sys; django.setup(); import peaceops.urls; print('sentry_sdk' in sys.modules)"
    with environment(tmp_path) as env:
        assert run({**env, "SENTRY_DSN": ""}, "-c", show) == "False\n"
