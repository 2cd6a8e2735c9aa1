"""What the office writes beside flags and waivers is the office's, and each form says who reads a note."""

import pytest
from django import forms
from django.urls import reverse
from django.utils import timezone

from deployments.models import Waiver
from deployments.models.transitions import Move
from deployments.stays.steps import TABLE, Act
from flags import ledger
from flags.models import Flag
from flags.tasks import flag_expiring_postings
from foundation.readers import FOR_THE_OFFICE, FOR_THE_SERVICE_TOO
from tests import create
from tests.pages import address, small_world

pytestmark = pytest.mark.django_db

OFFICE, SERVICE = str(FOR_THE_OFFICE), str(FOR_THE_SERVICE_TOO)
BOTH = "The office and the home service read it."


@pytest.fixture
def waiver(example_service, today, alice, dora):
    now = timezone.now()
    return Waiver.objects.create(
        person=create.person(service=example_service),
        mission=create.mission(),
        code="too_few_years",
        reason="Asked quietly.",
        ends_on=today,
        asked_by=alice,
        asked_at=now,
        state="withdrawn",
        decided_by=dora,
        decided_at=now,
        decision_note="Granted quietly.",
        withdrawn_by=alice,
        withdrawn_at=now,
        withdrawal_reason="Withdrawn quietly.",
    )


def test_the_sentences_of_a_waiver_are_the_offices(waiver, as_user, alice, bob, dora, emil):
    def read(user):
        page = as_user(user).get(waiver.get_absolute_url())
        assert page.status_code == 200
        return [word for word in ("Asked", "Granted", "Withdrawn") if f"{word} quietly." in page.content.decode()]

    assert [read(user) for user in (alice, dora, emil)] == [["Asked", "Granted", "Withdrawn"]] * 3
    assert read(bob) == []


def test_a_home_service_still_learns_that_a_waiver_was_decided(waiver, as_user, bob):
    page = as_user(bob).get(waiver.get_absolute_url()).content.decode()

    assert "Decided by" in page
    assert "Withdrawn by" in page


def test_the_notes_on_a_flag_are_the_offices(example_service, today, as_user, alice, bob, dora):
    small_world(example_service)
    flag_expiring_postings()
    flag = Flag.objects.filter(service=example_service).first()
    ledger.acknowledge([flag], note="Known quietly.", by=alice)

    def read(user):
        page = as_user(user).get(flag.get_absolute_url())
        assert page.status_code == 200
        return ("Acknowledged" in page.content.decode(), "Known quietly." in page.content.decode())

    assert [read(user) for user in (alice, dora, bob)] == [(True, True), (True, True), (True, False)]


# Typed by hand: who reads what is written on each page, by its field.
PAGES = {
    "flag_act": {"note": OFFICE},
    "waiver_decide": {"sentence": OFFICE},
    "waiver_ask": {"reason": OFFICE},
    "review_add": {"comment": OFFICE},
    "consent_answer": {"note": BOTH},
    "deployment_correct": {"reason": OFFICE},
    "nomination_correct": {"reason": OFFICE},
    "authorization_correct": {"reason": OFFICE},
    "correction_detail": {"note": OFFICE},
}
MOVES = {
    Move.SUBMIT: SERVICE,
    Move.SCREEN: OFFICE,
    Move.ASSESS: OFFICE,
    Move.QUALIFY: OFFICE,
    Move.NOMINATE: OFFICE,
    Move.ACCEPT: OFFICE,
    Move.DEPLOY: OFFICE,
    Move.RETURN: SERVICE,
    Move.RELEASE: OFFICE,
    Move.DEFER: OFFICE,
    Move.RESUME: OFFICE,
    Move.REFUSE: SERVICE,
    Move.NOT_SELECT: SERVICE,
    Move.DECLINE: SERVICE,
    Move.LAPSE: OFFICE,
    Move.WITHDRAW: SERVICE,
}


def notes(form):
    """What is said of each field for free words about the row: who reads it."""
    prose = {name: field for name, field in form.fields.items() if isinstance(field.widget, forms.Textarea)}
    return {
        name: next((who for who in (OFFICE, SERVICE, BOTH) if str(field.help_text).endswith(who)), None)
        for name, field in prose.items()
        if name != "statement"
    }


@pytest.mark.parametrize("name", PAGES)
def test_the_page_says_who_reads_what_is_written_there(name, as_user, alice, example_service):
    url = address(name, small_world(example_service), alice)

    form = as_user(alice).get(url).context["form"]

    assert notes(form) == PAGES[name]


def test_the_page_of_a_plan_says_it(as_user, alice):
    person = create.person()

    form = as_user(alice).get(reverse("deployment_plan"), {"person": person.pk}).context["form"]

    assert notes(form) == {"reason": OFFICE}


def test_each_step_of_a_deployment_says_it(as_user, alice, example_service):
    arguments, browser = small_world(example_service)["deployment_step"], as_user(alice)

    found = {
        act: notes(browser.get(reverse("deployment_step", kwargs={**arguments, "act": act})).context["form"])
        for act in TABLE
    }

    assert found == {act: {"reason": OFFICE} for act in Act if act in TABLE}


def test_each_move_of_a_nomination_says_it(as_user, alice, example_service):
    arguments, browser = small_world(example_service)["nomination_step"], as_user(alice)

    found = {
        move: notes(browser.get(reverse("nomination_step", kwargs={**arguments, "move": move})).context["form"])
        for move in MOVES
    }

    assert found == {move: {"reason": who} for move, who in MOVES.items()}


def test_what_is_written_for_many_rows_says_it(as_user, alice, example_service):
    pages = small_world(example_service)
    browser = as_user(alice)

    def page(name, act, row):
        return browser.get(reverse(name, args=[act]), {"row": row}).content.decode()

    assert OFFICE in page("deployment_bulk", "approve", pages["deployment_detail"]["deployment_id"])
    nomination = pages["nomination_detail"]["nomination_id"]
    assert OFFICE in page("nomination_bulk", "screen", nomination)
    assert SERVICE in page("nomination_bulk", "refuse", nomination)
