"""Who looked at what: each page that names people leaves an event, in the administration too, and others none."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from simple_history.admin import SimpleHistoryAdmin

from accounts.access import Role
from audit.log import record
from audit.models import Event, Verb
from deployments.models import Deployment
from peaceops.reads import NAMES_NOBODY
from personnel.models import Person
from tests import create
from tests.pages import address, patterns, small_world

pytestmark = pytest.mark.django_db

C, L, A, M = Role.COORDINATOR, Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR
OF_A_PERSON = {"attestation", "availability", "credential", "languagetest"}
"""Papers: the event names their person, for the kind may be restricted."""
MARKS = ("Blackwood", "Tremblay", "Zoë", "Zoé")


@pytest.fixture
def people(alice, bob, dora, emil):
    for user in (alice, bob, dora, emil):
        user.set_password("correct-horse-battery")
        user.save()
    return {C: alice, L: bob, A: dora, M: emil}


def left(user):
    """(act, page, subject) of each event of somebody, the oldest first."""
    mine = Event.objects.filter(actor=user).order_by("id")
    return [(event.verb, event.details.get("page", ""), event.subject) for event in mine]


@pytest.mark.parametrize("role", list(Role))
def test_what_names_somebody_leaves_an_event_and_what_names_nobody_leaves_none(role, people, as_user, example_service):
    arguments = small_world(example_service)
    user, browser = people[role], as_user(people[role])
    silent, needless = [], []

    for name in patterns():
        url = address(name, arguments, user)
        before = Event.objects.filter(actor=user).count()
        response = browser.get(url)
        if response.status_code != 200:
            continue
        body = b"".join(response.streaming_content) if response.streaming else response.content
        names_somebody = any(mark in body.decode(errors="ignore") for mark in MARKS)
        told = Event.objects.filter(actor=user).count() - before
        if names_somebody and not told:
            silent.append(name)
        if told and name in NAMES_NOBODY:
            needless.append(name)

    assert (silent, needless) == ([], [])


def test_pages_of_a_person_name_the_person(as_user, alice, example_service):
    arguments = small_world(example_service)
    person = Person.objects.get(pk=arguments["person_detail"]["person_id"])
    stay = Deployment.objects.get(pk=arguments["deployment_detail"]["deployment_id"])
    browser = as_user(alice)

    for name in ("person_detail", "person_edit", "person_eligibility", "record_edit", "deployment_step"):
        browser.get(address(name, arguments, alice))
    browser.get(f"{reverse('deployment_plan')}?person={person.pk}")

    assert left(alice) == [
        ("looked_at", "", person),
        ("looked_at", "", person),
        ("looked_at", "", person),
        ("looked_at", "record_edit", person),
        ("looked_at", "deployment_step", stay),
        ("looked_at", "deployment_plan", person),
    ]


def test_lists_the_search_and_duplicates_are_told_without_what_was_typed(as_user, alice):
    create.person(family_name="Blackwood")
    browser = as_user(alice)

    for name in ("home", "person_list", "deployment_list", "nomination_list", "duplicate_list", "search"):
        browser.get(reverse(name), {"q": "Blackwood"})

    assert [event.details for event in Event.objects.filter(actor=alice).order_by("id")] == [
        {"page": name}
        for name in ("home", "person_list", "deployment_list", "nomination_list", "duplicate_list", "search")
    ]


def test_a_form_that_comes_back_with_its_errors_is_told(as_user, alice):
    person = create.person()

    answer = as_user(alice).post(reverse("person_edit", args=[person.pk]), {"family_name": ""})

    assert answer.status_code == 200
    assert left(alice) == [("looked_at", "person_edit", person)]


def test_an_act_tells_itself_and_no_look_besides(as_user, alice, example_service):
    arguments = small_world(example_service)
    browser = as_user(alice)

    browser.post(address("flag_act", arguments), {"note": "Seen."})

    assert [verb for verb, _page, _subject in left(alice)] == ["decided"]


def test_an_act_that_was_taken_back_leaves_the_look(as_user, alice, monkeypatch):
    """An event that was undone with its act does not stand for the page that is shown."""
    person = create.person()

    def undone(form, *, by, **_details):
        with transaction.atomic():
            record(by, Verb.EDITED, person)
            transaction.set_rollback(True)
        return False

    monkeypatch.setattr("personnel.views.people.conflicts.save", undone)

    as_user(alice).post(reverse("person_edit", args=[person.pk]), {"family_name": "x"})

    assert left(alice) == [("looked_at", "person_edit", person)]


def test_polling_and_turning_the_pages_of_the_trail_leave_nothing(as_user, emil):
    browser = as_user(emil)

    for _each in range(3):
        browser.get(reverse("job_list"))
    browser.get(reverse("event_list"))
    browser.get(reverse("event_list"), {"page": 1})
    browser.get(reverse("admin:audit_event_changelist"))
    browser.get(reverse("admin:audit_event_changelist"), {"p": 1})

    assert left(emil) == [("looked_at", "event_list", None), ("looked_at", "admin:audit_event_changelist", None)]


def test_everything_in_the_administration_leaves_an_event(as_user, emil, example_service):
    small_world(example_service)
    browser = as_user(emil)
    silent, opened = [], 0
    for model, pages_of in admin.site._registry.items():
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        pages = [(f"{place}_changelist", []), (f"{place}_add", [])]
        if row:
            pages += [(f"{place}_{page}", [row.pk]) for page in ("change", "history", "delete")]
            if isinstance(pages_of, SimpleHistoryAdmin) and (version := row.history.first()):
                pages.append((f"{place}_simple_history", [row.pk, version.history_id]))
        for name, arguments in pages:
            try:
                url = reverse(name, args=arguments)
            except NoReverseMatch:
                continue
            before = Event.objects.count()
            if browser.get(url).status_code != 200:
                continue
            opened += 1
            newest = Event.objects.first()
            about = row.person if row and model._meta.model_name in OF_A_PERSON else row
            expected = (emil, about if arguments else None, name)
            if (
                Event.objects.count() != before + 1
                or (newest.actor, newest.subject, newest.details["page"]) != expected
            ):
                silent.append(name)

    assert silent == []
    assert opened > 60


def test_an_old_version_says_which(as_user, emil):
    person = create.person()
    version = person.history.first()

    as_user(emil).get(reverse("admin:personnel_person_simple_history", args=[person.pk, version.pk]))

    event = Event.objects.get()
    assert (event.subject, event.details) == (
        person,
        {"page": "admin:personnel_person_simple_history", "version": version.pk},
    )
