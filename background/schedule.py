"""What runs in the background and when: one table for beat, the console, `/readyz` and the flags of late jobs.

Jobs are declared where their tasks are, by `background.jobs.job`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

if TYPE_CHECKING:
    from background.jobs import Counts

GRACE = dt.timedelta(minutes=30)
"""How late a daily job may be before somebody is told."""


@dataclass(frozen=True)
class Counted:
    """What a job counts, in words. What `adds_up` is shown for the whole business day, the rest for the last run."""

    label: str | Promise
    adds_up: bool = True


@dataclass(frozen=True)
class Job:
    """A task and its rhythm: `at` once a business day, in the office's time; or `every` so many seconds.

    `needed_for` names the part of `/readyz` that is red while the job is late. `after_changes_of` are the models whose
    changes ask for a run at once (`background.enqueue.after_change_of`); beat asks for a run `at_start` of itself. One
    that is not `is_on`, by the settings, is neither carried out nor late.
    """

    name: str
    label: str | Promise
    task: Any  # the Celery task; its types know no proxies of tasks
    at: dt.time | None = None
    every: int = 0
    counts: Mapping[str, Counted] = field(default_factory=dict)
    queue: str = "sweeps"
    needed_for: str = ""
    after_changes_of: tuple[type[models.Model], ...] = ()
    at_start: bool = False
    is_on: Callable[[], bool] = lambda: True

    @property
    def minutes(self) -> int:
        return self.every // 60

    def last_moment(self, now: dt.datetime) -> dt.datetime:
        """The newest moment at which it should have begun."""
        if self.at is None:
            return now - dt.timedelta(seconds=self.every)
        today = timezone.localdate(now)
        moment = _moment(today, self.at)
        return moment if moment <= now else _moment(today - dt.timedelta(days=1), self.at)

    def next_moment(self, now: dt.datetime, last: dt.datetime | None) -> dt.datetime:
        """When it begins again, given its last beginning."""
        if self.at is None:
            return max(now, (last or now) + dt.timedelta(seconds=self.every))
        today = timezone.localdate(now)
        moment = _moment(today, self.at)
        return moment if moment > now else _moment(today + dt.timedelta(days=1), self.at)

    def is_late(self, now: dt.datetime, done: dt.datetime) -> bool:
        """Whether it should have been carried out since `done`, the beginning of its last run that went well."""
        if self.at is None:
            return now - done > dt.timedelta(seconds=3 * self.every + 120)
        moment = self.last_moment(now)
        return done < moment and now - moment > GRACE

    def add_up(self, before: Mapping[str, int], run: "Counts") -> dict[str, int]:
        """What to keep of a business day after one more run, by the words of `counts`."""
        return {
            word: run[word] + (before.get(word, 0) if counted.adds_up else 0) for word, counted in self.counts.items()
        }


def _moment(day: dt.date, at: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, at))


HEARTBEAT = "background.heartbeat"
"""The task by which beat, broker and worker show that they live, and the cache key where it leaves the moment."""
JOBS: dict[str, Job] = {}
"""Every job by its name, `<app>.<function>`. Filled when the `tasks` modules are imported, at the start."""


def route(name: str, *_args, **_kwargs) -> dict[str, str] | None:
    """The queue of a task, for Celery (`CELERY_TASK_ROUTES`); None for the usual one."""
    return {"queue": JOBS[name].queue} if name in JOBS else None


def in_order() -> list[Job]:
    """Daily jobs by their time, then the others, the rarest first."""
    return sorted(JOBS.values(), key=lambda job: (job.at is None, job.at or dt.time(), -job.every, job.name))


def needed_for(part: str) -> list[str]:
    """The names of the jobs without which a part of `/readyz` is red."""
    return [job.name for job in in_order() if job.needed_for == part]
