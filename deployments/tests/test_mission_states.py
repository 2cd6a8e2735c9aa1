"""States of missions are rows with days: entered, withdrawn, never rewritten, read on the day that is asked about."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from deployments import guards
from deployments.stays import approval, mission_states, steps
from deployments.stays.steps import Act, Step
from deployments.watch import approvals, postings, stopped_missions
from foundation.refusals import StepRefused
from missions.models import Mission, MissionState, Position
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = {"reason_en": "Ministers decided so."}


@pytest.fixture
def mission(db, today):
    area = create.area()
    create.authorization(area=area)
    return create.mission(area=area, starts_on=today - 1000 * DAY)


def enter(mission, state, day, by):
    return mission_states.enter(MissionState(mission=mission, state=state, from_day=day, **WHY), by=by)


def stay(mission, today, first, last, status="approved"):
    return create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY, status=status)


def refused(act):
    with pytest.raises(StepRefused) as refusal:
        act()
    return [(blocker.code, blocker.about, blocker.message) for blocker in refusal.value.blockers]


def test_a_mission_is_on_each_day_what_its_rows_say(mission, alice, today):
    enter(mission, "suspended", today - 100 * DAY, alice)
    enter(mission, "active", today - 50 * DAY, alice)
    enter(mission, "closing", today + 10 * DAY, alice)
    enter(mission, "closed", today + 20 * DAY, alice)
    mission.refresh_from_db()
    expected = {
        -1001: "active",
        -101: "active",
        -100: "suspended",
        -51: "suspended",
        -50: "active",
        9: "active",
        10: "closing",
        19: "closing",
        20: "closed",
        9000: "closed",
    }

    in_python = {offset: mission.state_on(today + offset * DAY) for offset in expected}
    in_sql = {offset: Mission.objects.with_state(today + offset * DAY).get().state_then for offset in expected}

    assert in_python == expected
    assert in_sql == expected
    assert mission.ends_on == today + 19 * DAY


def test_a_mission_is_closed_after_a_last_day_that_no_row_gives(mission, today):
    mission.ends_on = today
    mission.save()

    assert [mission.state_on(today), mission.state_on(today + DAY)] == ["active", "closed"]
    assert Mission.objects.with_state(today + DAY).get().state_then == "closed"
    assert [(one.state, one.first, one.last) for one in mission.stretches()] == [
        ("active", today - 1000 * DAY, today),
        ("closed", today + DAY, None),
    ]


def test_each_row_says_who_when_and_why_and_leaves_an_event(mission, alice, today):
    enter(mission, "suspended", today, alice)

    row = MissionState.objects.get()
    event = Event.objects.get()
    assert (row.recorded_by, row.reason_en, row.reason_fr, row.recorded_at.date()) == (
        alice,
        "Ministers decided so.",
        "",
        event.at.date(),
    )
    assert (event.actor, event.subject, event.details) == (
        alice,
        mission,
        {"part": "missionstate", "state": "suspended", "from_day": today.isoformat()},
    )


def test_what_makes_no_sense_is_refused_beside_its_field(mission, alice, today):
    enter(mission, "suspended", today, alice)
    first = mission.starts_on

    def codes(state, day):
        return [(code, about) for code, about, _message in refused(lambda: enter(mission, state, day, alice))]

    assert codes("reassessed", today) == [("another_from_this_day", "from_day")]
    assert codes("suspended", today + 5 * DAY) == [("no_other_state", "state")]
    assert codes("active", today - 5 * DAY) == [("no_other_state", "state")]
    assert codes("reassessed", first - DAY) == [("before_the_mission", "from_day")]
    assert codes("closed", today - 5 * DAY) == [("later_state", "from_day")]
    assert codes("closed", first) == [("before_the_mission", "from_day"), ("later_state", "from_day")]
    assert MissionState.objects.count() == 1
    Mission.objects.update(ends_on=today + 9 * DAY)
    assert codes("active", today + 10 * DAY) == [("after_the_mission", "from_day")]
    enter(mission, "active", today + 9 * DAY, alice)


def test_a_closed_mission_that_goes_on_again_has_no_last_day_and_one_closed_again_another(mission, alice, today):
    closing = enter(mission, "closed", today - 30 * DAY, alice)
    mission.refresh_from_db()
    assert mission.ends_on == today - 31 * DAY

    reopening = enter(mission, "active", today, alice)
    mission.refresh_from_db()
    assert mission.ends_on is None
    assert [mission.state_on(today - DAY), mission.state_on(today)] == ["closed", "active"]

    mission_states.withdraw(reopening, by=alice, reason="It stays closed.")
    mission.refresh_from_db()
    assert mission.ends_on == today - 31 * DAY

    mission_states.withdraw(closing, by=alice, reason="Another mission was meant.")
    mission.refresh_from_db()
    assert mission.ends_on is None
    assert mission.history.first().history_user == alice


def test_a_withdrawn_row_stays_on_record_and_counts_no_more(mission, alice, today):
    row = enter(mission, "suspended", today, alice)

    mission_states.withdraw(row, by=alice, reason="The wrong mission.")

    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawal_reason) == (alice, "The wrong mission.")
    assert mission.state_on(today) == "active"
    assert [code for code, *_rest in refused(lambda: mission_states.withdraw(row, by=alice, reason="Again."))] == [
        "withdrawn"
    ]
    enter(mission, "reassessed", today, alice)  # the day is free again
    assert mission.state_on(today) == "reassessed"


def test_the_database_keeps_the_rows_and_the_last_day(mission, alice, today):
    row = enter(mission, "suspended", today, alice)
    closing = enter(mission, "closed", today + 9 * DAY, alice)
    rows = MissionState.objects.filter(pk=row.pk)

    def broken(act):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            act()
        return guards.name_of(error.value)

    assert broken(lambda: rows.update(state="active")) == "guard_mission_state_kept"
    assert broken(lambda: rows.update(from_day=today - DAY)) == "guard_mission_state_kept"
    assert broken(lambda: rows.update(reason_en="Another.")) == "guard_mission_state_kept"
    assert broken(rows.delete) == "guard_mission_state_kept"
    assert broken(lambda: Mission.objects.update(ends_on=today)) == "guard_closed_after_last_day"
    assert broken(lambda: Mission.objects.update(ends_on=None)) == "guard_closed_after_last_day"
    mission_states.withdraw(closing, by=alice, reason="Not yet.")
    withdrawn = MissionState.objects.filter(pk=closing.pk)
    assert broken(lambda: withdrawn.update(withdrawal_reason="Other.")) == "guard_mission_state_kept"
    assert broken(lambda: withdrawn.update(withdrawn_at=None)) == "guard_mission_state_kept"
    Mission.objects.update(ends_on=today)


def test_who_is_there_or_approved_from_a_day_on(mission, today):
    left = stay(mission, today, -90, -11, "completed")
    there = stay(mission, today, -50, 50, "in_mission")
    overdue = stay(mission, today, -80, -12, "in_mission")
    coming = stay(mission, today, 20, 90)
    for status in ("planned", "cancelled"):
        stay(mission, today, 20, 90, status)
    stay(create.mission(area=mission.area), today, 20, 90)

    assert mission_states.people_from(mission, today - 11 * DAY, today=today) == [left, overdue, there, coming]
    assert mission_states.people_from(mission, today - 10 * DAY, today=today) == [overdue, there, coming]
    assert mission_states.people_from(mission, today + 51 * DAY, today=today) == [overdue, coming]
    assert mission_states.people_from(mission, today + 91 * DAY, today=today) == []


@pytest.mark.parametrize(
    ("rows", "first", "last", "expected"),
    [
        ([("suspended", -9)], 10, 20, [("mission_takes_nobody", None)]),
        ([("suspended", -9), ("active", 10)], 10, 20, []),
        ([("suspended", -9), ("active", 11)], 10, 20, [("mission_takes_nobody", None)]),
        ([("suspended", 20)], 10, 20, [("mission_takes_nobody", 20)]),
        ([("suspended", 21)], 10, 20, []),
        ([("suspended", 12), ("active", 14)], 10, 20, [("mission_takes_nobody", 12)]),
        ([("closing", 0)], 10, 20, [("mission_takes_nobody", None)]),
        ([("closed", 21)], 10, 20, []),
        ([("closed", 20)], 10, 20, [("after_the_mission", 20)]),
        ([("closed", -1)], 10, 20, [("mission_takes_nobody", None), ("after_the_mission", -1)]),
        ([("suspended", -30), ("active", -20)], 10, 20, []),
    ],
)
def test_an_approval_looks_at_the_days_of_the_stay(mission, today, rows, first, last, expected):
    for state, day in rows:
        create.mission_state(mission=mission, state=state, from_day=today + day * DAY)
    planned = stay(mission, today, first, last, "planned")
    planned = type(planned).objects.select_related(*approval.RELATED).get()

    found = steps.blockers(planned, Step(Act.APPROVE, today=today))
    [(_known, in_bulk)] = approval.apart_from_places([planned], today=today)

    def days(blockers):
        return [(one.code, one.first_day and (one.first_day - today).days) for one in blockers if one.rule == 16]

    assert days(found) == expected
    assert days(in_bulk) == expected


def test_a_call_is_open_on_days_on_which_its_mission_is_active(mission, today):
    create.position(mission=mission, call_opens=today - 9 * DAY, call_closes=today + 9 * DAY)
    create.mission_state(mission=mission, from_day=today + 2 * DAY)

    offsets = [offset for offset in range(-12, 12) if Position.objects.with_open_call(today + offset * DAY)]

    assert offsets == list(range(-9, 2))


@pytest.mark.parametrize(
    ("state", "day", "expected"),
    [
        ("suspended", 0, [("suspended", "act", 0, {"people": 2, "state": "suspended", "ahead": False})]),
        ("reassessed", -5, [("reassessed", "act", -5, {"people": 2, "state": "reassessed", "ahead": False})]),
        ("closing", 0, [("closing", "plan", 0, {"people": 2, "state": "closing", "ahead": False})]),
        ("suspended", 1, [("suspended {}", "plan", 1, {"people": 2, "state": "suspended", "ahead": True})]),
        ("suspended", 51, [("suspended {}", "plan", 51, {"people": 1, "state": "suspended", "ahead": True})]),
        ("suspended", 91, []),
        ("active", 0, []),
    ],
)
def test_people_in_a_mission_that_stops_are_flagged(mission, today, state, day, expected):
    stay(mission, today, -50, 50, "in_mission")
    stay(mission, today, 20, 90)
    stay(mission, today, 20, 90, "planned")
    create.mission_state(mission=mission, state=state, from_day=today + day * DAY)

    found = [(one.stage, one.severity, (one.day - today).days, one.facts) for one in stopped_missions.find(today)]

    since = f"{today + day * DAY:%Y-%m-%d}"
    assert found == [(stage.format(since), *rest) for stage, *rest in expected]


def test_whoever_stays_beyond_a_closing_is_flagged_and_whoever_leaves_before_is_not(mission, today, alice):
    long = stay(mission, today, -50, 50, "in_mission")
    stay(mission, today, -50, 30, "in_mission")

    enter(mission, "closed", today + 31 * DAY, alice)

    assert [(one.subject, one.facts["reasons"]) for one in approvals.find(today)] == [
        (long, [["after_the_mission", "", False]])
    ]
    assert list(stopped_missions.find(today)) == []


@pytest.mark.parametrize(("first", "last", "code"), [(-49, 50, "before_the_mission"), (-50, 49, "after_the_mission")])
def test_a_stay_that_the_dates_of_its_mission_leave_outside_is_flagged(mission, today, first, last, code):
    within = create.mission(area=mission.area, starts_on=today - 50 * DAY, ends_on=today + 50 * DAY)
    outside = create.mission(area=mission.area, starts_on=today + first * DAY, ends_on=today + last * DAY)
    stay(within, today, -50, 50, "in_mission")
    flagged = stay(outside, today, -50, 50, "in_mission")

    assert [(one.subject, one.facts["reasons"]) for one in approvals.find(today)] == [(flagged, [[code, "", False]])]


@pytest.mark.parametrize(
    ("state", "day", "flagged"), [("closed", 61, False), ("closed", 62, True), ("closing", 5, False)]
)
def test_nobody_is_to_relieve_whoever_goes_with_the_mission(mission, today, state, day, flagged):
    stay(mission, today, -200, 60, "in_mission")
    create.mission_state(mission=mission, state=state, from_day=today + day * DAY)

    assert ("no_successor" in [found.kind.code for found in postings.find(today)]) is flagged


@pytest.mark.parametrize("act", ["enter", "withdraw"])
def test_a_change_of_state_asks_for_the_jobs_that_flag_it(
    mission, alice, today, django_capture_on_commit_callbacks, monkeypatch, act
):
    sent = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda task, **_options: sent.append(task.name))
    row = create.mission_state(mission=mission, from_day=today - DAY)

    with django_capture_on_commit_callbacks(execute=True):
        if act == "enter":
            enter(mission, "active", today, alice)
        else:
            mission_states.withdraw(row, by=alice, reason="Wrong.")

    assert sorted(sent) == [
        "flags.check_approvals",
        "flags.check_caps",
        "flags.check_papers",
        "flags.flag_expiring_postings",
    ]
