"""Flags about papers that run out and about what waits too long: both sides of each threshold, typed by hand."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from deployments.watch import agreements, follow_ups, nominations, offers, papers, stopped_missions
from flags.attention import with_sentences
from flags.kinds import Sweep, detectors
from flags.models import Flag, Threshold
from flags.tasks import check_papers, check_what_waits
from flags.watch import authorizations
from missions.models import Requirement
from records import watch as lists
from records.models import Import
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WATCHED = {
    kind.code for sweep in (Sweep.PAPERS, Sweep.WAITING) for detector in detectors(sweep) for kind in detector.kinds
}
PAPERS = [authorizations, agreements, papers]
WAITING = [nominations, offers, follow_ups, stopped_missions, lists]


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=50, armed=False)
    return create.mission(area=area)


def found(modules, today):
    """(kind, stage, severity, days until the day of the flag) of all that these detectors find."""
    causes = (cause for module in modules for cause in module.find(today))
    return [(cause.kind.code, cause.stage, cause.severity, (cause.day - today).days) for cause in causes]


def create_stay(mission, today, *, person=None, status="in_mission", left=100, **fields):
    first = today - 10 * DAY if status == "in_mission" else today + 5 * DAY
    return create.deployment(
        mission=mission, person=person, starts_on=first, ends_on=today + left * DAY, status=status, **fields
    )


# --- Papers of missions and services --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (181, []),
        (180, [("authorization_ending", "180", "plan", 180)]),
        (91, [("authorization_ending", "180", "plan", 91)]),
        (90, [("authorization_ending", "90", "plan", 90)]),
        (30, [("authorization_ending", "30", "act", 30)]),
        (0, [("authorization_ending", "30", "act", 0)]),
        (-1, []),
    ],
)
def test_an_authorization_is_flagged_at_its_stage(mission, today, left, expected):
    mission.area.authorizations.update(valid_to=today + left * DAY)

    assert found(PAPERS, today) == expected


@pytest.mark.parametrize(("gap", "flagged"), [(1, False), (2, True)])
def test_an_authorization_that_another_follows_at_once_is_not_ending(mission, today, gap, flagged):
    mission.area.authorizations.update(valid_to=today + 20 * DAY)
    create.authorization(area=mission.area, valid_from=today + (20 + gap) * DAY)

    assert bool(found(PAPERS, today)) == flagged


def test_nobody_waits_for_an_authorization_where_every_mission_stopped(mission, today):
    mission.area.authorizations.update(valid_to=today + 20 * DAY)
    create.mission_state(mission=mission, state="closed")

    assert found(PAPERS, today) == []


@pytest.mark.parametrize(
    ("left", "fields", "expected"),
    [
        (181, {}, []),
        (180, {}, [("agreement_ending", "180", "plan", 180)]),
        (30, {}, [("agreement_ending", "30", "act", 30)]),
        (20, {"state": "draft"}, []),
        (20, {"needs_province": True}, []),
    ],
)
def test_an_agreement_is_flagged_at_its_stage(today, left, fields, expected):
    service = create.partner(agreed=False)
    create.agreement(service=service, ends_on=today + left * DAY, **fields)

    assert found(PAPERS, today) == expected


def test_an_agreement_that_is_renewed_is_not_ending(today):
    service = create.partner(agreed=False)
    create.agreement(service=service, ends_on=today + 20 * DAY)
    create.agreement(service=service, starts_on=today + 21 * DAY, ends_on=today + 900 * DAY)

    assert found(PAPERS, today) == []


@pytest.mark.parametrize(
    ("status", "renewed_from", "expected"),
    [
        ("in_mission", None, [("agreement_ending", "ended", "act", -1)]),
        ("in_mission", 0, []),  # renewed while they are away
        ("in_mission", 1, [("agreement_ending", "ended", "act", -1)]),  # not in force yet
        ("approved", None, []),  # said of the stay itself
        ("completed", None, []),
    ],
)
def test_an_agreement_that_ended_while_people_are_away_is_flagged_until_it_is_renewed(
    mission, today, status, renewed_from, expected
):
    service = create.partner(agreed=False, is_active=False)
    create.agreement(service=service, ends_on=today - DAY)
    first, last = (-90, -2) if status == "completed" else (-5, 100)
    stay = create.deployment(
        mission=mission,
        person=create.person(service=service),
        starts_on=today + first * DAY,
        ends_on=today + last * DAY,
        status=status,
    )
    create.consent(person=stay.person, mission=mission, starts_on=stay.starts_on, ends_on=stay.ends_on)
    if renewed_from is not None:
        create.agreement(service=service, starts_on=today + renewed_from * DAY)

    assert found(PAPERS, today) == expected


def test_nobody_waits_for_an_agreement_with_a_service_that_lends_no_more(today):
    service = create.partner(agreed=False, is_active=False)
    create.agreement(service=service, ends_on=today + 20 * DAY)

    assert found(PAPERS, today) == []


# --- Papers of people -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "left", "expected"),
    [
        ("in_mission", 100, []),
        ("in_mission", 90, []),  # reminded of 90 days before the first day that is not covered
        ("in_mission", 89, [("credential_lapsing", "first-aid", "plan", 90)]),
        ("in_mission", -1, [("credential_lapsing", "first-aid", "act", 0)]),
        ("in_mission", -5, [("credential_lapsing", "first-aid", "act", -4)]),
        ("approved", 50, [("credential_lapsing", "first-aid", "plan", 51)]),
        ("planned", 50, []),
        ("completed", 50, []),
    ],
)
def test_a_credential_that_lapses_during_a_stay_is_flagged(mission, today, status, left, expected):
    kind, person = create.kind(), create.person()
    Requirement.objects.create(mission=mission, kind=kind)
    create.credential(person=person, kind=kind, expires_on=today + left * DAY)
    if status == "completed":
        create.deployment(
            mission=mission, person=person, starts_on=today - 99 * DAY, ends_on=today - DAY, status=status
        )
    else:
        create_stay(mission, today, person=person, status=status)

    assert found(PAPERS, today) == expected


def test_languages_and_consents_that_end_during_a_stay_are_flagged(mission, today):
    person = create.person(service=create.partner(), first_language="en")
    create.language(person=person, language="fr", expires_on=today + 10 * DAY)
    stay = create_stay(mission, today, person=person)
    create.consent(person=person, mission=mission, starts_on=stay.starts_on, ends_on=today + 20 * DAY)

    assert found(PAPERS, today) == [
        ("consent_ending", "", "plan", 21),
        ("credential_lapsing", "fr", "plan", 11),
    ]


@pytest.mark.parametrize(
    ("left", "expected"),
    [(0, [("credential_lapsing", "first-aid", "act", -3)]), (-1, [("credential_lapsing", "first-aid", "act", -3)])],
)
def test_going_overdue_closes_no_flag_about_a_paper(mission, today, left, expected):
    kind, person = create.kind(), create.person()
    Requirement.objects.create(mission=mission, kind=kind)
    create.credential(person=person, kind=kind, expires_on=today - 4 * DAY)
    create_stay(mission, today, person=person, left=left)

    assert found(PAPERS, today) == expected


@pytest.mark.parametrize("left", [50, -1])
@pytest.mark.parametrize("issued", [-3, 0])
def test_what_is_renewed_during_the_stay_ends_its_flag(mission, today, left, issued):
    service, kind = create.partner(agreed=False), create.kind()
    person = create.person(service=service, first_language="en")
    Requirement.objects.create(mission=mission, kind=kind)
    ended, renewed, long = today - 4 * DAY, today + issued * DAY, today + 900 * DAY
    create.credential(person=person, kind=kind, expires_on=ended)
    create.language(person=person, language="fr", expires_on=ended)
    create.agreement(service=service, ends_on=ended)
    stay = create_stay(mission, today, person=person, left=left)
    create.consent(person=person, mission=mission, starts_on=stay.starts_on, ends_on=ended)
    before = found(PAPERS, today)

    create.credential(person=person, kind=kind, issued_on=renewed, expires_on=long)
    create.language(person=person, language="fr", tested_on=renewed, expires_on=long)
    create.agreement(service=service, starts_on=renewed, ends_on=long)
    create.consent(person=person, mission=mission, starts_on=renewed, ends_on=long)

    assert before == [
        ("agreement_ending", "ended", "act", -4),
        ("consent_ending", "", "act", -3),
        ("credential_lapsing", "fr", "act", -3),
        ("credential_lapsing", "first-aid", "act", -3),
    ]
    assert found(PAPERS, today) == []


# --- What waits -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        ("submitted", 29, []),
        ("submitted", 30, [("nomination_waiting", "submitted 30", "plan", -30)]),
        ("assessment", 59, [("nomination_waiting", "assessment 30", "plan", -59)]),
        ("assessment", 60, [("nomination_waiting", "assessment 60", "act", -60)]),
        ("returned", 90, []),
        ("qualified", 90, []),
        ("withdrawn", 90, []),
    ],
)
def test_a_nomination_that_waits_for_the_office_is_flagged(mission, today, stage, days, expected):
    row = create.nomination(position=create.position(mission=mission), stage=stage)
    noon = dt.datetime.combine(today - days * DAY, dt.time(12))
    type(row).objects.filter(pk=row.pk).update(stage_since=timezone.make_aware(noon))

    assert found(WAITING, today) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (6, []),
        (5, [("offer_unanswered", "5", "act", 5)]),
        (0, [("offer_unanswered", "5", "act", 0)]),
        (-1, [("offer_unanswered", "late", "act", -1)]),
    ],
)
def test_an_offer_without_answer_is_flagged(mission, today, left, expected):
    person = create.person(service=create.partner())
    create.consent(
        person=person,
        mission=mission,
        starts_on=today,
        ends_on=today,
        state="offered",
        answer_by=today + left * DAY,
    )

    assert found(WAITING, today) == expected


@pytest.mark.parametrize(("days", "flagged"), [(179, False), (180, True)])
def test_a_follow_up_that_is_not_done_is_flagged(mission, today, days, flagged):
    create.deployment(mission=mission, starts_on=today - 400 * DAY, ends_on=today - days * DAY, status="completed")

    assert (found(WAITING, today) == [("follow_up_overdue", "180", "plan", -days)]) == flagged


@pytest.mark.parametrize(("state", "flagged"), [("active", False), ("suspended", True), ("closed", True)])
def test_people_in_a_stopped_mission_are_flagged(mission, today, state, flagged):
    create_stay(mission, today)
    create.mission_state(mission=mission, state=state)

    assert (found(WAITING, today) == [("mission_stopped", state, "act", 0)]) == flagged


@pytest.mark.parametrize(
    ("status", "people"), [("planned", 0), ("approved", 1), ("in_mission", 1), ("completed", 0), ("cancelled", 0)]
)
def test_whoever_is_approved_to_go_to_a_stopped_mission_counts_too(mission, today, status, people):
    create.mission_state(mission=mission, state="suspended")
    first, last = (-9, -1) if status == "completed" else (-9, 400)
    create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY, status=status)

    assert [cause.facts for cause in stopped_missions.find(today)] == (
        [{"people": people, "state": "suspended", "ahead": False}] if people else []
    )


def test_nobody_is_waited_for_whose_account_was_closed(bob, today):
    noon = timezone.make_aware(dt.datetime.combine(today - 14 * DAY, dt.time(12)))
    Import.objects.create(by=bob, at=noon, name="list.csv", state="preview")
    open_account = found(WAITING, today)
    bob.is_active = False
    bob.save()

    assert open_account == [("list_left", "14", "plan", -14)]
    assert found(WAITING, today) == []


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [
        ("preview", 2, []),
        ("preview", 3, [("list_left", "3", "plan", -3)]),
        ("columns", 13, [("list_left", "3", "plan", -13)]),
        ("refused", 14, [("list_left", "14", "plan", -14)]),
        ("done", 14, []),
        ("cancelled", 14, []),
    ],
)
def test_a_list_that_is_not_finished_is_flagged_for_the_service_of_its_owner(bob, today, state, days, expected):
    noon = timezone.make_aware(dt.datetime.combine(today - days * DAY, dt.time(12)))
    Import.objects.create(by=bob, at=noon, name="list.csv", state=state)

    assert found(WAITING, today) == expected
    assert {cause.service_id for cause in lists.find(today)} == ({bob.services.get().pk} if expected else set())


# --- Thresholds, sentences, statements ------------------------------------------------------------------------------
def test_thresholds_are_rows_and_a_kind_without_rows_is_not_watched(mission, today):
    mission.area.authorizations.update(valid_to=today + 20 * DAY)
    Threshold.objects.filter(kind="authorization_ending").delete()

    nothing = found(PAPERS, today)
    Threshold.objects.create(kind="authorization_ending", value=20)

    assert nothing == []
    assert found(PAPERS, today) == [("authorization_ending", "20", "act", 20)]


def test_a_threshold_stands_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        Threshold.objects.create(kind="posting_ending", value=180)


def create_one_of_each(mission, today):
    """One cause of every kind that these two sweeps know."""
    service = create.partner(agreed=False)
    create.agreement(service=service, ends_on=today + 20 * DAY)
    kind, person = create.kind(), create.person(service=service)
    Requirement.objects.create(mission=mission, kind=kind)
    create.credential(person=person, kind=kind, expires_on=today + 10 * DAY)
    stay = create_stay(mission, today, person=person, left=15)
    create.consent(person=person, mission=mission, starts_on=stay.starts_on, ends_on=today + 5 * DAY)
    mission.area.authorizations.update(valid_to=today + 20 * DAY)
    create.consent(person=person, mission=mission, starts_on=today, ends_on=today, state="offered", answer_by=today)
    row = create.nomination(position=create.position(mission=mission))
    long_ago = timezone.now() - 70 * DAY
    type(row).objects.filter(pk=row.pk).update(stage_since=long_ago)
    create.deployment(mission=mission, starts_on=today - 600 * DAY, ends_on=today - 200 * DAY, status="completed")
    Import.objects.create(by=create.user(), at=long_ago, name="list.csv", state="preview")
    stopped = create.mission(area=mission.area, state="suspended")
    create_stay(stopped, today, left=15)
    create.roster_entry(certified_on=today, certified_until=today + 20 * DAY)


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_every_kind_says_what_it_is_about_and_opens_a_page(mission, today, language, as_user, alice):
    create_one_of_each(mission, today)
    check_papers()
    check_what_waits()

    with translation.override(language):
        notices = with_sentences(Flag.objects.open(), today=today)

    assert {notice.flag.kind for notice in notices} == WATCHED
    for notice in notices:
        assert "%" not in notice.sentence
        page = as_user(alice).get(notice.flag.get_absolute_url())
        about = page.context["about"]
        # A list of candidates is its owner's alone.
        assert (about is None) == (notice.flag.kind == "list_left")
        assert about is None or as_user(alice).get(about).status_code == 200


def test_the_sweeps_take_a_fixed_number_of_statements(mission, today, django_assert_num_queries):
    for _each in range(3):
        create_stay(mission, today)
        create.nomination(position=create.position(mission=mission, number=f"P{_each}"))
    check_papers()
    check_what_waits()

    with django_assert_num_queries(41):
        check_papers()
    with django_assert_num_queries(31):
        check_what_waits()
