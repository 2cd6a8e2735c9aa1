"""People in missions that were suspended or closed."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q

from deployments.models import Deployment
from flags.detect.found import Found
from flags.models import Kind, Severity
from missions.models import Mission

KINDS = [Kind.MISSION_STOPPED]


def find(today: dt.date) -> Iterator[Found]:
    """Missions that are not active while people are there, or approved to go."""
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
