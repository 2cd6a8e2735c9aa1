"""What browsers keep after somebody has left: nothing of any page, no message, no cookie of another host."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.own_database import BASE_DIR
from tests.pages import address, patterns, small_world

pytestmark = pytest.mark.django_db


def test_no_answer_of_any_page_is_kept(as_user, alice, bob, emil, client, example_service):
    arguments = small_world(example_service)
    for user in (alice, bob, emil):
        user.set_password("correct-horse-battery")
        user.save()
    kept = {}
    for browser, user in [(as_user(alice), alice), (as_user(bob), bob), (as_user(emil), emil), (client, alice)]:
        for name in patterns():
            response = browser.get(address(name, arguments, user))
            if response["Cache-Control"] != "no-store":
                kept[name] = response["Cache-Control"]
        for path in (
            "/en-ca/admin/",
            "/en-ca/admin/personnel/person/",
            "/en-ca/no-such-page/",
            "/",
            "/static/none.css",
        ):
            assert browser.get(path)["Cache-Control"] == "no-store", path

    assert kept == {}


def test_a_refused_token_and_an_error_are_not_kept(alice, monkeypatch):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(alice)
    refused = browser.post("/en-ca/account/sign-out/")

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("reports.board.operations", fail)
    broken = browser.get("/en-ca/")

    assert [(answer.status_code, answer["Cache-Control"]) for answer in (refused, broken)] == [
        (403, "no-store"),
        (500, "no-store"),
    ]


def test_signing_out_clears_what_the_browser_kept_but_not_the_device(as_user, alice):
    browser = as_user(alice)

    asked = browser.get(reverse("account_logout"))
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    done = browser.post(reverse("account_logout"))

    assert "Clear-Site-Data" not in asked
    assert done["Clear-Site-Data"] == '"cache", "storage"'
    assert done.cookies[settings.SESSION_COOKIE_NAME].value != session
    assert not Session.objects.filter(pk=session).exists()


def test_signing_out_of_the_administration_clears_it_too(as_user, emil):
    assert as_user(emil).post(reverse("admin:logout"))["Clear-Site-Data"] == '"cache", "storage"'


def test_what_was_said_to_one_reader_is_not_shown_to_the_next(as_user, alice, dora, example_service):
    arguments = small_world(example_service)
    browser = as_user(alice)
    said = browser.post(address("flag_act", arguments), {"note": "Seen."})  # the page with the message is never opened
    waiting = browser.session["_messages"]
    browser.post(reverse("account_logout"))

    signing_in = browser.get(reverse("account_login"))
    browser.force_login(dora)
    page = browser.get(reverse("home"))

    assert said.status_code == 302
    assert "acknowledged" in waiting
    assert "messages" not in browser.cookies
    assert [str(message) for message in signing_in.context["messages"]] == ["You have signed out."]
    assert [str(message) for message in page.context["messages"]] == []


def test_cookies_belong_to_this_host_alone_where_https_is_spoken(tmp_path):
    show = "from django.conf import settings as s; import django; django.setup();" + "".join(
        f"print(s.{name});"
        for name in (
            "SESSION_COOKIE_NAME",
            "CSRF_COOKIE_NAME",
            "DEVICE_COOKIE_NAME",
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
            "SESSION_COOKIE_DOMAIN",
            "SESSION_COOKIE_PATH",
        )
    )
    env = {**os.environ, "DATA_DIR": str(tmp_path), "HTTPS": "on", "DJANGO_SETTINGS_MODULE": "peaceops.settings"}

    done = subprocess.run(
        [sys.executable, "-c", show], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-device",
        "True",
        "True",
        "None",
        "/",
    ]


def test_pages_use_no_feature_of_the_device_and_are_embedded_nowhere(client):
    response = client.get(reverse("account_login"))

    assert "camera=()" in response["Permissions-Policy"]
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
