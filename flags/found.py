"""What a detector returns, and the stage of a flag by the thresholds of its kind."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import models

from flags.kinds import Kind
from flags.models import Flag, Severity

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """One cause for a flag in the data as they are now; `flags.ledger.reconcile` makes one row of it.

    `kind`, `subject` and `stage` identify the row. `day` is the first day on which it is so. `area_id` and `service_id`
    say by which area it is filtered and which liaisons see it. `facts` are JSON values for its sentence: keys and
    figures, never a name, because the row outlives corrections of names.
    """

    kind: Kind
    subject: models.Model
    stage: str
    severity: Severity
    day: dt.date
    area_id: int | None = None
    service_id: int | None = None
    facts: dict = field(default_factory=dict)


def tightest(stages: list[int], days: int) -> int | None:
    """The smallest of `stages` that `days` left are within: of 30, 60 and 90, 30 for 30, 60 for 31, None for 91."""
    return min((stage for stage in stages if days <= stage), default=None)


def at_the_smallest(flag: Flag, stages: list[int]) -> dt.date | None:
    """The day on which what ends on the day of the flag comes within the smallest of `stages` (ascending)."""
    return flag.day - stages[0] * ONE_DAY if stages else None


def on_its_day(flag: Flag, _stages: list[int]) -> dt.date:
    """The day of the flag: what it tells of is urgent when it is so."""
    return flag.day


def longest(stages: list[int], days: int) -> int | None:
    """The greatest of `stages` reached after `days`: of 30 and 60, 30 for 30 or 59, 60 for 60, None for 29."""
    return max((stage for stage in stages if days >= stage), default=None)


def ending(kind: Kind, paper: models.Model, day: dt.date, stages: list[int], today: dt.date, **scope) -> Found:
    """The cause that a paper ends on `day`; at the smallest of `stages` (ascending) it is urgent.

    `scope` is `area_id` or `service_id`. The caller has looked only as far ahead as the greatest stage.
    """
    stage = tightest(stages, (day - today).days)
    severity = Severity.ACT if stage == stages[0] else Severity.PLAN
    return Found(kind=kind, subject=paper, stage=str(stage), severity=severity, day=day, **scope)
