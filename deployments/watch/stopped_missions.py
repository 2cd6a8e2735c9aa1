"""People in missions that were suspended or closed."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.models.statuses import APPROVED_OR_IN_MISSION
from flags.found import Found
from flags.kinds import Kind, Sweep, detects
from flags.models import Flag, Severity
from missions.models import Mission


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["state"] = flag.subject.get_state_display().lower()
    return (
        ngettext(
            "%(subject)s is %(state)s, and %(people)s person is there or approved to go.",
            "%(subject)s is %(state)s, and %(people)s people are there or approved to go.",
            params["people"],
        )
        % params
    )


MISSION_STOPPED = Kind("mission_stopped", _lazy("People in a stopped mission"), (Mission,), _say)


@detects(MISSION_STOPPED, sweep=Sweep.WAITING)
def find(today: dt.date) -> Iterator[Found]:
    """Missions that are not active while people are there, or approved to go."""
    concerned = Q(deployments__status__in=APPROVED_OR_IN_MISSION)
    stopped = Mission.objects.exclude(state=Mission.State.ACTIVE).annotate(
        people=Count("deployments", filter=concerned)
    )
    for mission in stopped.filter(people__gt=0):
        yield Found(
            kind=MISSION_STOPPED,
            subject=mission,
            stage=mission.state,
            severity=Severity.ACT,
            day=today,
            area_id=mission.area_id,
            facts={"people": mission.people},
        )
