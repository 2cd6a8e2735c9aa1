"""How the background goes: what is late, what was missed, and asking for it again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from kombu.exceptions import OperationalError

from background.jobs import LONGEST, Counts
from background.models import JobRun, ScheduledJob
from background.schedule import JOBS, Job, in_order


class JobState(models.TextChoices):
    """How a job stands, the most pressing first."""

    LATE = "late", pgettext_lazy("job", "Late")
    ASKED = "asked", pgettext_lazy("job", "Waiting for a worker")
    RUNNING = "running", pgettext_lazy("job", "Running")
    BROKEN_OFF = "broken_off", pgettext_lazy("job", "Broken off")
    FAILED = "failed", pgettext_lazy("job", "Failed")
    DONE = "done", pgettext_lazy("job", "Done")
    NEVER = "never", pgettext_lazy("job", "Not run yet")
    OFF = "off", pgettext_lazy("job", "Switched off")


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
        if not self.job.is_on():
            return JobState.OFF
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
    def counted(self) -> list[tuple[str, int]]:
        """What the newest run, or its day, counted: words and numbers."""
        return self.run.in_words() if self.run else []

    @property
    def is_under_way(self) -> bool:
        """Waiting for a worker, or in its hands: something to watch."""
        running = self.run is not None and self.run.outcome == JobRun.Outcome.RUNNING
        return self.is_asked_for or (running and not self.is_stuck)


def standings(now: dt.datetime, names: Iterable[str] | None = None) -> list[Standing]:
    """How these jobs stand, or all of them, in three queries."""
    rows = {row.name: row for row in ScheduledJob.objects.all()}
    newest = JobRun.objects.filter(day__gte=timezone.localdate(now) - dt.timedelta(days=31)).order_by("day")
    runs = {run.job_id: run for run in newest}
    known = list(JobRun.objects.order_by().values_list("job__name").annotate(Max("went_well_at"), Min("started_at")))
    went_well = {name: moment for name, moment, _began in known}
    # A job that never ran is late once anything has run for so long: an installation that begins is not late.
    began = min((moment for _name, _done, moment in known if moment), default=now)
    found = []
    for job in in_order() if names is None else [JOBS[name] for name in names]:
        row = rows.get(job.name)
        run = runs.get(row.pk) if row else None
        if run and row:
            run.job = row  # known already
        begun = run.started_at if run else None
        stuck = run is not None and run.outcome == JobRun.Outcome.RUNNING and (begun is None or now - begun > LONGEST)
        done = went_well.get(job.name)
        missed = run is None or run.went_well_at is None or run.went_well_at < job.last_moment(now)
        late = job.is_late(now, done or began)
        if not job.is_on():
            missed = late = False
        found.append(Standing(job, row, run, done, job.next_moment(now, begun), missed, late, stuck))
    return found


def ask_for(name: str) -> tuple[ScheduledJob, bool]:
    """Have a job carried out as soon as a worker is free; False when the queue does not answer (`catch_up` asks again).

    The wish is a row, so that it is not lost with a message.
    """
    row, _made = ScheduledJob.objects.update_or_create(name=name, defaults={"asked_at": timezone.now()})
    try:
        JOBS[name].task.apply_async()
    except (OSError, OperationalError):
        return row, False
    return row, True


def catch_up(now: dt.datetime) -> Counts:
    """Ask again for daily jobs that were not carried out since their time, and for those that somebody asked for."""
    asked_again = 0
    for standing in standings(now):
        job, run = standing.job, standing.run
        missed = job.at is not None and standing.is_missed and not _is_paused(run, now)
        if missed or standing.is_asked_for:
            scheduled = {} if standing.is_asked_for else {"scheduled": True}
            job.task.apply_async(kwargs=scheduled, expires=60)
            asked_again += 1
    return Counts(asked_again=asked_again)


def _is_paused(run: JobRun | None, now: dt.datetime) -> bool:
    """After a failure a job is not asked for again for 2, 4, 8 … minutes, an hour at most."""
    if run is None or run.outcome != JobRun.Outcome.FAILED or run.started_at is None:
        return False
    return now - run.started_at < dt.timedelta(minutes=min(2 ** min(run.failures, 6), 60))
