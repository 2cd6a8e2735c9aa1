"""Lists of candidates that somebody brought and never finished."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min
from django.utils import timezone

from deployments.models import CandidateImport
from flags.detect.found import Found, longest
from flags.models import Kind, Severity, thresholds

KINDS = [Kind.LIST_LEFT]
State = CandidateImport.State


def find(today: dt.date) -> Iterator[Found]:
    """Lists that wait for their owner, by their age in days; the service is the owner's only, or first, one."""
    stages = thresholds().get(Kind.LIST_LEFT, [])
    if not stages:
        return
    left = CandidateImport.objects.filter(state__in=[State.UPLOADED, State.PREVIEW, State.REFUSED], by__is_active=True)
    for row in left.annotate(service=Min("by__services")):
        day = timezone.localdate(row.at)
        reached = longest(stages, (today - day).days)
        if reached is not None:
            yield Found(
                kind=Kind.LIST_LEFT,
                subject=row,
                stage=str(reached),
                severity=Severity.PLAN,
                day=day,
                service_id=row.service,
            )
