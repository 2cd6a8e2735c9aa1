"""What waits for somebody: nominations, offers, follow-ups after a return, people in missions that were stopped."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils import timezone

from deployments.models import Consent, Deployment, Nomination
from deployments.models.nominations import Stage
from flags.detect.found import Found, longest, tightest
from flags.models import Kind, Severity, thresholds
from missions.models import Mission

KINDS = [
    Kind.NOMINATION_WAITING,
    Kind.OFFER_UNANSWERED,
    Kind.FOLLOW_UP_OVERDUE,
    Kind.MISSION_STOPPED,
]
AT_THE_OFFICE = [Stage.SUBMITTED, Stage.SCREENING, Stage.ASSESSMENT, Stage.NOMINATED, Stage.ACCEPTED]
"""Stages in which the office, or the organization, has the next word."""

ONE_DAY = dt.timedelta(days=1)


def find(today: dt.date) -> Iterator[Found]:
    """Nominations too long in a stage, offers running out of time, follow-ups not done, people in stopped missions."""
    numbers = thresholds()
    yield from _nominations(numbers.get(Kind.NOMINATION_WAITING, []), today)
    yield from _offers(numbers.get(Kind.OFFER_UNANSWERED, []), today)
    yield from _follow_ups(numbers.get(Kind.FOLLOW_UP_OVERDUE, []), today)
    yield from _stopped_missions(today)


def _nominations(stages: list[int], today: dt.date) -> Iterator[Found]:
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


def _offers(stages: list[int], today: dt.date) -> Iterator[Found]:
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


def _follow_ups(stages: list[int], today: dt.date) -> Iterator[Found]:
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


def _stopped_missions(today: dt.date) -> Iterator[Found]:
    there = Q(deployments__status__in=[Deployment.Status.APPROVED, Deployment.Status.IN_MISSION])
    stopped = Mission.objects.exclude(state=Mission.State.ACTIVE).annotate(people=Count("deployments", filter=there))
    for mission in stopped.filter(people__gt=0):
        yield Found(
            kind=Kind.MISSION_STOPPED,
            subject=mission,
            stage=mission.state,
            severity=Severity.ACT,
            day=today,
            area_id=mission.area_id,
            facts={"people": mission.people},
        )
