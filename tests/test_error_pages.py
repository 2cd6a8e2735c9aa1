"""What could not be answered has a page of its own in both languages, with a way on, and one line in the log."""

import io
import json
import logging.config

import pytest
from django.conf import settings as real
from django.core.exceptions import BadRequest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from peaceops import logs

pytestmark = pytest.mark.django_db

TITLES = {
    "400": ("Your browser sent something that PeaceOps does not understand", "Votre navigateur a envoyé"),
    "403": ("You do not have access to this page", "Vous n'avez pas accès à cette page"),
    "404": ("There is no such page", "Cette page n'existe pas"),
    "405": ("This address only accepts a form that is sent", "Cette adresse ne reçoit que"),
    "413": ("Too much data was sent at once", "Trop de données ont été envoyées à la fois"),
    "429": ("Too many requests in a short time", "Trop de demandes"),
    "token": ("This page was open too long", "Cette page est restée ouverte trop longtemps"),
}


@pytest.fixture
def written():
    stream = io.StringIO()
    configuration = logs.configuration("json", "WARNING")
    configuration["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configuration)
    yield stream
    logging.config.dictConfig(real.LOGGING)


def too_often(browser):
    return [browser.post(reverse("account_change_password"), {"oldpassword": "x"}) for _each in range(6)][-1]


def with_an_old_token(browser):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    return strict.post(reverse("person_add"), {"family_name": "Tremblay"})


MUCH = "family_name=" + "Tremblay" * 400_000
ACTS = {
    "400": lambda browser: browser.get(reverse("home")),  # see below: it cannot be understood
    "403": lambda browser: browser.get(reverse("event_list")),
    "404": lambda browser: browser.get(reverse("person_detail", args=[999_999])),
    "405": lambda browser: browser.get(reverse("excess_confirm_all")),
    "413": lambda browser: browser.post(reverse("person_add"), MUCH, content_type="application/x-www-form-urlencoded"),
    "429": too_often,
    "token": with_an_old_token,
}


def _raise(error):
    def fail(*_args, **_kwargs):
        raise error

    return fail


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
@pytest.mark.parametrize("case", list(TITLES))
def test_each_refusal_has_a_page_in_the_readers_language_and_a_line(case, language, alice, monkeypatch, written):
    alice.set_password("correct-horse-battery")
    alice.save()
    browser = Client()
    browser.force_login(alice)

    if case == "400":
        monkeypatch.setattr("reports.board.operations", _raise(BadRequest("Tremblay")))

    with translation.override(language):
        answer = ACTS[case](browser)

    page = answer.content.decode()
    assert answer.status_code == int(case.replace("token", "403"))
    assert f"<h1>{TITLES[case][language == 'fr-ca']}" in page.replace("&#x27;", "'")
    assert f'<html lang="{language}">' in page
    assert f'<a href="/{language}/">' in page.split("<main", 1)[1]
    assert "css/peaceops.css" in page
    assert "Tremblay" not in page
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(lines) == 1
    assert "exception" not in lines[0]
    assert "Tremblay" not in written.getvalue()
    assert lines[0]["status_code"] == answer.status_code
    assert lines[0]["request_id"] == answer["X-Request-ID"]


def test_a_405_says_what_is_allowed(as_user, alice):
    assert as_user(alice).get(reverse("excess_confirm_all"))["Allow"] == "POST"
    assert as_user(alice).delete(reverse("home"))["Allow"] == "GET, HEAD"


def test_a_host_that_is_not_ours_gets_the_page_and_is_not_logged(client, written):
    answer = client.get("/en-ca/account/sign-in/", headers={"host": "tremblay.example"})

    assert answer.status_code == 400
    assert TITLES["400"][0] in answer.content.decode()
    assert "tremblay" not in answer.content.decode() + written.getvalue()
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == [
        "DisallowedHost: /en-ca/account/sign-in/"
    ]


@pytest.mark.parametrize("length", [64 * 1024 * 1024 + 1, 10**30])
def test_a_request_larger_than_any_file_is_refused_before_it_is_read(as_user, alice, length):
    answer = as_user(alice).generic("POST", reverse("import_add"), b"x", CONTENT_LENGTH=str(length))

    assert answer.status_code == 413
    assert TITLES["413"][0] in answer.content.decode()


def test_a_body_that_is_no_form_gets_the_page(as_user, alice):
    answer = as_user(alice).generic("POST", reverse("import_add"), b"x", content_type="multipart/form-data; boundary=")

    assert answer.status_code == 400
    assert TITLES["400"][0] in answer.content.decode()


def test_nobody_signed_in_sees_the_pages_too(client):
    strict = Client(enforce_csrf_checks=True)

    missing = client.get("/en-ca/account/no-such-page/")
    refused_token = strict.post(reverse("account_login"), {"login": "a@example.ca", "password": "x"})

    assert (missing.status_code, refused_token.status_code) == (404, 403)
    assert TITLES["404"][0] in missing.content.decode()
    assert TITLES["token"][0] in refused_token.content.decode()


def test_every_page_of_an_error_leads_on_and_is_styled():
    found = {path.stem for path in (real.BASE_DIR / "templates").glob("[45]*.html")}

    assert found == {"400", "403", "403_csrf", "404", "405", "413", "429", "500", "503", "503_database", "503_files"}
    for stem in found:
        assert 'href="/en-ca/"' in render_to_string(f"{stem}.html"), stem
