"""What the database does for a page ends when its time is up, or when nobody waits for it any more."""

import socket
import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from peaceops import time_limit
from tests import create

pytestmark = pytest.mark.django_db

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"
LONG = "SELECT pg_sleep(600)"


def forever(*_args, **_kwargs):
    """A statement that does not end by itself."""
    with connection.cursor() as cursor:
        cursor.execute(LONG if connection.vendor == "postgresql" else FOREVER)


@pytest.fixture
def endless(monkeypatch):
    """The board and the list of people ask the database for something that has no end."""
    monkeypatch.setattr("reports.board.operations", forever)
    monkeypatch.setattr("personnel.models.people.PersonQuerySet.search", forever)


@pytest.fixture
def ends():
    """Two ends of a connection: the web server's, and the browser's."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.mark.parametrize(
    ("language", "title"), [("en-ca", "The request took too long"), ("fr-ca", "La demande a pris trop de temps")]
)
def test_a_page_that_takes_too_long_is_ended_with_a_page_of_its_own(as_user, alice, endless, settings, language, title):
    settings.WEB_SECONDS = 0.3

    with translation.override(language):
        answer = as_user(alice).get(reverse("home"))

    page = answer.content.decode()
    assert answer.status_code == 503
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}">' in page
    assert f'<a href="/{language}/">' in page


def test_what_is_in_time_is_answered(as_user, alice):
    assert as_user(alice).get(reverse("home")).status_code == 200


def test_no_further_statement_is_begun_when_the_time_is_up(as_user, alice, settings, monkeypatch):
    asked = []

    def many(*_args, **_kwargs):
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                asked.append(cursor.fetchone())

    monkeypatch.setattr("reports.board.operations", many)
    settings.WEB_SECONDS = 0.3

    assert as_user(alice).get(reverse("home")).status_code == 503
    assert asked


def test_what_the_browser_gave_up_does_not_run_on(as_user, alice, endless, settings, ends):
    settings.WEB_SECONDS = 600
    ours, theirs = ends
    theirs.close()

    answer = as_user(alice).get(reverse("home"), **{"gunicorn.socket": ours})

    assert answer.status_code == 503


def test_what_was_sent_to_be_saved_is_saved_though_nobody_waits(as_user, alice, example_service, ends):
    ours, theirs = ends
    theirs.close()
    person = create.person(service=example_service)
    address = reverse("person_eligibility", args=[person.pk])

    assert as_user(alice).post(reverse("person_add"), {}, **{"gunicorn.socket": ours}).status_code == 200
    assert as_user(alice).get(address, **{"gunicorn.socket": ours}).status_code == 503


def test_a_browser_that_waits_or_sends_more_has_not_gone(ends):
    ours, theirs = ends

    waits = time_limit.has_gone(ours)
    theirs.send(b"GET")
    sends = time_limit.has_gone(ours)
    read = ours.recv(3)
    theirs.close()

    assert (waits, sends, read, time_limit.has_gone(ours)) == (False, False, b"GET", True)


def test_after_the_request_the_connection_is_bounded_no_more(alice, as_user, settings, monkeypatch):
    settings.WEB_SECONDS = 5
    within = []
    monkeypatch.setattr("reports.board.operations", lambda *_args, **_kwargs: within.append(limit()) or 1 / 0)

    with pytest.raises(ZeroDivisionError):
        as_user(alice).get(reverse("home"))

    if connection.vendor == "postgresql":
        assert (within, limit()) == (["5s"], "0")


def limit():
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_whose_query_takes_too_long_is_ended_with_the_same_page(
    as_user, alice, settings, monkeypatch, ending
):
    settings.WEB_SECONDS = 0.3
    monkeypatch.setattr("records.templates.people_rows", lambda _people: iter(forever, None))

    answer = as_user(alice).get(reverse("candidate_export", args=[ending]))

    assert answer.status_code == 503
    assert "<h1>The request took too long</h1>" in answer.content.decode()


def test_an_export_is_ended_in_the_middle_when_a_piece_takes_too_long(as_user, alice, settings, monkeypatch):
    def rows(_people):
        yield from [["A" * 10_000]] * 50
        forever()

    settings.WEB_SECONDS = 0.3
    monkeypatch.setattr("records.templates.people_rows", rows)
    answer = as_user(alice).get(reverse("candidate_export", args=["csv"]))
    pieces = []

    with pytest.raises(OperationalError), transaction.atomic():
        pieces.extend(answer.streaming_content)

    assert answer.status_code == 200
    assert b"A" * 10_000 in b"".join(pieces)
    assert limit() in {"", "0"}


def test_who_reads_an_export_slowly_has_it_whole(as_user, alice, settings, monkeypatch):
    settings.WEB_SECONDS = 5
    now = [1000]
    monkeypatch.setattr(time_limit, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=time.sleep))
    within = []

    def rows(_people):
        for _each in range(50):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            within.append(limit())
            yield ["A" * 10_000]

    monkeypatch.setattr("records.templates.people_rows", rows)

    answer = as_user(alice).get(reverse("candidate_export", args=["csv"]))
    pieces = []
    for piece in answer.streaming_content:
        now[0] += 60
        pieces.append(piece)

    assert len(pieces) > 5
    assert b"".join(pieces).count(b"A" * 10_000) == 50
    assert (set(within), limit() in {"", "0"}) == ({"5s" if connection.vendor == "postgresql" else ""}, True)


def test_other_errors_of_the_database_are_no_matter_of_time():
    middleware = time_limit.TimeLimit(lambda request: None)
    request = RequestFactory().get("/")

    for error in (OperationalError("database is locked"), OperationalError("no such table"), ValueError("interrupted")):
        assert middleware.process_exception(request, error) is None
