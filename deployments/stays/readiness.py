"""Planned stays that are ready to be approved: nothing stands against them."""

import datetime as dt
from bisect import bisect_right

from deployments.models import FOREVER, Deployment
from deployments.models.whereabouts import DeploymentQuerySet
from deployments.stays import approval, authorised_cap
from deployments.stays.authorised_cap import Strength


def to_approve(deployments: DeploymentQuerySet, *, today: dt.date) -> list[Deployment]:
    """Those planned for days to come against which nothing stands, in a fixed number of queries."""
    to_come = deployments.filter(status=Deployment.Status.PLANNED, ends_on__gte=today)
    planned = list(to_come.select_related(*approval.RELATED))
    if not planned:
        return []
    sound = [
        row
        for row, (_known, found) in zip(planned, approval.apart_from_places(planned, today=today), strict=True)
        if not found
    ]
    pieces = {row.pk: row.mission.areas_between(*approval.days_to_come(row, today)) for row in sound}
    areas = {area for found in pieces.values() for area, _first, _last in found}
    timelines = authorised_cap.timelines(areas, today, FOREVER, today=today)
    program = authorised_cap.program_timeline(today, FOREVER, today=today)
    return [
        row
        for row in sound
        if not row.mission.uses_places
        or all(_has_place(timelines[area.pk], program, first, last) for area, first, last in pieces[row.pk])
    ]


def _has_place(area: list[Strength], program: list[Strength], first: dt.date, last: dt.date) -> bool:
    """Whether somebody who uses no place yet finds one on every day, by timelines that go that far.

    `area` is the timeline of the area, `program` that of all areas under the policy ceiling. The same answer as of
    `authorised_cap.blockers`, for as many stays as one likes without another query.
    """
    of_area, of_all = _between(area, first, last), _between(program, first, last)
    return all(step.cap is not None and step.free > 0 for step in of_area) and all(
        step.cap is None or step.free > 0 for step in of_all
    )


def _between(steps: list[Strength], first: dt.date, last: dt.date) -> list[Strength]:
    """The entries of a timeline that hold on some day from `first` through `last`."""
    begin = bisect_right(steps, first, key=lambda step: step.since) - 1
    return steps[max(0, begin) : bisect_right(steps, last, key=lambda step: step.since)]
