"""Moments of jobs to the second, and which of several things that are so is said of one."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from background import schedule, standings
from background.jobs import LONGEST
from background.models import JobRun, ScheduledJob
from background.schedule import JOBS, Counted, Job

pytestmark = pytest.mark.django_db
CAPS, PAPERS = JOBS["flags.check_caps"], JOBS["flags.check_papers"]
NOW = dt.datetime(2026, 5, 6, 16, tzinfo=dt.UTC)
SECOND, MINUTE, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


def ran(job, started_at, outcome="done", **fields):
    """A run as `carry_out` would have left it."""
    row, _made = ScheduledJob.objects.get_or_create(name=job.name)
    went_well_at = started_at if outcome == "done" else None
    values = {"started_at": started_at, "went_well_at": went_well_at, "outcome": outcome, **fields}
    return JobRun.objects.create(job=row, day=timezone.localdate(started_at), **values)


def standing(job, now=NOW):
    return standings.standings(now, [job.name])[0]


def test_at_its_very_moment_a_daily_job_should_have_begun():
    moment = dt.datetime(2026, 5, 6, 7, tzinfo=dt.UTC)  # 03:00 in Ottawa

    assert CAPS.last_moment(moment) == moment
    assert CAPS.last_moment(moment - SECOND) == moment - DAY


def test_a_frequent_job_comes_again_after_its_rhythm_and_never_before_now():
    assert PAPERS.next_moment(NOW, NOW - 5 * MINUTE) == NOW + 10 * MINUTE
    assert PAPERS.next_moment(NOW, NOW - DAY) == NOW
    assert PAPERS.next_moment(NOW, None) == NOW + 15 * MINUTE


def test_of_a_day_only_what_adds_up_is_added_up():
    job = Job("a.b", "", None, every=60, counts={"found": Counted("", adds_up=False), "opened": Counted("")})
    run = {"found": 3, "opened": 4}

    assert job.add_up({"found": 10, "opened": 20, "gone": 1}, run) == {"found": 3, "opened": 24}
    assert job.add_up({}, run) == run


def test_daily_jobs_come_by_their_time_then_the_others_the_rarest_first(monkeypatch):
    found = [
        Job("often", "", None, every=60),
        Job("late", "", None, at=dt.time(5)),
        Job("rare", "", None, every=900),
        Job("early", "", None, at=dt.time(0, 30)),
    ]
    monkeypatch.setattr(schedule, "JOBS", {job.name: job for job in found})

    assert [job.name for job in schedule.in_order()] == ["early", "late", "rare", "often"]


def test_a_part_that_must_be_ready_waits_for_its_own_jobs_only(monkeypatch):
    found = [
        Job("a", "", None, every=60, needed_for="letters"),
        Job("b", "", None, every=60, needed_for="flags"),
        Job("c", "", None, every=60),
    ]
    monkeypatch.setattr(schedule, "JOBS", {job.name: job for job in found})

    assert schedule.needed_for("letters") == ["a"]


@pytest.mark.parametrize(("begun", "waits"), [(-SECOND, True), (dt.timedelta(), False), (SECOND, False)])
def test_a_wish_waits_until_a_run_begins_at_or_after_it(begun, waits):
    ran(PAPERS, NOW - MINUTE + begun)
    ScheduledJob.objects.update(asked_at=NOW - MINUTE)

    found = standing(PAPERS)

    assert (found.is_asked_for, found.is_under_way) == (waits, waits)
    assert found.state == ("asked" if waits else "done")


@pytest.mark.parametrize(
    ("lasts", "state", "under_way"), [(LONGEST, "running", True), (LONGEST + SECOND, "broken_off", False)]
)
def test_a_run_without_an_end_for_too_long_is_broken_off_and_nothing_to_watch(lasts, state, under_way):
    ran(CAPS, NOW - lasts, "running", went_well_at=NOW - MINUTE)

    found = standing(CAPS)

    assert (found.state, found.is_under_way) == (state, under_way)


def test_late_is_said_before_all_else():
    ran(PAPERS, NOW - DAY, "failed")
    ScheduledJob.objects.update(asked_at=NOW)

    assert standing(PAPERS).state == "late"


def test_a_job_stands_by_its_newest_run_of_the_last_month():
    ran(CAPS, NOW - 2 * DAY, "done")
    newest = ran(CAPS, NOW - DAY, "failed")
    ran(PAPERS, NOW - 31 * DAY, "done")

    assert standing(CAPS).run == newest
    assert standing(CAPS).went_well_at == NOW - 2 * DAY
    assert standing(PAPERS).run is not None
    assert standing(PAPERS, NOW + DAY).run is None


def test_a_daily_job_that_went_well_at_its_very_moment_is_not_missed():
    moment = dt.datetime(2026, 5, 6, 7, tzinfo=dt.UTC)
    run = ran(CAPS, moment)
    kept = standing(CAPS).is_missed
    JobRun.objects.filter(pk=run.pk).update(went_well_at=moment - SECOND)

    assert (kept, standing(CAPS).is_missed) == (False, True)


def test_a_job_that_was_asked_for_is_asked_for_again_as_if_by_hand(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda task, kwargs=None, **options: sent.append((task.name, kwargs))
    )
    for job in JOBS.values():
        ran(job, NOW - MINUTE)
    ScheduledJob.objects.filter(name=CAPS.name).update(asked_at=NOW)

    with time_machine.travel(NOW, tick=False):
        standings.catch_up(NOW)

    assert sent == [(CAPS.name, {})]
