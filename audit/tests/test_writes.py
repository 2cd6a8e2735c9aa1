"""Every write leaves an event, which says who, what, and the old and the new values."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.urls import reverse

from audit import requests, writes
from audit.log import record, sign
from audit.models import Event, Verb
from foundation.writes import TellingQuerySet
from missions.models import Area, Mission
from personnel.models import EmergencyContact
from tests import create

pytestmark = pytest.mark.django_db


def told():
    """Who, act, row and changes of each event of a write, in order."""
    acts = [Verb.ADDED, Verb.EDITED, Verb.REMOVED, Verb.MOVED]
    return [
        (event.actor, event.verb, event.subject_type.model, event.subject_id, event.details.get("changes"))
        for event in Event.objects.filter(verb__in=acts).order_by("id")
    ]


# What no page does, and programs, tasks and commands may.


@pytest.fixture
def command():
    requests.run(command="shell")
    yield
    requests.end()


def test_what_is_typed_at_the_shell(command):
    area = create.area(code="utopia")
    area.code = "nowhere"
    area.save(update_fields=["code"])
    area.delete()

    events = Event.objects.order_by("id")
    assert [(event.actor, event.verb, event.details["command"]) for event in events] == [
        (None, "added", "shell"),
        (None, "edited", "shell"),
        (None, "removed", "shell"),
    ]
    assert events[1].details["changes"] == {"code": ["utopia", "nowhere"]}


def test_the_commands_in_which_somebody_types_say_so(monkeypatch):
    import manage

    run = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", lambda argv: run.append(requests.origin()))
    for name in ("shell", "changepassword", "migrate"):
        monkeypatch.setattr("sys.argv", ["manage.py", name])
        manage.main()
        requests.end()

    assert run == [{"command": "shell"}, {"command": "changepassword"}, None]


def test_what_a_program_changes_or_removes_many_at_once():
    first, second = create.area(code="a", listing_order=1), create.area(code="b", listing_order=2)
    pks = [first.pk, second.pk]

    Area.objects.filter(pk__in=pks).update(listing_order=models.F("listing_order") + 10)
    first.listing_order, second.listing_order = 1, 12
    Area.objects.bulk_update([first, second], ["listing_order"])
    Area.objects.filter(pk__in=pks).delete()

    assert [one[1:4] for one in told()] == [
        ("edited", "area", pks[0]),
        ("edited", "area", pks[1]),
        ("edited", "area", pks[0]),
        ("removed", "area", pks[1]),
        ("removed", "area", pks[0]),
    ]
    assert [one[4]["listing_order"] for one in told()] == [[1, 11], [2, 12], [11, 1], [12, None], [1, None]]


def test_what_is_related_to_a_row_may_not_be_changed_past_the_trail():
    area = create.area()
    mission = create.mission(area=area, tour_months=6)

    area.missions.update(tour_months=9)

    assert told() == [(None, "edited", "mission", mission.pk, {"tour_months": [6, 9]})]


def test_who_acts_for_many_rows_at_once(alice):
    with writes.acting(alice, list=7):
        Area.objects.bulk_create(Area(code=code, name_en=code, name_fr=code, kind="country") for code in "ab")

    assert [(event.actor, event.verb, event.details["list"]) for event in Event.objects.order_by("id")] == [
        (alice, "added", 7),
        (alice, "added", 7),
    ]


def test_who_signs_a_row_is_told_with_the_act(alice):
    area = create.area()
    sign(area, alice, "A reason.", Verb.DECIDED, what="moved")
    area.save()
    area.save()

    event = Event.objects.get()
    assert (event.actor, event.verb, event.subject, event.details) == (alice, "decided", area, {"what": "moved"})


def test_what_is_undone_leaves_no_event(alice):
    area = create.area()
    sign(area, alice, "")
    area.name_en = "Nowhere"
    with transaction.atomic():
        area.save()
        transaction.set_rollback(True)

    assert not Event.objects.exists()


def test_several_writes_of_a_row_are_one_act(command):
    area = create.area(listing_order=1)
    with writes.one_for_each_row():
        for order in (2, 3):
            area.listing_order = order
            area.save()
        area.kind = "region"
        area.save()

    changes = Event.objects.order_by("id")[1].details["changes"]
    assert (Event.objects.count(), changes) == (2, {"listing_order": [1, 3], "kind": ["country", "region"]})


def test_a_paper_is_told_of_its_person_and_without_what_it_says(as_user, alice):
    person = create.person()
    contact = EmergencyContact.objects.create(
        person=person, name="Robin Blackwood", relation="parent", telephone="+1 613 555 0100", language="en"
    )
    pk = contact.pk

    as_user(alice).post(reverse("contact_remove", args=[pk]))

    event = Event.objects.get(verb="removed")
    assert (event.actor, event.subject) == (alice, person)
    assert event.details == {
        "part": "emergencycontact",
        "fields": ["person", "name", "relation", "telephone", "language"],
        "changes": {},
        "emergencycontact": pk,
    }


def test_a_person_is_told_without_the_name(as_user, alice, example_service):
    person = create.person(service=example_service, given_name="Zoë")
    sign(person, alice, "")
    person.given_name, person.born_on, person.state = "Zoé", dt.date(1990, 1, 1), "retired"
    person.save()

    event = Event.objects.get()
    assert event.details["fields"] == ["given_name", "born_on", "state"]
    assert event.details["changes"] == {"state": ["active", "retired"]}


# Typed by hand: models whose writes leave no event of their own, and what is told of whom.
LEAVE_NONE = {
    "audit.Event",
    "audit.Chain",
    "background.ScheduledJob",
    "background.JobRun",
    "outbox.Letter",
    "flags.Flag",
    "flags.FlagAct",
    "flags.News",
    "personnel.FormerName",
    "deployments.Score",
    "records.ImportedRow",
    "records.ColumnsOfLayout",
    "deployments.DeploymentTransition",
    "deployments.NominationTransition",
}
ABOUT_PEOPLE = {"personnel", "deployments", "accounts"}
REFERENCE = {  # rows of these apps that are about nobody
    "personnel.PoliceService",
    "personnel.ServiceFormerName",
    "personnel.Rank",
    "personnel.PartnerAgreement",
    "deployments.ScreeningItem",
    "deployments.Criterion",
}
TEXTS_THAT_ARE_TOLD = {
    "accounts.SavedView": {"of"},
    "accounts.User": {"email", "name"},
    "deployments.CallOut": {"place"},
    "deployments.Deployment": {"duty_station"},
}


def ours():
    from django.conf import settings

    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in settings.OUR_APPS and not hasattr(model, "history_date")
    ]


def test_every_model_leaves_events_or_says_why_not():
    silent = {model._meta.label for model in ours() if not writes.is_recorded(model)}

    assert silent == LEAVE_NONE
    assert all(model.leaves_no_event for model in ours() if model._meta.label in LEAVE_NONE)


def test_every_model_that_leaves_events_tells_what_is_written_many_at_once():
    silent = [
        model._meta.label
        for model in ours()
        if writes.is_recorded(model) and not isinstance(model._default_manager.get_queryset(), TellingQuerySet)
    ]

    assert silent == []


def test_no_text_about_a_person_stands_in_an_event():
    found = {}
    for model in ours():
        if model._meta.label in REFERENCE or not writes.is_recorded(model) or model._meta.app_label not in ABOUT_PEOPLE:
            continue
        kept_out = getattr(model, "untold_fields", ())
        texts = {
            field.name
            for field in writes.fields_told(model)
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField)
            and not field.choices
            and kept_out is not writes.ALL_FIELDS
            and field.name not in kept_out
        }
        if texts:
            found[model._meta.label] = texts

    assert found == TEXTS_THAT_ARE_TOLD


def test_every_relation_to_many_rows_is_told():
    untold = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.local_many_to_many
        if field.name not in getattr(model, "told_at_the_others", {})
        and field.name not in getattr(model, "written_with_the_row", ())
        and getattr(model, field.name).through._meta.auto_created  # else its rows leave events of their own
    ]

    assert untold == []


def test_what_is_loaded_at_the_start_leaves_no_event_but_of_acts():
    call_command("load_public_data")

    assert told() == []
    assert Mission.objects.exists()


def test_an_event_of_a_task_says_which_task_whoever_wrote_it(alice):
    requests.run(task="deployments.lapse_offers")
    try:
        area = create.area()
        sign(area, None, "Lapsed.", Verb.MOVED, act="lapse")
        area.save()
        record(None, Verb.CHECKED)
    finally:
        requests.end()
    record(alice, Verb.SIGNED_IN)

    said = [(event.verb, event.details) for event in Event.objects.order_by("id") if event.verb != "added"]
    assert said == [
        ("moved", {"task": "deployments.lapse_offers", "act": "lapse"}),
        ("checked", {"task": "deployments.lapse_offers"}),
        ("signed_in", {}),
    ]
