"""What a detector finds."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import models

from flags.models import Kind, Severity


@dataclass(frozen=True)
class Found:
    """One cause for attention as the data stand: it becomes one row of the ledger."""

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
