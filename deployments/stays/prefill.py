"""What the address of the plan page says of the stay, from wherever it was opened: a mission, a position, who leaves.

The names of these questions are fixed, for other pages link by them: `person`, `mission`, `area`, `position`,
`relieves`, and any other field of the form. What is no longer open, or was never there, is left out.
"""

import datetime as dt
from typing import Any

from django.http import QueryDict

from deployments.models import Deployment
from deployments.models.whereabouts import DeploymentQuerySet
from foundation.converters import is_id
from missions.models import Mission, Position
from missions.models.missions import MissionQuerySet
from personnel.expiry import ONE_DAY

TYPED = ("starts_on", "months", "ends_on", "kind", "duty_station", "roles", "team", "reason")
SEVERAL = frozenset({"roles"})
"""Fields that the address may say as they were typed: who comes back from adding a record finds them again."""


def open_missions(today: dt.date) -> MissionQuerySet:
    """Those for which somebody can be planned."""
    return Mission.objects.not_closed(today).taking_deployments()


def _open_positions(today: dt.date) -> Any:
    return Position.objects.filter(mission__in=open_missions(today))


def who_leaves() -> DeploymentQuerySet:
    """Those whom somebody can relieve: who is there, in the order in which they leave."""
    return Deployment.objects.in_mission().order_by("ends_on", "pk")


def asked_for(query: QueryDict, *, today: dt.date) -> dict[str, Any]:
    """The values with which the form begins."""
    begins: dict[str, Any] = {"person": query.get("person")}
    relieved = _row(query, "relieves", who_leaves().select_related("mission"))
    is_whole_form = "kind" in query  # then the post of who leaves was taken over before, or left
    position = _row(query, "position", _open_positions(today))
    if relieved and not is_whole_form:
        position = position or relieved.position
        begins |= {"duty_station": relieved.duty_station, "team": relieved.team_id}
    mission = _row(query, "mission", open_missions(today)) or _only_mission_of(query, today)
    mission_id = position.mission_id if position else mission.pk if mission else relieved and relieved.mission_id
    begins |= {"mission": mission_id, "position": position and position.pk, "relieves": relieved and relieved.pk}
    begins["starts_on"] = _first_day(relieved, position, today)
    said = {name: query.getlist(name) if name in SEVERAL else query[name] for name in TYPED if name in query}
    return {**{name: value for name, value in begins.items() if value}, **said}


def area_asked_for(query: QueryDict) -> int | None:
    """The area to which the choice of missions is narrowed, where the address says one."""
    area = str(query.get("area", ""))
    return int(area) if is_id(area) else None


def _first_day(relieved: Deployment | None, position: Position | None, today: dt.date) -> dt.date:
    """The day after the one who leaves, the day on which the position is needed, or tomorrow, whichever is to come."""
    tomorrow = today + ONE_DAY
    if relieved:
        return max(relieved.ends_on + ONE_DAY, tomorrow)
    return max(position.needed_from, tomorrow) if position and position.needed_from else tomorrow


def _only_mission_of(query: QueryDict, today: dt.date) -> Mission | None:
    """The mission of the area that the address says, where it has only one that takes people."""
    area = area_asked_for(query)
    found = list(open_missions(today).filter(area=area)[:2]) if area else []
    return found[0] if len(found) == 1 else None


def _row(query: QueryDict, name: str, rows: Any) -> Any:
    return rows.filter(pk=query[name]).first() if is_id(query.get(name, "")) else None
