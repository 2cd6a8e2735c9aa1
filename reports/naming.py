"""Deployments as a page shows them as of a day: by the names, and in the countries and regions, of that day."""

import datetime as dt
from collections.abc import Iterable

from deployments.models import Deployment
from missions.models.names import named_as_of
from missions.models.succession import areas_on


def stays_as_of(stays: Iterable[Deployment], day: dt.date, *, today: dt.date) -> list[Deployment]:
    """These deployments, with their missions and services by the names of a day."""
    found = list(stays)
    named_as_of([row for stay in found for row in (stay.mission, stay.service)], day, today=today)
    return found


def stays_in_areas_as_of(stays: Iterable[Deployment], day: dt.date, *, today: dt.date) -> list[Deployment]:
    """The same, with the country or region to which the mission belongs on the day as `area_shown`."""
    found = stays_as_of(stays, day, today=today)
    areas = areas_on([stay.mission for stay in found], day)
    named_as_of(areas.values(), day, today=today)
    for stay in found:
        stay.area_shown = areas[stay.mission_id]  # type: ignore[attr-defined]
    return found
