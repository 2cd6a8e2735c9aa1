"""People in missions that are not active, today or from a day on."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.models import Deployment
from flags.found import Found
from flags.kinds import Kind, Sweep, detects
from flags.models import Flag, Severity
from missions.models import Mission, MissionState


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["state"] = MissionState.State(params["state"]).label.lower()
    if params["ahead"]:
        return (
            ngettext(
                "%(subject)s is %(state)s from %(day)s; %(people)s person is to be there on that day.",
                "%(subject)s is %(state)s from %(day)s; %(people)s people are to be there on that day.",
                params["people"],
            )
            % params
        )
    return (
        ngettext(
            "%(subject)s is %(state)s; %(people)s person is there or approved to go.",
            "%(subject)s is %(state)s; %(people)s people are there or approved to go.",
            params["people"],
        )
        % params
    )


MISSION_STOPPED = Kind(
    "mission_stopped",
    _lazy("People in a suspended or closed mission"),
    (Mission,),
    _say,
    closes=_lazy("It closes when the mission is active again, or when nobody is there or approved to go."),
    urgent_on=lambda flag, _stages: None if flag.facts["state"] == MissionState.State.CLOSING else flag.day,
)


@detects(MISSION_STOPPED, sweep=Sweep.POSTINGS)
def find(today: dt.date) -> Iterator[Found]:
    """Missions that are not active on a day, from today on, on which somebody is there or approved to be.

    One flag for each state; that a mission is closing, or will stop, leaves time to plan.
    """
    not_active = Q(mission__states__withdrawn_at=None) & ~Q(mission__states__state=MissionState.State.ACTIVE)
    rows = (
        Deployment.objects.approved_or_in_mission()
        .filter(not_active | Q(mission__ends_on__lt=today))
        .select_related("mission")
        .prefetch_related("mission__states")
        .distinct()
    )
    people: Counter[tuple[Mission, MissionState.State, dt.date]] = Counter()
    for deployment in rows:
        first, last = max(deployment.first_day, today), max(deployment.last_day, today)
        stretch = deployment.mission.first_not_active(first, last)
        if stretch:
            people[deployment.mission, stretch.state, stretch.first or today] += 1
    for (mission, state, since), number in people.items():
        ahead = since > today
        yield Found(
            kind=MISSION_STOPPED,
            subject=mission,
            stage=f"{state} {since:%Y-%m-%d}" if ahead else str(state),
            severity=Severity.PLAN if ahead or state == MissionState.State.CLOSING else Severity.ACT,
            day=since,
            area_id=mission.area_id,
            facts={"people": number, "state": str(state), "ahead": ahead},
        )
