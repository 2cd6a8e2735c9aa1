"""The figures of every day, as one word for each country or region: the same here and where they came from."""

import datetime as dt
import hashlib
import json

from deployments.models import FOREVER
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import Strength
from missions.models import Area

PROGRAM = "*"
"""Stands for all countries and regions together, under the policy ceiling; the code of none."""
FIRST_DAY = dt.date(1900, 1, 1)


def of_every_day(*, today: dt.date) -> dict[str, str]:
    """By the code of the area: a hash of who is there, who is to come, and the cap, from each change to the next."""
    areas = list(Area.objects.order_by("code"))
    timelines = authorised_cap.timelines(areas, FIRST_DAY, FOREVER, today=today)
    found = {area.code: _hash(timelines[area.pk]) for area in areas}
    return {**found, PROGRAM: _hash(authorised_cap.program_timeline(FIRST_DAY, FOREVER, today=today))}


def _hash(steps: list[Strength]) -> str:
    told = [[step.since.isoformat(), step.in_mission, step.approved, step.held, step.cap] for step in steps]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
