"""Flags about caps and postings: both sides of each threshold, typed by hand; and what the ledger makes of them."""

import datetime as dt

import pytest
from django.utils import timezone

from background.enqueue import after_change_of
from deployments.models import Consent, Waiver
from deployments.stays import lifecycle
from deployments.stays.steps import Act, Step
from deployments.watch import arrivals, caps, postings
from flags.models import Flag
from flags.sentences import sentence_of
from flags.tasks import check_caps, flag_expiring_postings
from personnel.models import Attestation, Credential, LanguageTest, PartnerAgreement, Person
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=5)
    return create.mission(area=area)


def running(mission, today, *, left, **fields):
    """A deployment in mission with `left` days left."""
    return create.deployment(
        mission=mission,
        starts_on=today - 300 * DAY,
        ends_on=today + left * DAY,
        status="in_mission",
        **fields,
    )


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (181, []),
        (180, [("posting_ending", "180", "plan")]),
        (91, [("posting_ending", "180", "plan")]),
        (90, [("posting_ending", "90", "plan")]),
        (61, [("posting_ending", "90", "plan")]),
        (60, [("posting_ending", "60", "plan")]),
        (31, [("posting_ending", "60", "plan")]),
        (30, [("posting_ending", "30", "act")]),
        (0, [("posting_ending", "30", "act")]),
        (-1, [("posting_overdue", "", "act")]),
    ],
)
def test_a_posting_is_flagged_at_its_stage(mission, today, left, expected):
    deployment = running(mission, today, left=left)
    if left <= 120:
        create.deployment(
            mission=mission,
            starts_on=today + (left + 1) * DAY,
            ends_on=today + 400 * DAY,
            status="planned",
            relieves=deployment,
        )

    found = [(cause.kind.code, cause.stage, cause.severity) for cause in postings.find(today)]

    assert found == expected


@pytest.mark.parametrize(
    ("left", "state", "successor", "flagged"),
    [
        (121, "active", None, False),
        (120, "active", None, True),
        (0, "active", None, True),
        (-1, "active", None, True),  # going overdue closes no other flag
        (120, "active", "planned", False),
        (120, "active", "cancelled", True),
        (120, "suspended", None, False),
    ],
)
def test_no_successor_in_time_is_flagged(mission, today, left, state, successor, flagged):
    create.mission_state(mission=mission, state=state)
    deployment = running(mission, today, left=left)
    if successor:
        create.deployment(
            mission=mission,
            starts_on=today + 200 * DAY,
            ends_on=today + 400 * DAY,
            status=successor,
            relieves=deployment,
        )

    assert ("no_successor" in [found.kind.code for found in postings.find(today)]) is flagged


@pytest.mark.parametrize(
    ("gap", "allowed", "change", "expected"),
    [
        (0, 0, {}, []),
        (1, 0, {}, [("gap_before_successor", 61, {"gap": 1})]),
        (1, 1, {}, []),
        (9, 8, {}, [("gap_before_successor", 61, {"gap": 9})]),
        (0, 0, {"status": "cancelled"}, [("no_successor", 60, {})]),
        (0, 0, {"state": "retired"}, [("no_successor", 60, {})]),
        (0, 0, {"state": "deceased"}, [("no_successor", 60, {})]),
        (0, 0, {"service": "another"}, [("no_successor", 60, {})]),
        (-3, 0, {}, []),
    ],
)
def test_a_successor_comes_in_time_or_is_none(mission, today, settings, gap, allowed, change, expected):
    settings.SUCCESSOR_GAP_DAYS = allowed
    posting = running(mission, today, left=60)
    person = create.person()
    create.deployment(
        mission=mission,
        person=person,
        starts_on=today + (61 + gap) * DAY,
        ends_on=today + 400 * DAY,
        status=change.pop("status", "approved"),
        relieves=posting,
    )
    if change.pop("service", ""):
        person.service = create.service()
    person.state = change.pop("state", "active")
    person.save()

    found = [(cause.kind.code, (cause.day - today).days, cause.facts) for cause in postings.find(today)]

    assert found == [("posting_ending", 60, {}), *expected]


@pytest.mark.parametrize(("days", "flagged"), [(0, []), (1, [("arrival_not_recorded", "", "act", -1)])])
@pytest.mark.parametrize("status", ["planned", "approved", "in_mission", "cancelled"])
def test_an_arrival_that_nobody_recorded_is_flagged_from_the_day_after(mission, today, status, days, flagged):
    create.deployment(mission=mission, starts_on=today - days * DAY, ends_on=today + 90 * DAY, status=status)

    found = [(one.kind.code, one.stage, one.severity, (one.day - today).days) for one in arrivals.find(today)]

    assert found == (flagged if status == "approved" else [])


@pytest.mark.parametrize(
    ("change", "by_status"),
    [
        ({}, {}),
        ({"state": "retired"}, {"planned": "retired", "approved": "retired", "in_mission": "retired"}),
        ({"state": "deceased"}, {"planned": "deceased", "approved": "deceased", "in_mission": "deceased"}),
        ({"merged": True}, {"planned": "merged", "approved": "merged", "in_mission": "merged"}),
        ({"service": True}, {"approved": "left_service"}),
    ],
)
@pytest.mark.parametrize("status", ["planned", "approved", "in_mission", "completed", "cancelled"])
def test_a_person_who_cannot_go_is_flagged_with_why(mission, today, change, by_status, status):
    stay = create.deployment(
        mission=mission,
        starts_on=today - 9 * DAY,
        ends_on=today - DAY if status == "completed" else today,
        status=status,
    )
    person = stay.person
    person.state = change.get("state", "active")
    person.merged_into = create.person() if "merged" in change else None
    person.service = create.service() if "service" in change else person.service
    person.save()

    found = [one.stage for one in arrivals.find(today) if one.kind.code == "person_cannot_go"]

    assert found == ([by_status[status]] if status in by_status else [])


def test_nobody_follows_a_posting_beside_the_missions(mission, today):
    posting = create.mission(area=mission.area, kind="specialized_posting")
    running(posting, today, left=60, kind="ancillary")

    assert [(cause.kind.code, cause.stage) for cause in postings.find(today)] == [("posting_ending", "60")]


def test_who_is_only_approved_or_back_home_is_not_flagged(mission, today):
    create.deployment(mission=mission, starts_on=today - DAY, ends_on=today + 5 * DAY, status="approved")
    create.deployment(mission=mission, starts_on=today - 9 * DAY, ends_on=today - DAY, status="completed")

    assert list(postings.find(today)) == []


@pytest.mark.parametrize(
    ("cap", "first", "expected"),
    [
        (4, 0, []),
        (3, 0, [("cap_near", "now", 0, {"used": 2, "cap": 3})]),
        (2, 0, [("cap_reached", "now", 0, {"used": 2, "cap": 2})]),
        (2, 7, [("cap_reached", "ahead", 7, {"used": 2, "cap": 2})]),
        (1, 0, [("cap_exceeded", "now", 0, {"used": 2, "cap": 1})]),
        (1, 7, [("cap_exceeded", "ahead", 7, {"used": 2, "cap": 1})]),
    ],
)
def test_a_broken_cap_is_flagged_with_its_first_day(mission, today, cap, first, expected):
    for _ in range(2):
        create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + 50 * DAY)
    mission.area.authorizations.update(cap=cap)

    found = [(cause.kind.code, cause.stage, (cause.day - today).days, cause.facts) for cause in caps.find(today)]

    assert found == expected


def test_being_near_the_cap_says_nothing_new_once_it_is_reached(mission, today):
    """One place is left today, none from tomorrow on."""
    mission.area.authorizations.update(cap=2)
    create.deployment(mission=mission, starts_on=today, ends_on=today + 50 * DAY)
    second = create.deployment(mission=mission, starts_on=today + DAY, ends_on=today + 50 * DAY)

    reached = [(cause.kind.code, (cause.day - today).days) for cause in caps.find(today)]
    second.status = "cancelled"
    second.save()

    assert reached == [("cap_reached", 1)]
    assert [(cause.kind.code, (cause.day - today).days) for cause in caps.find(today)] == [("cap_near", 0)]


def test_people_without_authorization_are_flagged_from_the_first_such_day(mission, today):
    create.deployment(mission=mission, starts_on=today, ends_on=today + 50 * DAY)
    mission.area.authorizations.update(valid_to=today + 20 * DAY)

    found = [(cause.kind.code, (cause.day - today).days, cause.facts) for cause in caps.find(today)]

    assert found == [("authorization_gap", 21, {"used": 1, "cap": 0})]


def test_the_policy_ceiling_and_the_sum_of_caps_are_flagged(mission, today):
    ceiling = create.ceiling(cap=5)
    for _ in range(2):
        create.deployment(mission=mission, starts_on=today, ends_on=today + 50 * DAY)
    assert list(caps.find(today)) == []

    ceiling.cap = 4
    ceiling.save()
    assert [(cause.kind.code, cause.stage, cause.facts) for cause in caps.find(today)] == [
        ("caps_over_ceiling", "now", {"used": 5, "cap": 4})
    ]

    ceiling.cap = 1
    ceiling.save()
    assert [(cause.kind.code, cause.facts) for cause in caps.find(today)] == [
        ("ceiling_exceeded", {"used": 2, "cap": 1}),
        ("caps_over_ceiling", {"used": 5, "cap": 1}),
    ]


def test_a_flag_is_one_row_opened_once_seen_again_resolved_and_opened_again(mission, today, alice):
    for _ in range(2):
        create.deployment(mission=mission, starts_on=today, ends_on=today + 50 * DAY)
    mission.area.authorizations.update(cap=1)

    check_caps()
    check_caps()

    flag = Flag.objects.get()
    assert flag.first_seen == flag.last_seen  # a second look on the same day writes nothing
    assert flag.resolved_at is None
    mission.area.authorizations.update(cap=4)
    check_caps()
    flag.refresh_from_db()
    assert flag.resolved_at is not None
    mission.area.authorizations.update(cap=1)
    check_caps()
    again = Flag.objects.get()
    assert (again.pk, again.resolved_at, again.first_seen) == (flag.pk, None, flag.first_seen)


def test_recording_the_departure_resolves_the_flag_of_the_overdue_posting(mission, today, alice):
    deployment = running(mission, today, left=-3)
    flag_expiring_postings()
    assert {flag.kind for flag in Flag.objects.open()} == {"posting_overdue", "no_successor"}

    lifecycle.take_step(deployment, Step(Act.COMPLETE, today=today, on_day=today - DAY), by=alice)
    flag_expiring_postings()

    assert Flag.objects.open().count() == 0
    assert all(flag.resolved_at <= timezone.now() for flag in Flag.objects.all())


def test_one_sweep_leaves_the_kinds_of_the_other_alone(mission, today):
    running(mission, today, left=-3)
    flag_expiring_postings()

    check_caps()

    assert Flag.objects.open().count() == 2


def test_the_sweeps_take_a_fixed_number_of_statements(mission, today, django_assert_num_queries):
    for _ in range(4):
        running(mission, today, left=20)
    check_caps()
    flag_expiring_postings()

    # job: row, day, begin, end; turn; thresholds; areas, stays, caps; all stays, ceilings; ceilings; flags; savepoint;
    # excesses: savepoint, turn, thresholds, excesses, flags, savepoint; of lists: the same without thresholds
    with django_assert_num_queries(29):
        check_caps()
    with django_assert_num_queries(27):
        flag_expiring_postings()


def test_a_flag_says_what_who_and_when(mission, today):
    ending = running(mission, today, left=20)
    flag_expiring_postings()
    flag = Flag.objects.get(kind="posting_ending")
    day = ending.ends_on.strftime("%-d %B %Y")

    assert sentence_of(flag, today=today) == (
        f"Cst. Émilie Tremblay, Ruritania Mission: the posting ends on {day}, in 20 days."
    )


def test_a_batch_asks_for_each_job_once(
    mission, today, alice, as_user, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda task, **_options: sent.append(task.name))
    stays = [
        create.deployment(mission=mission, starts_on=today, ends_on=today + DAY, status="planned") for _each in range(3)
    ]

    with django_capture_on_commit_callbacks(execute=True):
        for stay in stays:
            lifecycle.take_step(stay, Step(Act.APPROVE, today=today), by=alice)

    assert sorted(sent) == [
        "flags.check_approvals",
        "flags.check_caps",
        "flags.check_papers",
        "flags.flag_expiring_postings",
    ]


@pytest.mark.parametrize("model", [Credential, LanguageTest, Attestation, PartnerAgreement, Consent, Person, Waiver])
def test_what_an_approval_looks_at_wakes_the_sweeps(model, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda task, **_options: sent.append(task.name))

    with django_capture_on_commit_callbacks(execute=True):
        after_change_of(model)

    assert set(sent) - {"flags.flag_expiring_postings"} == {"flags.check_approvals", "flags.check_papers"}


def test_a_step_wakes_the_background(mission, today, alice, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda task, **_options: sent.append(task.name))
    deployment = create.deployment(mission=mission, starts_on=today, ends_on=today + DAY, status="planned")

    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.take_step(deployment, Step(Act.APPROVE, today=today), by=alice)

    assert sent == [
        "flags.check_caps",
        "flags.flag_expiring_postings",
        "flags.check_approvals",
        "flags.check_papers",
    ]
