"""Failed attempts to sign in: who has to wait, who does not, who is told, and what is recorded."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client

from audit.models import Event
from outbox.models import Letter
from tests import create

pytestmark = pytest.mark.django_db

SIGN_IN = "/en-ca/account/sign-in/"
PASSWORD = "correct-horse-battery"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
TOO_MANY = "Too many failed attempts to sign in"


@pytest.fixture
def owner(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def attempt(browser, password, *, email="alice@example.ca", address=HERE):
    """Whether somebody signed in, had to wait, or was wrong."""
    page = browser.post(SIGN_IN, {"login": email, "password": password}, REMOTE_ADDR=address)
    if SESSION_KEY in browser.session:
        return "in"
    return "wait" if TOO_MANY in page.content.decode() else "wrong"


def device_of(email="alice@example.ca", *, browser=None):
    """A browser in which somebody has signed in before, and out again."""
    browser = browser or Client()
    assert attempt(browser, PASSWORD, email=email) == "in"
    browser.post("/en-ca/account/sign-out/")
    assert SESSION_KEY not in browser.session
    return browser


def test_who_is_wrong_five_times_has_to_wait_even_with_the_right_password(owner):
    stranger = Client()

    found = [attempt(stranger, "wrong") for _each in range(6)] + [attempt(stranger, PASSWORD)]

    assert found == ["wrong"] * 5 + ["wait", "wait"]


def test_waiting_grows_and_ends(owner, monkeypatch):
    minutes = 0
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: 1_800_000_000 + 60 * minutes)
    found = {}
    for minutes in (0, 2, 4, 16, 18, 20, 60, 141):
        found[minutes] = [attempt(Client(), "wrong") for _each in range(12)].count("wrong")

    # Five at once, ten in a quarter of an hour, twenty in two hours.
    assert found == {0: 5, 2: 5, 4: 0, 16: 5, 18: 5, 20: 0, 60: 0, 141: 5}


def test_a_strangers_fifty_wrong_passwords_leave_the_owner_undisturbed(owner):
    device = device_of()

    stranger = [attempt(Client(), "wrong") for _each in range(50)]

    assert stranger == ["wrong"] * 5 + ["wait"] * 45
    assert attempt(device, PASSWORD) == "in"


def test_attempts_from_everywhere_leave_the_owners_device_undisturbed(owner, settings):
    settings.SIGN_IN_LIMITS = {**settings.SIGN_IN_LIMITS, "account": "8/h/key"}
    device = device_of()

    found = [attempt(Client(), "wrong", address=f"203.0.113.{number}") for number in range(1, 13)]

    assert found == ["wrong"] * 8 + ["wait"] * 4
    assert attempt(Client(), PASSWORD) == "wait"
    assert attempt(device, PASSWORD) == "in"


def test_an_owner_on_a_new_device_gets_in_from_another_address(owner):
    for _each in range(50):
        attempt(Client(), "wrong", address=ELSEWHERE)

    assert attempt(Client(), PASSWORD, address=HERE) == "in"


def test_unknown_addresses_lock_no_office(owner, bob):
    bob.set_password(PASSWORD)
    bob.save()
    for number in range(60):
        assert attempt(Client(), "wrong", email=f"nobody{number}@example.ca") == "wrong"

    assert attempt(Client(), PASSWORD) == "in"
    assert attempt(Client(), PASSWORD, email="bob@example.ca") == "in"


def test_one_address_that_tries_everybody_has_to_wait_and_known_devices_do_not(owner, settings):
    settings.SIGN_IN_LIMITS = {**settings.SIGN_IN_LIMITS, "address": "10/15m/key"}
    device = device_of()

    found = [attempt(Client(), "wrong", email=f"nobody{number}@example.ca") for number in range(12)]

    assert found == ["wrong"] * 10 + ["wait"] * 2
    assert attempt(Client(), PASSWORD) == "wait"
    assert attempt(device, PASSWORD) == "in"


def test_a_device_that_is_wrong_itself_has_to_wait(owner):
    device = device_of()

    found = [attempt(device, "wrong") for _each in range(6)] + [attempt(device, PASSWORD)]

    assert found == ["wrong"] * 5 + ["wait", "wait"]
    assert attempt(Client(), PASSWORD) == "in"


def test_right_passwords_use_up_nothing(owner):
    browser = Client()

    for _each in range(12):
        device_of(browser=browser)
        device_of(browser=Client())


def test_a_device_is_known_for_the_account_that_signed_in_on_it_only(owner, bob):
    bob.set_password(PASSWORD)
    bob.save()
    device = device_of("bob@example.ca")

    for _each in range(6):
        attempt(device, "wrong")

    assert attempt(device, PASSWORD) == "wait"
    assert attempt(device, PASSWORD, email="bob@example.ca") == "in"


def test_a_desk_that_several_people_share_is_known_for_each(owner, bob):
    bob.set_password(PASSWORD)
    bob.save()
    desk = device_of("bob@example.ca", browser=device_of())
    for email in ("alice@example.ca", "bob@example.ca"):
        for _each in range(6):
            attempt(Client(), "wrong", email=email)

    assert attempt(desk, PASSWORD) == "in"
    desk.post("/en-ca/account/sign-out/")
    assert attempt(desk, PASSWORD, email="bob@example.ca") == "in"


@pytest.mark.parametrize("change", ["forged", "of another key", "empty", "of another kind"])
def test_a_cookie_that_is_not_ours_makes_no_device(owner, change, settings):
    device = device_of()
    value = device.cookies[settings.DEVICE_COOKIE_NAME].value
    forged = {"forged": value[:-2] + "xx", "of another key": "x:y:z", "empty": "", "of another kind": "{}"}[change]
    for _each in range(6):
        attempt(Client(), "wrong")

    device.cookies[settings.DEVICE_COOKIE_NAME] = forged

    assert attempt(device, PASSWORD) == "wait"


def test_the_cookie_of_a_device_is_read_by_the_server_only(owner, settings):
    cookie = device_of().cookies[settings.DEVICE_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", 31_536_000)


def test_the_owner_is_told_once_with_the_address(owner):
    for _each in range(50):
        attempt(Client(), "wrong", address=ELSEWHERE)

    letter = Letter.objects.get()
    assert (letter.user, letter.subject) == (owner, "PeaceOps: failed attempts to sign in to your account")
    assert ELSEWHERE in letter.text


def test_four_wrong_passwords_and_unknown_addresses_are_told_to_nobody(owner):
    for _each in range(4):
        attempt(Client(), "wrong")
    for _each in range(6):
        attempt(Client(), "wrong", email="nobody@example.ca")

    assert Letter.objects.count() == 0


def test_each_failure_is_an_event_with_the_account_and_the_address_and_waiting_is_none(owner):
    for _each in range(7):
        attempt(Client(), "wrong", address=ELSEWHERE)
    attempt(Client(), "wrong", email="nobody@example.ca")

    found = [(event.verb, event.actor, event.subject, event.address, event.details) for event in Event.objects.all()]
    assert found == [
        ("sign_in_failed", None, None, HERE, {}),
        *[("sign_in_failed", None, owner, ELSEWHERE, {})] * 5,
    ]


def test_a_closed_account_says_the_same_for_the_right_password_as_for_a_wrong_one(owner):
    owner.is_active = False
    owner.save()

    right = Client().post(SIGN_IN, {"login": "alice@example.ca", "password": PASSWORD})
    wrong = Client().post(SIGN_IN, {"login": "alice@example.ca", "password": "wrong"})
    cache.clear()
    many = [attempt(Client(), PASSWORD) for _each in range(6)]

    assert (right.status_code, wrong.status_code) == (200, 200)
    assert right.context["form"].non_field_errors() == wrong.context["form"].non_field_errors()
    assert many == ["wrong"] * 5 + ["wait"]
    assert [(event.verb, event.subject, event.details) for event in Event.objects.order_by("id")[:2]] == [
        ("sign_in_failed", owner, {"closed": True}),
        ("sign_in_failed", owner, {}),
    ]
    assert Letter.objects.count() == 0


def test_signing_in_is_not_bounded_for_an_office_behind_one_address(db):
    people = [create.user(email=f"person{number}@example.ca") for number in range(40)]
    for person in people:
        person.password = "pbkdf2_sha256$1$salt$" + "x" * 44
        person.save()

    answers = {Client().post(SIGN_IN, {"login": person.email, "password": "x"}).status_code for person in people}

    assert answers == {200}
