"""When a job is due, late, carried out once, and caught up; what the console shows of it."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from background import jobs, standings
from background.enqueue import after_change_of
from background.jobs import Counts
from background.models import JobRun, ScheduledJob
from background.schedule import JOBS
from deployments.models import Deployment
from flags.models import Flag
from flags.tasks import check_background, check_caps, flag_expiring_postings
from records.tasks import back_up

pytestmark = pytest.mark.django_db
OTTAWA = ZoneInfo("America/Toronto")
CAPS, PAPERS = JOBS["flags.check_caps"], JOBS["flags.check_papers"]


def here(day, time):
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time), OTTAWA)


@pytest.fixture
def sent(monkeypatch):
    """What was asked of the queue."""
    found = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async",
        lambda task, args=None, kwargs=None, **_options: found.append((task.name, kwargs or {})),
    )
    return found


@pytest.mark.parametrize(
    ("job", "now", "done", "late"),
    [
        # Daily at 03:00, with half an hour of grace.
        (CAPS, ("2026-05-06", "02:59"), ("2026-05-05", "03:00"), False),
        (CAPS, ("2026-05-06", "03:30"), ("2026-05-05", "03:00"), False),
        (CAPS, ("2026-05-06", "03:31"), ("2026-05-05", "03:00"), True),
        (CAPS, ("2026-05-06", "03:31"), ("2026-05-06", "03:00"), False),
        # The nights without, or with two hours between one and three; the last of February.
        (CAPS, ("2026-03-08", "03:31"), ("2026-03-07", "03:00"), True),
        (CAPS, ("2026-03-08", "03:31"), ("2026-03-08", "03:00"), False),
        (CAPS, ("2026-11-01", "03:31"), ("2026-11-01", "03:00"), False),
        (CAPS, ("2026-11-01", "02:59"), ("2026-10-31", "03:00"), False),
        (CAPS, ("2028-02-29", "03:31"), ("2028-02-28", "03:00"), True),
        (CAPS, ("2028-03-01", "02:00"), ("2028-02-29", "03:00"), False),
        # Every quarter of an hour: three missed, and two minutes.
        (PAPERS, ("2026-05-06", "12:47"), ("2026-05-06", "12:00"), False),
        (PAPERS, ("2026-05-06", "12:48"), ("2026-05-06", "12:00"), True),
    ],
)
def test_when_a_job_is_late(job, now, done, late):
    assert job.is_late(here(*now), here(*done)) == late


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (("2026-05-06", "02:59"), ("2026-05-06", "03:00")),
        (("2026-05-06", "03:00"), ("2026-05-07", "03:00")),
        (("2026-03-07", "12:00"), ("2026-03-08", "03:00")),
        (("2028-02-28", "12:00"), ("2028-02-29", "03:00")),
    ],
)
def test_when_a_daily_job_comes_again(now, expected):
    assert CAPS.next_moment(here(*now), None) == here(*expected)


def test_a_scheduled_job_is_carried_out_once_a_business_day_however_often_it_is_asked_for():
    done = []
    with time_machine.travel(here("2026-05-06", "03:00"), tick=False) as clock:
        for _beat in range(3):
            jobs.carry_out(
                "flags.check_caps", [lambda: done.append(1) or Counts(found=1, opened=2, resolved=3)], scheduled=True
            )
        clock.move_to(here("2026-05-07", "03:00"))
        jobs.carry_out("flags.check_caps", [lambda: done.append(2) or Counts()], scheduled=True)

    assert done == [1, 2]
    rows = JobRun.objects.order_by("day").values_list("day", "runs", "outcome", "counts")
    assert list(rows) == [
        (dt.date(2026, 5, 6), 1, "done", {"found": 1, "opened": 2, "resolved": 3}),
        (dt.date(2026, 5, 7), 1, "done", {"found": 0, "opened": 0, "resolved": 0}),
    ]


def test_what_ran_after_midnight_runs_again_at_its_time():
    with time_machine.travel(here("2026-05-06", "00:30"), tick=False) as clock:
        first = jobs.carry_out("flags.check_caps", [Counts], scheduled=True)
        clock.move_to(here("2026-05-06", "03:00"))
        second = jobs.carry_out("flags.check_caps", [Counts], scheduled=True)

    assert (first, second) == (True, True)
    assert JobRun.objects.get().runs == 2


@pytest.mark.parametrize(("minutes", "again"), [(14, False), (16, True)])
def test_a_run_that_broke_off_is_begun_again_after_the_longest_time(minutes, again):
    with time_machine.travel(here("2026-05-06", "03:00"), tick=False) as clock:
        with pytest.raises(KeyboardInterrupt):  # as a killed worker: nothing is written any more
            jobs.carry_out("flags.check_caps", [_killed], scheduled=True)
        clock.shift(dt.timedelta(minutes=minutes))
        begun = jobs.carry_out("flags.check_caps", [Counts], scheduled=True)

    assert begun == again


def _killed():
    raise KeyboardInterrupt


def test_a_failure_is_kept_by_its_name_only_and_tried_again(sent):
    with time_machine.travel(here("2026-05-06", "03:00"), tick=False) as clock:
        with pytest.raises(ValueError, match="secret"):
            jobs.carry_out("flags.check_caps", [Counts, _fail], scheduled=True)
        run = JobRun.objects.get()
        clock.shift(60)
        standings.catch_up(timezone.now())
        early = list(sent)
        clock.shift(60)
        standings.catch_up(timezone.now())

    assert ("flags.check_caps", {"scheduled": True}) not in early
    assert (run.outcome, run.error, run.failures, run.step, run.steps) == ("failed", "ValueError", 1, 1, 2)
    assert ("flags.check_caps", {"scheduled": True}) in sent


@pytest.mark.parametrize(
    ("failures", "minutes", "again"), [(2, 3, False), (2, 4, True), (6, 59, False), (6, 60, True), (9, 60, True)]
)
def test_after_failures_a_job_waits_longer_and_longer_an_hour_at_most(sent, failures, minutes, again):
    name = "flags.check_caps"
    with time_machine.travel(here("2026-05-06", "03:00"), tick=False) as clock:
        with pytest.raises(ValueError, match="secret"):
            jobs.carry_out(name, [_fail], scheduled=True)
        JobRun.objects.update(failures=failures)
        clock.shift(60 * minutes)
        standings.catch_up(timezone.now())

    assert ((name, {"scheduled": True}) in sent) == again


def _fail():
    raise ValueError("secret")


def test_catching_up_knocks_for_what_was_missed_and_what_somebody_asked_for(sent):
    with time_machine.travel(here("2026-05-06", "07:00"), tick=False) as clock:
        daily = [name for name, job in JOBS.items() if job.at and job.is_on()]
        for name in daily:
            jobs.carry_out(name, [Counts], scheduled=True)
        clock.move_to(here("2026-05-06", "23:59"))
        quiet = standings.catch_up(timezone.now())
        clock.move_to(here("2026-05-11", "12:00"))  # five days without anybody
        standings.catch_up(timezone.now())
        missed = {name for name, _kwargs in sent}
        sent.clear()
        standings.ask_for("flags.check_papers")
        standings.catch_up(timezone.now())

    assert quiet == Counts()
    assert missed == set(daily)
    assert sent.count(("flags.check_papers", {})) == 2  # the button, and once more because nobody began


def test_a_wish_is_kept_when_the_queue_does_not_answer(monkeypatch):
    def down(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr("celery.app.task.Task.apply_async", down)

    _row, told = standings.ask_for("flags.check_caps")

    assert not told
    assert standings.standings(timezone.now(), ["flags.check_caps"])[0].is_asked_for


def test_late_jobs_are_flagged_and_resolve_when_they_went_well():
    with time_machine.travel(here("2026-05-05", "12:00"), tick=False) as clock:
        check_background()
        fresh = Flag.objects.count()
        clock.move_to(here("2026-05-06", "12:00"))
        check_background()
        late = set(Flag.objects.open().filter(kind="job_late").values_list("subject_id", flat=True))
        check_caps()
        check_background()
        still = set(Flag.objects.open().filter(kind="job_late").values_list("subject_id", flat=True))

    assert (fresh, len(late)) == (0, len(JOBS) - 1)  # all but the backup, which the settings switch off
    assert late - still == {ScheduledJob.objects.get(name="flags.check_caps").pk, _row("flags.check_background").pk}


def _row(name):
    return ScheduledJob.objects.get(name=name)


def test_the_console_tells_how_each_job_went(as_user, emil, sent, django_assert_num_queries):
    flag_expiring_postings()
    browser = as_user(emil)
    address = reverse("job_detail", args=["flags.flag_expiring_postings"])

    with django_assert_num_queries(6):  # session, reader, three of the standings, flags in the header
        listing = browser.get(reverse("job_list")).content.decode()
    one = browser.get(address)
    pressed = browser.post(reverse("job_run", args=["flags.flag_expiring_postings"]), follow=True)
    piece = browser.get(address, headers={"HX-Request": "true"}).content.decode()

    assert listing.count("<tr>") == len(JOBS) + 1
    assert "Check postings that are ending" in listing
    assert [run.outcome for run in one.context["runs"]] == ["done"]
    assert sent == [("flags.flag_expiring_postings", {})]
    assert "begins as soon as a worker is free" in pressed.content.decode()
    assert "Waiting for a worker" in piece
    assert "<html" not in piece


def test_a_job_that_the_settings_switch_off_is_neither_carried_out_nor_late(as_user, emil, sent, settings, tmp_path):
    def told():
        [one] = standings.standings(timezone.now(), ["records.back_up"])
        return one.state.value, one.is_late, "Run now" in browser.get(page).content.decode()

    page = reverse("job_detail", args=["records.back_up"])
    jobs.carry_out("flags.check_caps", [Counts])  # so that something has run here
    # A time of the day at which the backup is hours late: within its hour of grace nothing is late yet.
    noon = timezone.localtime().replace(hour=12, minute=0) + dt.timedelta(days=2)
    with time_machine.travel(noon, tick=False):
        browser = as_user(emil)
        back_up()
        pressed = browser.post(reverse("job_run", args=["records.back_up"]), follow=True).content.decode()
        off = told()
        settings.BACKUP_DIR = str(tmp_path)
        on = told()

    assert not JobRun.objects.filter(job__name="records.back_up").exists()
    assert "is switched off by the settings" in pressed
    assert (off, on) == (("off", False, False), ("late", True, True))
    assert sent == []


def test_the_console_and_readyz_say_how_old_the_newest_backup_is(as_user, emil, client, settings, tmp_path):
    def told():
        page = browser.get(reverse("job_list")).content.decode().replace("\xa0", " ")
        ready = client.get("/readyz").json()
        return re.search(r"<p>([^<]*backup[^<]*)</p>", page)[1], ready["backup"], ready.get("backup_age_hours")

    # Five hours after the nightly backup's time, whatever the time of the day at which this test runs.
    ten = timezone.localtime().replace(hour=10, minute=0)
    with time_machine.travel(ten, tick=False):
        browser = as_user(emil)
        off = told()
        settings.BACKUP_DIR = str(tmp_path)
        never = told()
    with time_machine.travel(ten - dt.timedelta(hours=5), tick=False):
        jobs.carry_out("records.back_up", [Counts])
    with time_machine.travel(ten, tick=False):
        made = told()

    assert off == ("No backup is made: the setting BACKUP_DIR says where to.", "ok", None)
    assert never == ("No backup was made yet.", "failed", None)
    assert made == ("The newest backup was made 5 hours ago, and proved by restoring it.", "ok", 5)


def test_an_unknown_job_is_no_page(as_user, emil):
    assert as_user(emil).get("/en-ca/jobs/flags.launch_rockets/").status_code == 404


def test_a_change_survives_a_broker_that_is_gone(monkeypatch, django_capture_on_commit_callbacks):
    def gone(**_options):
        raise OperationalError

    job = next(job for job in JOBS.values() if Deployment in job.after_changes_of)
    monkeypatch.setattr(job.task, "apply_async", gone)

    with django_capture_on_commit_callbacks(execute=True) as hooks:
        after_change_of(Deployment)

    assert len(hooks) == 1  # and what it raised went to the log
