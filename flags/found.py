"""What a detector finds, and stages by thresholds."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import models

from flags.kinds import Kind
from flags.models import Severity

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """One cause for attention as the data stand: it becomes one row of the ledger.

    `day` is the first day on which it is so; `facts` are keys and figures for its sentence, without any name.
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
    """The tightest stage that holds so many days left: 30 for 30 and 29, 60 for 31, None beyond the widest."""
    return min((stage for stage in stages if days <= stage), default=None)


def longest(stages: list[int], days: int) -> int | None:
    """The longest stage that has been reached after so many days: 30 for 30 and 59, None before the first."""
    return max((stage for stage in stages if days >= stage), default=None)


def ending(kind: Kind, paper: models.Model, day: dt.date, stages: list[int], today: dt.date, **scope) -> Found:
    """A paper that ends on `day`, at its stage; the tightest stage wants somebody now."""
    stage = tightest(stages, (day - today).days)
    severity = Severity.ACT if stage == stages[0] else Severity.PLAN
    return Found(kind=kind, subject=paper, stage=str(stage), severity=severity, day=day, **scope)
