"""Nominations too long in one stage."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from deployments.models import Nomination
from deployments.models.nominations import Stage
from flags.detect.found import ONE_DAY, Found, longest
from flags.models import Kind, Severity, thresholds

AT_THE_OFFICE = [Stage.SUBMITTED, Stage.SCREENING, Stage.ASSESSMENT, Stage.NOMINATED, Stage.ACCEPTED]
"""Stages in which the office, or the organization, has the next word."""

KINDS = [Kind.NOMINATION_WAITING]


def find(today: dt.date) -> Iterator[Found]:
    """Those on which the office, or the organization, has had the next word for the days of a threshold."""
    stages = thresholds().get(Kind.NOMINATION_WAITING, [])
    if not stages:
        return
    since = timezone.make_aware(dt.datetime.combine(today - (stages[0] - 1) * ONE_DAY, dt.time.min))
    waiting = Nomination.objects.filter(stage__in=AT_THE_OFFICE, stage_since__lt=since).select_related(
        "position__mission"
    )
    for row in waiting:
        day = timezone.localdate(row.stage_since)
        reached = longest(stages, (today - day).days)
        yield Found(
            kind=Kind.NOMINATION_WAITING,
            subject=row,
            stage=f"{row.stage} {reached}",
            severity=Severity.ACT if len(stages) > 1 and reached == stages[-1] else Severity.PLAN,
            day=day,
            area_id=row.position.mission.area_id,
            service_id=row.service_id,
        )
