"""The board "Current operations": the published table, and who is there, as of any day."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from deployments.models import FOREVER, Deployment
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import Strength
from missions.models import Area, Authorization, Ceiling, Mission


@dataclass(frozen=True)
class Change:
    """The next day on which the number of places used goes up or down."""

    day: dt.date
    by: int


@dataclass(frozen=True)
class Row:
    """One area on the board. `authorization` is None where people are without one in force."""

    area: Area
    authorization: Authorization | None
    strength: Strength
    first_full_day: dt.date | None
    next_change: Change | None
    approved_to_come: int
    planned_to_come: int
    missions: list[Mission]

    @property
    def is_over(self) -> bool:
        return self.strength.free < 0


@dataclass(frozen=True)
class Posting:
    """A posting beside the missions, and how many are there."""

    mission: Mission
    deployed: int


@dataclass(frozen=True)
class Board:
    """As of one day; the ceiling is None on a day without one."""

    on: dt.date
    rows: list[Row]
    postings: list[Posting]
    ceiling: int | None

    @property
    def total(self) -> Strength:
        """All rows together, against the sum of their caps."""

        def add(part: str) -> int:
            return sum(getattr(row.strength, part) or 0 for row in self.rows)

        return Strength(self.on, add("in_mission"), add("approved"), add("held"), add("cap"))


def operations(on: dt.date, *, today: dt.date) -> Board:
    """Every area with an authorization in force on the day, or with somebody there; in the published order."""
    areas = list(Area.objects.all())
    courses = authorised_cap.courses(areas, on, FOREVER, today=today)
    papers = {paper.area_id: paper for paper in Authorization.objects.issued().in_force(on)}
    missions: dict[int, list[Mission]] = {area.pk: [] for area in areas}
    postings: list[Mission] = []
    for mission in Mission.objects.select_related("lead", "area").order_by("area__listing_order", "starts_on", "code"):
        if not mission.uses_places:
            postings.append(mission)
        elif _is_listed(mission, on, today):
            missions[mission.area_id].append(mission)

    to_come = _to_come(on) if on >= today else {}  # nobody knows any more what was planned on a past day
    rows = []
    for area in areas:
        steps = courses[area.pk]
        if area.pk in papers or steps[0].used or steps[0].held:
            rows.append(
                Row(
                    area=area,
                    authorization=papers.get(area.pk),
                    strength=steps[0],
                    first_full_day=authorised_cap.first_day_full(steps),
                    next_change=_next_change(steps),
                    approved_to_come=to_come.get((area.pk, "approved"), 0),
                    planned_to_come=to_come.get((area.pk, "planned"), 0),
                    missions=missions[area.pk],
                )
            )
    return Board(on, rows, _with_people(postings, on, today), _ceiling(on))


def _is_listed(mission: Mission, on: dt.date, today: dt.date) -> bool:
    """A mission stands on the board while it runs; a closed one only on the days before its end."""
    if mission.starts_on and mission.starts_on > on:
        return False
    if mission.ends_on:
        return on <= mission.ends_on
    return mission.state != Mission.State.CLOSED or on < today


def _next_change(steps: list[Strength]) -> Change | None:
    for step in steps[1:]:
        if step.used != steps[0].used:
            return Change(step.since, step.used - steps[0].used)
    return None


def _to_come(on: dt.date) -> dict[tuple[int, str], int]:
    """How many stays begin after the day, by area and status."""
    counts = (
        Deployment.objects.filter(status__in=["approved", "planned"], first_day__gt=on)
        .exclude(kind=Deployment.Kind.ANCILLARY)
        .order_by()
        .values_list("mission__area", "status")
        .annotate(Count("id"))
    )
    return {(area_id, status): number for area_id, status, number in counts}


def _with_people(postings: list[Mission], on: dt.date, today: dt.date) -> list[Posting]:
    there = list(
        Deployment.objects.deployed(on, today=today)
        .filter(kind=Deployment.Kind.ANCILLARY)
        .values_list("mission", flat=True)
    )
    return [Posting(mission, there.count(mission.pk)) for mission in postings if _is_listed(mission, on, today)]


def _ceiling(on: dt.date) -> int | None:
    return Ceiling.objects.in_force(on).values_list("cap", flat=True).first()
