"""Jobs: how a background task is declared, carried out, and what is kept of each business day.

A message is only a request: `carry_out` looks whether there is anything to do. So two beats, lost messages and days
without a worker change nothing.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from celery import shared_task
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise

from background.models import JobRun, ScheduledJob
from background.schedule import JOBS, Counted, Job

LONGEST = dt.timedelta(minutes=15)
"""A run without an end for so long was killed (`CELERY_TASK_TIME_LIMIT`): another may begin."""

Counts = Counter[str]
"""What a run, or a part of it, counted: word → number, by the words that its job declares."""


def job(
    label: str | Promise,
    *,
    at: dt.time | None = None,
    every: int = 0,
    counts: Mapping[str, Counted],
    queue: str = "sweeps",
    needed_for: str = "",
    after_changes_of: tuple[type[models.Model], ...] = (),
    at_start: bool = False,
    is_on: Callable[[], bool] = lambda: True,
) -> Callable[[Callable[[], Iterable[Callable[[], Counts]]]], Callable[..., None]]:
    """Declare a job: the decorated function answers its steps, each of which answers what it counted.

    The function becomes a Celery task named `<app>.<function>`, stands in `JOBS`, and is carried out through
    `carry_out`. Exactly one of `at` and `every` is given. Nothing is planned between one and three at night: on two
    days of the year those hours do not exist, or exist twice.
    """
    if (at is None) != bool(every) or (at is not None and dt.time(1) <= at < dt.time(3)):
        raise ValueError("A job has a time of the day outside 01:00–03:00, or a number of seconds.")

    def declare(steps: Callable[[], Iterable[Callable[[], Counts]]]) -> Callable[..., None]:
        name = f"{steps.__module__.partition('.')[0]}.{steps.__name__}"

        def run(*, scheduled: bool = False) -> None:
            if is_on():
                carry_out(name, list(steps()), scheduled=scheduled)

        run.__doc__ = steps.__doc__
        task = shared_task(name=name)(run)
        JOBS[name] = Job(
            name=name,
            label=label,
            task=task,
            at=at,
            every=every,
            counts=counts,
            queue=queue,
            needed_for=needed_for,
            after_changes_of=after_changes_of,
            at_start=at_start,
            is_on=is_on,
        )
        return task

    return declare


def carry_out(name: str, steps: list[Callable[[], Counts]], *, scheduled: bool = False) -> bool:
    """Run a job step by step and keep how it went; False when there was nothing to do.

    A scheduled message does nothing when the job was carried out since its time, or is being carried out. What a step
    raises is kept by the name of its class, and raised again.
    """
    now, declared = timezone.now(), JOBS[name]
    row, _created = ScheduledJob.objects.get_or_create(name=name)
    run, _created = JobRun.objects.get_or_create(job=row, day=timezone.localdate(now))
    free = JobRun.objects.filter(pk=run.pk)
    if scheduled and declared.at is not None:
        done = Q(went_well_at__isnull=False, went_well_at__gte=declared.last_moment(now))
        running = Q(outcome=JobRun.Outcome.RUNNING, started_at__isnull=False, started_at__gt=now - LONGEST)
        free = free.exclude(done | running)
    # One statement decides who carries it out.
    if not free.update(
        started_at=now, outcome=JobRun.Outcome.RUNNING, step=0, steps=len(steps), error="", runs=F("runs") + 1
    ):
        return False
    this_run = JobRun.objects.filter(pk=run.pk)
    total, shown_at, number = Counts(), time.monotonic(), 0
    try:
        for number, step in enumerate(steps):
            if time.monotonic() - shown_at > 1:  # so that whoever watches a long run sees it move
                this_run.update(step=number)
                shown_at = time.monotonic()
            total += step()
    except Exception as error:
        this_run.update(
            outcome=JobRun.Outcome.FAILED,
            finished_at=timezone.now(),
            step=number,
            error=type(error).__name__,
            failures=F("failures") + 1,
        )
        raise
    _keep(run.pk, declared, total, began=now, steps=len(steps))
    return True


@transaction.atomic
def _keep(pk: int, declared: Job, total: Counts, *, began: dt.datetime, steps: int) -> None:
    """Keep a run that went well. The row is locked: two runs of one job may end at once, and their counts add up."""
    run = JobRun.objects.select_for_update(no_key=True).get(pk=pk)
    run.outcome, run.finished_at, run.went_well_at, run.step = JobRun.Outcome.DONE, timezone.now(), began, steps
    run.counts = declared.add_up(run.counts, total)
    run.save(update_fields=["outcome", "finished_at", "went_well_at", "step", "counts"])
