"""Who is counted where: each day of a stay under the area to which its mission belongs on that day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from deployments.models import Deployment
from deployments.models.statuses import ARRIVED, Status
from missions.models import Mission


@dataclass(frozen=True)
class Stay:
    """Days of one deployment that are counted, both included, and the figure of `Strength` that they add to.

    A deployment has one, or one for each area where its mission moved from one to another meanwhile.
    """

    area_id: int
    first: dt.date
    last: dt.date
    counted_as: str
    deployment_id: int | None = None
    mission_id: int | None = None


def stays_touching(
    first: dt.date, last: dt.date, *, today: dt.date, area_ids: Iterable[int] | None = None
) -> list[Stay]:
    """The stays with at least one day from `first` through `last`, planned ones included; of all areas without ids."""
    rows = Deployment.objects.not_ancillary().not_cancelled().touching(first, last, today=today)
    wanted = None if area_ids is None else set(area_ids)
    if wanted is not None:
        rows = rows.filter(mission__in=Mission.objects.ever_in(wanted))
    fields = ("id", "mission", "mission__area", "mission__area_since", "first_day", "stay_ends", "status")
    found = list(rows.values_list(*fields))
    moved = _moved({mission for _id, mission, _area, since, *_rest in found if since})
    stays = []
    for deployment, mission, area, since, first_day, stay_ends, status in found:
        whole = Stay(area, first_day, stay_ends, _counted_as(status), deployment, mission)
        stays += _by_area(whole, moved[mission]) if since else [whole]
    there = [stay for stay in stays if stay.first <= last and stay.last >= first]
    return [stay for stay in there if wanted is None or stay.area_id in wanted]


def stays_of(deployment: Deployment, *, today: dt.date) -> list[Stay]:
    """The days on which one deployment uses a place, area by area; none where it uses none."""
    if not deployment.uses_place:
        return []
    counted_as = _counted_as(deployment.status)
    return [
        Stay(area.pk, first, last, counted_as, deployment.pk, deployment.mission_id)
        for area, first, last in deployment.mission.areas_between(*deployment.stay(today))
    ]


def _by_area(whole: Stay, mission: Mission) -> list[Stay]:
    return [
        Stay(area.pk, first, last, whole.counted_as, whole.deployment_id, whole.mission_id)
        for area, first, last in mission.areas_between(whole.first, whole.last)
    ]


def _moved(mission_ids: set[int]) -> dict[int, Mission]:
    """The missions with these ids, all of which moved from one area to another. No query for none."""
    if not mission_ids:
        return defaultdict()
    return Mission.objects.select_related("area").prefetch_related("former_areas__area").in_bulk(mission_ids)


def _counted_as(status: str) -> str:
    if status in ARRIVED:
        return "in_mission"
    return "approved" if status == Status.APPROVED else "held"
