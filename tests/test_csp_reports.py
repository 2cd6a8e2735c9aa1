"""What the content security policy stopped is logged: bounded, without addresses or anything that was typed."""

import io
import json
import logging.config

import pytest
from django.conf import settings as real
from django.test import Client
from django.urls import reverse

from peaceops import logs

pytestmark = pytest.mark.django_db

REPORT = {
    "document-uri": "http://localhost:8000/en-ca/people/77/?q=Tremblay",
    "referrer": "http://localhost:8000/en-ca/search/?q=Tremblay",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/x.js?Tremblay",
    "script-sample": "Tremblay",
}


@pytest.fixture
def written():
    stream = io.StringIO()
    configuration = logs.configuration("json", "WARNING")
    configuration["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configuration)
    yield stream
    logging.config.dictConfig(real.LOGGING)


def send(report, *, address="198.51.100.1", **extra):
    body = report if isinstance(report, bytes) else json.dumps({"csp-report": report}).encode()
    browser = Client(enforce_csrf_checks=True)
    return browser.generic(
        "POST", "/csp-report", body, "application/csp-report", REMOTE_ADDR=address, **extra
    ).status_code


def lines(written):
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    return [(line["directive"], line["blocked"], line["page"]) for line in found if line["event"] == "csp_report"]


def test_pages_name_where_reports_go(client):
    assert "report-uri /csp-report" in client.get(reverse("account_login"))["Content-Security-Policy"]


def test_a_report_is_one_line_without_an_address(written):
    assert send(REPORT) == 204

    assert lines(written) == [("script-src-elem", "https://evil.example", "person_detail")]
    assert "Tremblay" not in written.getvalue()
    assert (
        "77" not in written.getvalue().replace(json.loads(written.getvalue())["request_id"], "").split("timestamp")[0]
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"blocked-uri": "inline"}, ("script-src-elem", "inline", "person_detail")),
        ({"blocked-uri": "http://[bad"}, ("script-src-elem", "", "person_detail")),
        ({"blocked-uri": None}, ("script-src-elem", "", "person_detail")),
        ({"document-uri": "http://[bad"}, ("script-src-elem", "https://evil.example", "")),
        ({"document-uri": "https://x.example/none"}, ("script-src-elem", "https://evil.example", "")),
        ({"effective-directive": None, "violated-directive": "img-src 'self'"}, None),
    ],
)
def test_odd_values_are_left_out(written, changed, told):
    assert send(REPORT | changed) == 204

    assert lines(written) == [told or ("img-src", "https://evil.example", "person_detail")]


@pytest.mark.parametrize(
    "body",
    [
        b"x",
        b"[]",
        b"{}",
        b'{"csp-report": 7}',
        b"[" * 5000,
        b"\xff\xfe\x00",
        b'{"csp-report": {"effective-directive": "A B\\n"}}',
    ],
)
def test_what_is_no_report_is_dropped(written, body):
    assert send(body) == 204
    assert lines(written) == []


def test_what_is_too_large_is_not_read(written):
    assert send(REPORT | {"script-sample": "x" * 9000}) == 413
    assert lines(written) == []


def test_what_says_no_length_is_not_read(written):
    assert send(b"") == 413


def test_reports_are_bounded_for_each_address_and_in_all(written):
    assert {send(REPORT) for _each in range(15)} == {204}
    assert len(lines(written)) == 10

    for number in range(2, 20):
        for _each in range(10):
            send(REPORT, address=f"198.51.100.{number}")
    assert len(lines(written)) == 60


def test_nothing_else_is_answered_there(client):
    assert client.get("/csp-report").status_code == 405
