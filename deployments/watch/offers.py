"""Offers that a home service has not answered."""

import datetime as dt
from collections.abc import Iterator

from deployments.models import Consent
from flags.detect.found import ONE_DAY, Found, tightest
from flags.models import Kind, Severity, thresholds

KINDS = [Kind.OFFER_UNANSWERED]


def find(today: dt.date) -> Iterator[Found]:
    """Those whose last day to answer is near, or past."""
    stages = thresholds().get(Kind.OFFER_UNANSWERED, [])
    if not stages:
        return
    last = today + stages[-1] * ONE_DAY
    for row in Consent.objects.waiting().filter(answer_by__lte=last).select_related("mission"):
        left = (row.answer_by - today).days
        yield Found(
            kind=Kind.OFFER_UNANSWERED,
            subject=row,
            stage="late" if left < 0 else str(tightest(stages, left)),
            severity=Severity.ACT,
            day=row.answer_by,
            area_id=row.mission.area_id,
            service_id=row.service_id,
        )
