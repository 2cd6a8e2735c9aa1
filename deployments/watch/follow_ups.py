"""Follow-ups after a return that are not done."""

import datetime as dt
from collections.abc import Iterator

from deployments.models import Deployment
from flags.detect.found import ONE_DAY, Found, longest
from flags.models import Kind, Severity, thresholds

KINDS = [Kind.FOLLOW_UP_OVERDUE]


def find(today: dt.date) -> Iterator[Found]:
    """Deployments that ended the days of a threshold ago and are not closed."""
    stages = thresholds().get(Kind.FOLLOW_UP_OVERDUE, [])
    if not stages:
        return
    returned = Deployment.objects.filter(
        status__in=[Deployment.Status.COMPLETED, Deployment.Status.ENDED_EARLY],
        departed_on__lte=today - stages[0] * ONE_DAY,
    )
    for row in returned.select_related("mission"):
        reached = longest(stages, (today - row.last_day).days)
        yield Found(
            kind=Kind.FOLLOW_UP_OVERDUE,
            subject=row,
            stage=str(reached),
            severity=Severity.PLAN,
            day=row.last_day,
            area_id=row.mission.area_id,
            service_id=row.service_id,
        )
