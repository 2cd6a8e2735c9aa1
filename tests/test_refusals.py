"""What is refused leaves an event, which says who, from where, in which request, and what was asked for."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from audit import log
from audit.models import Event, Verb
from tests import create
from tests.pages import address, small_world
from tests.test_access import WHO_MAY_OPEN, WHO_MAY_SEND, WITH_ROWS_OF_A_SERVICE

pytestmark = pytest.mark.django_db


def refusals():
    return [
        (event.actor, event.subject, event.details) for event in Event.objects.filter(verb="refused").order_by("id")
    ]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR])
def test_each_page_without_permission_leaves_one_event(role, as_user, example_service):
    arguments, reader = small_world(example_service), create.user(role=role)
    browser = as_user(reader)
    closed = [name for name, roles in {**WHO_MAY_OPEN, **WHO_MAY_SEND}.items() if role not in roles]
    if role == Role.LIAISON:
        closed.remove("document_withdraw")  # not of this service: 404
    for name in closed:
        ask = browser.get if name in WHO_MAY_OPEN else browser.post
        ask(address(name, arguments, reader))

    assert [(who, said) for who, _row, said in refusals()] == [
        (reader, {"status": 403, "page": name}) for name in closed
    ]


def test_each_row_of_another_service_leaves_one_event_about_it(as_user, charlie, example_service):
    arguments = small_world(example_service)
    browser = as_user(charlie)
    for name in WITH_ROWS_OF_A_SERVICE:
        browser.get(address(name, arguments))

    found = refusals()

    assert [(who, said) for who, _row, said in found] == [
        (charlie, {"status": 404, "page": name}) for name in WITH_ROWS_OF_A_SERVICE
    ]
    assert [name for name, (_who, row, _said) in zip(WITH_ROWS_OF_A_SERVICE, found, strict=True) if row is None] == []


def test_a_paper_of_another_service_is_told_as_its_person(as_user, charlie, example_service):
    paper = create.credential(person=create.person(service=example_service), kind=create.kind(is_restricted=True))

    as_user(charlie).get(reverse("record_edit", args=["credential", paper.pk]))

    assert refusals() == [(charlie, paper.person, {"status": 404, "page": "record_edit"})]


def test_a_row_of_another_service_in_a_question_leaves_an_event_about_it(as_user, charlie, example_service):
    person = create.person(service=example_service)

    response = as_user(charlie).get(reverse("nomination_add"), {"person": person.pk})

    assert response.status_code == 404
    assert refusals() == [(charlie, person, {"status": 404, "page": "nomination_add"})]


def test_a_row_that_is_not_there_leaves_an_event_and_an_address_that_is_no_page_none(as_user, charlie):
    browser = as_user(charlie)

    statuses = [browser.get(path).status_code for path in ("/en-ca/people/4711/", "/en-ca/nowhere/4711/", "/nowhere/")]

    assert statuses == [404, 404, 404]
    assert refusals() == [(charlie, None, {"status": 404, "page": "person_detail"})]


def test_who_is_led_away_from_the_administration_leaves_an_event(as_user, alice):
    person = create.person()
    as_user(alice).get(reverse("admin:personnel_person_change", args=[person.pk]))

    assert refusals() == [(alice, person, {"status": 302, "page": "admin:personnel_person_change"})]


def test_a_form_without_its_token_leaves_an_event(alice):
    browser, person = Client(enforce_csrf_checks=True), create.person()
    browser.force_login(alice)

    assert browser.post(reverse("person_edit", args=[person.pk])).status_code == 403
    assert refusals() == [(alice, person, {"status": 403, "page": "person_edit"})]


def test_who_is_not_signed_in_leaves_none(client, example_service):
    client.get(address("person_detail", small_world(example_service)))

    assert refusals() == []


def test_an_event_says_the_address_and_the_request(as_user, bob):
    response = as_user(bob).get(reverse("mission_list"), REMOTE_ADDR="192.0.2.7")

    event = Event.objects.latest("id")
    assert (event.address, event.request_id) == ("192.0.2.7", response["X-Request-ID"])


def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(as_user, bob, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    browser = as_user(bob)
    browser.get(reverse("mission_list"), headers={"X-Forwarded-For": "198.51.100.1, 2001:DB8::7"})
    browser.get(reverse("mission_list"), headers={"X-Forwarded-For": "what?"})

    assert [event.address for event in Event.objects.order_by("id")] == ["2001:db8::7", ""]


def test_a_sign_in_that_fails_says_both_and_so_does_one_that_succeeds(alice):
    alice.set_password("correct-horse-battery")
    alice.save()
    browser = Client(REMOTE_ADDR="192.0.2.7")
    typed = [{"login": "alice@example.ca", "password": password} for password in ("wrong", "correct-horse-battery")]
    requests = [browser.post(reverse("account_login"), one)["X-Request-ID"] for one in typed]

    events = Event.objects.filter(verb__in=["sign_in_failed", "signed_in"]).order_by("id")

    assert [(event.verb, event.address, event.request_id) for event in events] == [
        ("sign_in_failed", "192.0.2.7", requests[0]),
        ("signed_in", "192.0.2.7", requests[1]),
    ]


def test_what_happens_outside_of_requests_says_neither(alice):
    event = log.record(alice, Verb.LOOKED_AT)

    assert (event.address, event.request_id) == ("", "")


def test_the_seal_covers_the_address_and_the_request(alice):
    event = log.record(alice, Verb.LOOKED_AT)
    sealed = event.seal()
    event.address = "192.0.2.8"
    elsewhere = event.seal()
    event.address, event.request_id = "", "another"

    assert len({sealed, elsewhere, event.seal()}) == 3


def test_the_page_of_events_finds_an_address(as_user, bob, dora):
    as_user(bob).get(reverse("mission_list"), REMOTE_ADDR="192.0.2.7")
    as_user(bob).get(reverse("mission_list"), REMOTE_ADDR="192.0.2.8")
    browser = as_user(dora)

    page = browser.get(reverse("event_list"), {"address": "192.0.2.7"})

    assert [event.address for event in page.context["page"]] == ["192.0.2.7"]
    assert "403 · Missions</span>" in page.content.decode()
    assert browser.get(reverse("event_list"), {"address": "nonsense"}).status_code == 200
