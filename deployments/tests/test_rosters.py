"""Rosters: people are nominated, certified and called out; nobody is deployed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from deployments import guards
from deployments.candidates import merging
from deployments.corrections import making
from deployments.models import CallOut, Deployment, RosterEntry
from deployments.stays import lifecycle, steps
from deployments.stays.steps import Act, Step
from deployments.watch import rosters
from flags.models import Threshold
from foundation.refusals import StepRefused
from missions.models import Mission, Position
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def roster():
    return create.roster()


def add(roster, person):
    return reverse("roster_entry_add", args=[roster.pk]) + f"?person={person.pk}"


def edited(entry, **typed):
    """What the page of an entry holds, with other values."""
    names = ["nominated_on", "training_on", "certified_on", "certified_until", "taken_off_on"]
    return {name: getattr(entry, name) or "" for name in names} | typed


def seen(browser, url):
    return browser.get(url).context["form"]["seen"].value()


def test_planning_somebody_for_a_roster_is_refused_with_a_sentence(roster, today, alice):
    deployment = Deployment(
        person=create.person(), mission=roster, kind="ancillary", starts_on=today, ends_on=today + 9 * DAY
    )

    with pytest.raises(StepRefused) as refusal:
        lifecycle.plan(deployment, by=alice, today=today)

    assert [(found.code, found.rule, found.message) for found in refusal.value.blockers] == [
        (
            "roster_takes_nobody",
            5,
            "Justice Roster is a roster: people are put on it, and nobody is deployed to it.",
        )
    ]
    assert Deployment.objects.count() == 0


def test_the_plan_form_offers_missions_and_no_roster(roster, today, alice, as_user):
    mission = create.mission()
    url = reverse("deployment_plan") + f"?person={create.person().pk}"

    page = as_user(alice).get(url)
    sent = as_user(alice).post(url, {"mission": roster.pk, "kind": "standard", "starts_on": today})

    assert list(page.context["form"].fields["mission"].queryset) == [mission]
    assert sent.context["form"].errors["mission"] == [
        "Choose a mission that accepts deployments: this one is closed, or is a roster."
    ]
    assert Deployment.objects.count() == 0


def test_a_stay_is_not_put_right_to_a_roster(roster, today, alice):
    stay = create.deployment(mission=create.mission(), starts_on=today, ends_on=today + 9 * DAY, status="planned")

    with pytest.raises(StepRefused) as refusal:
        making.ask(stay, {"mission": roster, "position": None}, reason="A slip.", by=alice, today=today)

    assert [found.code for found in refusal.value.blockers] == ["roster_takes_nobody"]


def test_who_was_planned_before_the_mission_became_a_roster_is_left_alone(today, alice):
    mission = create.mission(kind="opportunity")
    stay = create.deployment(
        mission=mission, starts_on=today, ends_on=today + 9 * DAY, status="in_mission", kind="ancillary"
    )
    Mission.objects.filter(pk=mission.pk).update(kind="roster")
    stay = Deployment.objects.get(pk=stay.pk)

    assert "roster_takes_nobody" not in {found.code for found in steps.approval.objections(stay, today=today)}
    lifecycle.take_step(stay, Step(Act.COMPLETE, today=today, on_day=today), by=alice)
    assert Deployment.objects.get().status == "completed"


def test_a_roster_has_no_positions(roster, alice, as_user):
    typed = {"number": "P1", "title_en": "Expert", "title_fr": "Experte", "stream": "adviser", "places": 1}

    page = as_user(alice).post(reverse("position_add", args=[roster.pk]), typed)

    assert page.context["form"].non_field_errors() == ["A roster has no positions: put people on it instead."]
    assert Position.objects.count() == 0


def test_the_database_keeps_deployments_and_rosters_apart(roster, today):
    mission = create.mission(kind="opportunity")
    stay = create.deployment(mission=mission, starts_on=today, ends_on=today, kind="ancillary")
    entry = create.roster_entry(roster=roster)

    broken = {
        "guard_roster_takes_nobody": [
            lambda: create.deployment(mission=roster, starts_on=today, ends_on=today, kind="ancillary"),
            lambda: Deployment.objects.filter(pk=stay.pk).update(mission=roster),
        ],
        "guard_entry_on_roster": [
            lambda: create.roster_entry(roster=mission),
            lambda: RosterEntry.objects.filter(pk=entry.pk).update(roster=mission),
        ],
        "guard_roster_fixed": [lambda: Mission.objects.filter(pk=roster.pk).update(kind="opportunity")],
    }
    for name, acts in broken.items():
        for act in acts:
            with pytest.raises(IntegrityError) as error, transaction.atomic():
                act()
            assert guards.name_of(error.value) == name


@pytest.mark.parametrize(
    "fields",
    [
        {"training_on": dt.date(2024, 1, 14)},
        {"certified_on": dt.date(2024, 1, 14)},
        {"training_on": dt.date(2024, 3, 2), "certified_on": dt.date(2024, 3, 1)},
        {"certified_until": dt.date(2025, 1, 1)},
        {"certified_on": dt.date(2024, 3, 2), "certified_until": dt.date(2024, 3, 1)},
        {"taken_off_on": dt.date(2024, 1, 14)},
    ],
)
def test_the_database_refuses_days_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        create.roster_entry(nominated_on=dt.date(2024, 1, 15), **fields)


def test_a_call_out_does_not_end_before_it_begins(today):
    entry = create.roster_entry(certified_on=dt.date(2024, 2, 1))

    with pytest.raises(IntegrityError), transaction.atomic():
        create.call_out(entry=entry, first_day=today, last_day=today - DAY)


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, "nominated"),
        ({"training_on": 5}, "nominated"),
        ({"certified_on": 0}, "valid"),
        ({"certified_on": -9, "certified_until": 91}, "valid"),
        ({"certified_on": -9, "certified_until": 90}, "ending"),
        ({"certified_on": -9, "certified_until": 0}, "ending"),
        ({"certified_on": -9, "certified_until": -1}, "expired"),
        ({"certified_on": -9, "certified_until": 200, "taken_off_on": 0}, "off"),
    ],
)
def test_where_an_entry_stands(today, fields, standing):
    days = {name: today + number * DAY for name, number in fields.items()}

    made = create.roster_entry(**days)
    [entry] = rosters.with_standing([made], today)

    assert entry.standing_then == standing
    assert RosterEntry.objects.standing_on(today).exists() == (standing != "off")


def test_somebody_is_found_and_put_on_the_roster(roster, alice, as_user, example_service):
    person = create.person(service=example_service, family_name="Quintal")
    create.person(family_name="Gingras")
    browser = as_user(alice)
    found = browser.get(reverse("roster_entry_add", args=[roster.pk]), {"q": "quintal"})
    form = browser.get(add(roster, person))

    sent = browser.post(add(roster, person), {"nominated_on": "2024-02-01", "training_on": "2024-04-01"})

    assert list(found.context["found"]) == [person]
    assert f'href="{add(roster, person)}"' in found.content.decode()
    assert list(form.context["form"].fields) == [
        "nominated_on",
        "training_on",
        "certified_on",
        "certified_until",
        "seen",
    ]
    assert sent.url == reverse("mission_detail", args=[roster.pk])
    entry = RosterEntry.objects.get()
    assert (entry.person, entry.roster, entry.nominated_on, entry.training_on) == (
        person,
        roster,
        dt.date(2024, 2, 1),
        dt.date(2024, 4, 1),
    )
    event = Event.objects.order_by("-id").first()
    assert (event.verb, event.subject_id, event.actor_id, event.details["part"]) == (
        "added",
        person.pk,
        alice.pk,
        "rosterentry",
    )


def test_nobody_stands_on_a_roster_twice_at_a_time(roster, alice, as_user):
    entry = create.roster_entry(roster=roster)

    page = as_user(alice).post(add(roster, entry.person), {"nominated_on": "2024-02-01"})

    assert page.context["form"].non_field_errors() == ["This person is already on this roster."]
    RosterEntry.objects.update(taken_off_on=dt.date(2024, 3, 1))
    assert as_user(alice).post(add(roster, entry.person), {"nominated_on": "2024-04-01"}).status_code == 302
    assert RosterEntry.objects.count() == 2


def test_facts_of_an_entry_are_not_in_the_future(roster, today, alice, as_user):
    entry = create.roster_entry(roster=roster)
    url = reverse("roster_entry_edit", args=[entry.pk])
    late = dict.fromkeys(["nominated_on", "certified_on", "taken_off_on"], today + DAY)
    browser = as_user(alice)

    page = browser.post(url, edited(entry, **late, seen=seen(browser, url)))

    assert page.context["form"].errors == {name: ["This day has not come yet."] for name in late}
    assert browser.post(url, edited(entry, training_on=today + DAY, seen=seen(browser, url))).status_code == 302


def test_who_opens_an_entry_that_somebody_else_changed_is_told(roster, today, alice, as_user):
    entry = create.roster_entry(roster=roster)
    url = reverse("roster_entry_edit", args=[entry.pk])
    browser = as_user(alice)
    before = seen(browser, url)
    browser.post(url, edited(entry, certified_on="2024-03-01", seen=before))

    second = browser.post(url, edited(entry, certified_on="2024-03-02", seen=before))

    assert [(change.label, change.now, change.typed) for change in second.context["form"].changes_by_others] == [
        ("Certified on", "2024-03-01", "2024-03-02")
    ]


def test_a_call_out_is_recorded_and_stands_in_the_way_of_no_deployment(roster, today, alice, as_user):
    entry = create.roster_entry(roster=roster, certified_on=dt.date(2024, 3, 1))
    stay = create.deployment(
        mission=create.mission(kind="opportunity"),
        person=entry.person,
        starts_on=today,
        ends_on=today + 9 * DAY,
        kind="ancillary",
    )
    typed = {"first_day": today, "last_day": "", "place": "Geneva"}

    sent = as_user(alice).post(reverse("call_out_add", args=[entry.pk]), typed)

    assert sent.url == reverse("mission_detail", args=[roster.pk])
    call_out = CallOut.objects.get()
    assert (call_out.entry, call_out.first_day, call_out.last_day, call_out.place) == (entry, today, None, "Geneva")
    assert "person_elsewhere" not in {found.code for found in steps.approval.objections(stay, today=today)}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "A call-out on 1 June 2025 would be before the certification."),
        ({"certified_on": dt.date(2025, 6, 2)}, "A call-out on 1 June 2025 would be before the certification."),
        (
            {"certified_on": dt.date(2024, 6, 1), "certified_until": dt.date(2025, 5, 31)},
            "A call-out on 1 June 2025 would be after the certification.",
        ),
        (
            {"certified_on": dt.date(2024, 6, 1), "taken_off_on": dt.date(2025, 5, 31)},
            "A call-out on 1 June 2025 would be after the entry was taken off.",
        ),
        ({"certified_on": dt.date(2025, 6, 1), "certified_until": dt.date(2025, 6, 1)}, None),
    ],
)
def test_only_who_is_certified_is_called_out(roster, alice, as_user, fields, sentence):
    entry = create.roster_entry(roster=roster, **fields)
    typed = {"first_day": "2025-06-01", "last_day": "2025-06-10", "place": "Geneva"}

    answer = as_user(alice).post(reverse("call_out_add", args=[entry.pk]), typed)

    if sentence is None:
        assert (answer.status_code, CallOut.objects.count()) == (302, 1)
    else:
        assert answer.context["form"].errors == {"first_day": [sentence]}
        assert CallOut.objects.count() == 0


def test_an_entry_is_not_edited_away_under_its_call_outs(roster, alice, as_user):
    entry = create.roster_entry(roster=roster, certified_on=dt.date(2024, 3, 1))
    create.call_out(entry=entry, first_day=dt.date(2025, 6, 1))
    url = reverse("roster_entry_edit", args=[entry.pk])
    browser = as_user(alice)

    page = browser.post(url, edited(entry, certified_until="2025-05-31", seen=seen(browser, url)))

    assert page.context["form"].errors == {
        "certified_until": ["A call-out on 1 June 2025 would be after the certification."]
    }
    entry.refresh_from_db()
    entry.certified_on = None
    with pytest.raises(ValidationError):
        entry.full_clean()


def test_a_call_out_is_corrected(roster, alice, as_user):
    call_out = create.call_out(
        entry=create.roster_entry(roster=roster, certified_on=dt.date(2024, 3, 1)), first_day=dt.date(2025, 6, 1)
    )
    url = reverse("call_out_edit", args=[call_out.pk])
    browser = as_user(alice)

    browser.post(
        url, {"first_day": "2025-06-01", "last_day": "2025-06-20", "place": "Goma", "seen": seen(browser, url)}
    )

    call_out.refresh_from_db()
    assert (call_out.last_day, call_out.place) == (dt.date(2025, 6, 20), "Goma")


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_roster_lists_who_stands_on_it(roster, today, alice, as_user, number, django_assert_num_queries):
    off = create.roster_entry(roster=roster, taken_off_on=today)
    entries = [
        create.roster_entry(
            roster=roster,
            person=create.person(family_name=f"Gingras {index}"),
            certified_on=dt.date(2024, 3, 1),
            certified_until=today + 60 * DAY,
        )
        for index in range(number)
    ]
    create.call_out(entry=entries[0], first_day=dt.date(2025, 6, 1), place="Goma")
    browser = as_user(alice)
    browser.get(roster.get_absolute_url())  # content types are looked up once

    with django_assert_num_queries(28):
        page = browser.get(roster.get_absolute_url())

    assert [(entry, entry.standing_then) for entry in page.context["page"]] == [
        *((entry, "ending") for entry in entries),
        (off, "off"),
    ]
    assert page.context["on_roster"] == number
    said = page.content.decode()
    assert "2025-06-01 – until further notice, Goma" in said
    assert "A roster: people are nominated" in said
    assert "Add a position" not in said
    assert "There now" not in said


def test_the_page_of_the_person_says_it_to_the_own_service_and_no_other(roster, today, as_user, alice, bob, charlie):
    entry = create.roster_entry(
        roster=roster, person=create.person(service=bob.services.get()), certified_on=dt.date(2024, 3, 1)
    )
    create.call_out(entry=entry, first_day=dt.date(2025, 6, 1), place="Goma")
    url = reverse("person_detail", args=[entry.person_id])

    own, office = as_user(bob).get(url).content.decode(), as_user(alice).get(url).content.decode()

    assert "2025-06-01 – until further notice, Goma" in own
    assert reverse("mission_detail", args=[roster.pk]) in own
    assert reverse("roster_entry_edit", args=[entry.pk]) not in own
    assert reverse("roster_entry_edit", args=[entry.pk]) in office
    assert as_user(charlie).get(url).status_code == 404
    assert list(RosterEntry.objects.visible_to(charlie)) == []


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (91, []),
        (90, [("90", "plan")]),
        (31, [("90", "plan")]),
        (30, [("30", "act")]),
        (0, [("30", "act")]),
        (-1, [("ended", "act")]),
        (None, []),
    ],
)
def test_a_certification_that_ends_is_flagged(today, days, found):
    until = None if days is None else today + days * DAY
    entry = create.roster_entry(certified_on=dt.date(2024, 3, 1), certified_until=until)

    flagged = list(rosters.find(today))

    assert [(one.stage, one.severity.value) for one in flagged] == found
    assert [(one.subject, one.day, one.area_id, one.service_id) for one in flagged] == [
        (entry, until, entry.roster.area_id, None)
    ] * len(found)


def test_who_is_off_or_dead_is_not_flagged_and_without_thresholds_nobody_is(today):
    ending = {"certified_on": dt.date(2024, 3, 1), "certified_until": today}
    create.roster_entry(**ending, taken_off_on=today)
    create.roster_entry(**ending, person=create.person(state="deceased"))
    assert list(rosters.find(today)) == []

    create.roster_entry(**ending)
    Threshold.objects.filter(kind="certification_ending").delete()
    assert list(rosters.find(today)) == []


def test_a_merge_brings_the_entries_along_and_refuses_two_on_one_roster(roster, alice):
    kept, merged = create.person(), create.person()
    entry = create.roster_entry(roster=roster, person=merged)
    create.call_out(entry=entry, first_day=dt.date(2025, 6, 1))
    other = create.roster_entry(roster=roster, person=create.person())

    merging.merge(kept, merged, by=alice, reason="The same.")
    with pytest.raises(StepRefused) as refusal:
        merging.merge(kept, other.person, by=alice, reason="The same.")

    entry.refresh_from_db()
    assert (entry.person, entry.call_outs.count()) == (kept, 1)
    assert [blocker.code for blocker in refusal.value.blockers] == ["merge_conflict"]
    assert "stand on the same roster" in str(refusal.value.blockers[0].message)
