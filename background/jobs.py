"""How the background goes: each business day of each job, what is late, and what was missed.

A message that asks for a job is only a knock on the door: `carry_out` looks whether there is anything to do, and
`catch_up` knocks again for what was missed. Two beats, lost messages and days without a worker change nothing.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from celery import current_app
from django.db import models
from django.db.models import F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from kombu.exceptions import OperationalError

from background.models import JobRun, ScheduledJob
from background.schedule import JOBS, Job

LONGEST = dt.timedelta(minutes=15)
"""A run without an end for so long was killed (`CELERY_TASK_TIME_LIMIT`): another may begin."""


@dataclass
class Counts:
    """What a run, or a part of it, has seen and changed."""

    seen: int = 0
    opened: int = 0
    resolved: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.seen + other.seen, self.opened + other.opened, self.resolved + other.resolved)


def carry_out(name: str, steps: Sequence[Callable[[], Counts]], *, scheduled: bool = False) -> bool:
    """Run a job step by step and keep how it went; False when there was nothing to do.

    A scheduled message does nothing when the job was carried out since its time, or is being carried out. What a step
    raises is kept by the name of its class, and raised again.
    """
    now = timezone.now()
    job, _made = ScheduledJob.objects.get_or_create(name=name)
    run, _made = JobRun.objects.get_or_create(job=job, day=timezone.localdate(now))
    free = JobRun.objects.filter(pk=run.pk)
    if scheduled and JOBS[name].at is not None:
        done = Q(went_well_at__isnull=False, went_well_at__gte=JOBS[name].last_moment(now))
        running = Q(outcome=JobRun.Outcome.RUNNING, started_at__isnull=False, started_at__gt=now - LONGEST)
        free = free.exclude(done | running)
    # One statement decides who carries it out.
    if not free.update(
        started_at=now, outcome=JobRun.Outcome.RUNNING, step=0, steps=len(steps), error="", runs=F("runs") + 1
    ):
        return False
    mine = JobRun.objects.filter(pk=run.pk)
    total, told = Counts(), time.monotonic()
    try:
        for number, step in enumerate(steps):
            if time.monotonic() - told > 1:  # whoever watches sees it move; a quick run needs no telling
                mine.update(step=number)
                told = time.monotonic()
            total += step()
    except Exception as error:
        mine.update(
            outcome=JobRun.Outcome.FAILED,
            finished_at=timezone.now(),
            step=number,
            error=type(error).__name__,
            failures=F("failures") + 1,
        )
        raise
    mine.update(
        outcome=JobRun.Outcome.DONE,
        finished_at=timezone.now(),
        went_well_at=now,
        step=len(steps),
        seen=total.seen,
        opened=F("opened") + total.opened,
        resolved=F("resolved") + total.resolved,
    )
    return True


class JobState(models.TextChoices):
    """How a job stands, the most pressing first."""

    LATE = "late", pgettext_lazy("job", "Late")
    ASKED = "asked", pgettext_lazy("job", "Waiting for a worker")
    RUNNING = "running", pgettext_lazy("job", "Running")
    BROKEN_OFF = "broken_off", pgettext_lazy("job", "Broken off")
    FAILED = "failed", pgettext_lazy("job", "Failed")
    DONE = "done", pgettext_lazy("job", "Done")
    NEVER = "never", pgettext_lazy("job", "Not run yet")


@dataclass(frozen=True)
class Standing:
    """How a job stands: its row, its newest run, when it last went well, when it comes again, whether it is late.

    Missed is what has not gone well since its time; late is what was missed for too long.
    """

    job: Job
    row: ScheduledJob | None
    run: JobRun | None
    went_well_at: dt.datetime | None
    next_at: dt.datetime
    is_missed: bool
    is_late: bool
    is_stuck: bool

    @property
    def is_asked_for(self) -> bool:
        """Somebody pressed "run now", and no worker has begun since."""
        asked = self.row.asked_at if self.row else None
        begun = self.run.started_at if self.run else None
        return asked is not None and (begun is None or begun < asked)

    @property
    def state(self) -> JobState:
        if self.is_late:
            return JobState.LATE
        if self.is_asked_for:
            return JobState.ASKED
        if self.is_stuck:
            return JobState.BROKEN_OFF
        return JobState(self.run.outcome) if self.run else JobState.NEVER

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def is_under_way(self) -> bool:
        """Waiting for a worker, or in its hands: something to watch."""
        running = self.run is not None and self.run.outcome == JobRun.Outcome.RUNNING
        return self.is_asked_for or (running and not self.is_stuck)


def standings(now: dt.datetime, names: Iterable[str] = JOBS) -> list[Standing]:
    """How these jobs stand, in three queries."""
    rows = {row.name: row for row in ScheduledJob.objects.all()}
    newest = JobRun.objects.filter(day__gte=timezone.localdate(now) - dt.timedelta(days=31)).order_by("day")
    runs = {run.job_id: run for run in newest}
    known = list(JobRun.objects.order_by().values_list("job__name").annotate(Max("went_well_at"), Min("started_at")))
    went_well = {name: moment for name, moment, _began in known}
    # A job that never ran is late once anything has run for so long: an installation that begins is not late.
    began = min((moment for _name, _done, moment in known if moment), default=now)
    found = []
    for name in names:
        job, row = JOBS[name], rows.get(name)
        run = runs.get(row.pk) if row else None
        begun = run.started_at if run else None
        stuck = run is not None and run.outcome == JobRun.Outcome.RUNNING and (begun is None or now - begun > LONGEST)
        done = went_well.get(name)
        missed = run is None or run.went_well_at is None or run.went_well_at < job.last_moment(now)
        late = job.is_late(now, done or began)
        found.append(Standing(job, row, run, done, job.next_moment(now, begun), missed, late, stuck))
    return found


def ask_for(name: str) -> tuple[ScheduledJob, bool]:
    """Have a job carried out as soon as a worker is free; False when the queue does not answer (`catch_up` asks again).

    The wish is a row, so that it is not lost with a message.
    """
    row, _made = ScheduledJob.objects.update_or_create(name=name, defaults={"asked_at": timezone.now()})
    try:
        current_app.send_task(name)
    except (OSError, OperationalError):
        return row, False
    return row, True


def catch_up(now: dt.datetime) -> Counts:
    """Knock again for daily jobs that were not carried out since their time, and for those that somebody asked for."""
    knocks = 0
    for standing in standings(now):
        job, run = standing.job, standing.run
        missed = job.at is not None and standing.is_missed and not _waits(run, now)
        if missed or standing.is_asked_for:
            scheduled = {} if standing.is_asked_for else {"scheduled": True}
            current_app.send_task(job.name, kwargs=scheduled, expires=60)
            knocks += 1
    return Counts(seen=knocks)


def _waits(run: JobRun | None, now: dt.datetime) -> bool:
    """After a failure a job is let alone for 2, 4, 8 … minutes, an hour at most."""
    if run is None or run.outcome != JobRun.Outcome.FAILED or run.started_at is None:
        return False
    return now - run.started_at < dt.timedelta(minutes=min(2 ** min(run.failures, 6), 60))
