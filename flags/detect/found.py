"""What a detector finds."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import models

from flags.models import Flag


@dataclass(frozen=True)
class Found:
    """One cause for attention as the data stand: it becomes one row of the ledger."""

    kind: Flag.Kind
    subject: models.Model
    stage: str
    severity: Flag.Severity
    day: dt.date
    area_id: int | None = None
    service_id: int | None = None
    facts: dict = field(default_factory=dict)
