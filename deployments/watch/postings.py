"""Postings that run out, ran out, or have nobody to follow (rules 18 and 19)."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from deployments.models import Deployment
from flags.detect.found import Found, tightest
from flags.models import Kind, Severity, thresholds
from missions.models import Mission

KINDS = [Kind.POSTING_ENDING, Kind.POSTING_OVERDUE, Kind.NO_SUCCESSOR]


def find(today: dt.date) -> Iterator[Found]:
    """Each running deployment at its stage of ending, each overdue one, each one without a successor in time.

    A posting is flagged at one stage at a time: coming within 90 days resolves the flag of 180.
    """
    numbers = thresholds()
    stages, latest_days = numbers.get(Kind.POSTING_ENDING, []), max(numbers.get(Kind.NO_SUCCESSOR, [0]))
    running = Deployment.objects.filter(status=Deployment.Status.IN_MISSION).select_related("mission")
    for deployment in running:
        left = (deployment.ends_on - today).days
        stage = tightest(stages, left)
        if left < 0:
            yield _about(deployment, Kind.POSTING_OVERDUE, "", Severity.ACT)
        elif stage is not None:
            urgent = stage == stages[0]
            severity = Severity.ACT if urgent else Severity.PLAN
            yield _about(deployment, Kind.POSTING_ENDING, str(stage), severity)

    if latest_days:
        for deployment in _without_successor(today, today + dt.timedelta(days=latest_days)):
            yield _about(deployment, Kind.NO_SUCCESSOR, str(latest_days), Severity.PLAN)


def _without_successor(today: dt.date, latest: dt.date):
    """Running postings in active missions that end by `latest` and that no live deployment relieves."""
    successors = Deployment.objects.filter(relieves=OuterRef("pk")).exclude(status=Deployment.Status.CANCELLED)
    return (
        Deployment.objects.filter(
            status=Deployment.Status.IN_MISSION,
            ends_on__range=(today, latest),
            mission__state=Mission.State.ACTIVE,
        )
        .exclude(kind=Deployment.Kind.ANCILLARY)
        .exclude(Exists(successors))
        .select_related("mission")
    )


def _about(deployment: Deployment, kind: Kind, stage: str, severity: Severity) -> Found:
    return Found(
        kind=kind,
        subject=deployment,
        stage=stage,
        severity=severity,
        day=deployment.ends_on,
        area_id=deployment.mission.area_id,
        service_id=deployment.service_id,
    )
