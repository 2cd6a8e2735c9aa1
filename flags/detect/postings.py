"""Postings that run out, ran out, or have nobody to follow (rules 18 and 19)."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Exists, OuterRef

from deployments.models import Deployment
from flags.detect.found import Found
from flags.models import Flag
from missions.models import Mission

KINDS = [Flag.Kind.POSTING_ENDING, Flag.Kind.POSTING_OVERDUE, Flag.Kind.NO_SUCCESSOR]


def find(today: dt.date) -> Iterator[Found]:
    """Each running deployment at its stage of ending, each overdue one, each one without a successor in time.

    A posting is flagged at one stage at a time: coming within 90 days resolves the flag of 180.
    """
    running = Deployment.objects.filter(status=Deployment.Status.IN_MISSION).select_related("mission")
    for deployment in running:
        left = (deployment.ends_on - today).days
        stage = _stage(left)
        if left < 0:
            yield _about(deployment, Flag.Kind.POSTING_OVERDUE, "", Flag.Severity.ACT)
        elif stage is not None:
            urgent = stage == min(settings.POSTING_ENDING_STAGES)
            severity = Flag.Severity.ACT if urgent else Flag.Severity.PLAN
            yield _about(deployment, Flag.Kind.POSTING_ENDING, str(stage), severity)

    latest = today + dt.timedelta(days=settings.NO_SUCCESSOR_DAYS)
    for deployment in _without_successor(today, latest):
        yield _about(deployment, Flag.Kind.NO_SUCCESSOR, str(settings.NO_SUCCESSOR_DAYS), Flag.Severity.PLAN)


def _stage(days_left: int) -> int | None:
    """The tightest stage that holds so many days: 30 for 30 and 29, 60 for 31, None beyond the widest."""
    return min((stage for stage in settings.POSTING_ENDING_STAGES if days_left <= stage), default=None)


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


def _about(deployment: Deployment, kind: Flag.Kind, stage: str, severity: Flag.Severity) -> Found:
    return Found(
        kind=kind,
        subject=deployment,
        stage=stage,
        severity=severity,
        day=deployment.ends_on,
        area_id=deployment.mission.area_id,
        service_id=deployment.service_id,
    )
