"""The board "Current operations": the published table, and who is there, as of any day."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F

from deployments.models import FOREVER
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import Strength
from missions.models import Area, Authorization, Mission, MissionState
from missions.models.names import named_as_of
from reports import measures
from reports.sparkline import Sparkline, sparkline


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
    year: Sparkline

    @property
    def to_come(self) -> int:
        return self.approved_to_come + self.planned_to_come

    @property
    def is_over(self) -> bool:
        return self.strength.free < 0


@dataclass(frozen=True)
class Posting:
    """A posting beside the missions, and how many are there."""

    mission: Mission
    area: Area
    deployed: int


@dataclass(frozen=True)
class Total:
    """All areas together. Who is beyond the cap of one area fills no free place of another: both are counted apart."""

    in_mission: int
    approved: int
    held: int
    cap: int
    free: int
    over: int

    @property
    def used(self) -> int:
        return self.in_mission + self.approved

    @property
    def within(self) -> int:
        """How many authorized places are taken."""
        return self.used - self.over


@dataclass(frozen=True)
class Board:
    """The areas and postings as of one day; `ceiling` is None on a day without one."""

    on: dt.date
    rows: list[Row]
    postings: list[Posting]
    ceiling: int | None

    @property
    def total(self) -> Total:
        parts = [row.strength for row in self.rows]
        return Total(
            in_mission=sum(part.in_mission for part in parts),
            approved=sum(part.approved for part in parts),
            held=sum(part.held for part in parts),
            cap=sum(part.cap or 0 for part in parts),
            free=sum(max(0, part.free) for part in parts),
            over=sum(part.over for part in parts),
        )

    @property
    def over(self) -> list[Row]:
        """The areas with more people than their cap allows."""
        return [row for row in self.rows if row.is_over]

    @property
    def abroad(self) -> int:
        """How many people are deployed, under a cap and at postings: `measures.deployed` of the whole office."""
        return self.total.in_mission + sum(posting.deployed for posting in self.postings)


def operations(on: dt.date, *, today: dt.date) -> Board:
    """Every area with an authorization in force on the day, or with somebody there; in the published order."""
    areas = list(Area.objects.all())
    timelines = authorised_cap.timelines(areas, on, FOREVER, today=today)
    authorizations = {row.area_id: row for row in measures.authorizations(on=on)}
    missions: dict[int, list[Mission]] = {area.pk: [] for area in areas}
    at_postings = measures.counted_by(measures.at_postings(on=on, today=today), "mission")
    postings: list[Mission] = []
    every = Mission.objects.select_related("lead").with_state(on).with_area(on)
    for mission in every.order_by("area__listing_order", F("starts_on").asc(nulls_first=True), "code"):
        if _is_listed(mission, on) or mission.pk in at_postings:
            (missions[mission.area_then] if mission.uses_places else postings).append(mission)  # type: ignore[attr-defined]  # `with_area` adds it

    # Nobody knows any more what was planned on a past day.
    to_come = measures.counted_by(measures.to_come(on=on), "area_then", "status") if on >= today else {}
    rows = []
    for area in areas:
        steps = timelines[area.pk]
        if area.pk in authorizations or steps[0].used or steps[0].held:
            rows.append(
                Row(
                    area=area,
                    authorization=authorizations.get(area.pk),
                    strength=steps[0],
                    first_full_day=authorised_cap.first_day_full(steps),
                    next_change=_next_change(steps),
                    approved_to_come=to_come.get((area.pk, "approved"), 0),
                    planned_to_come=to_come.get((area.pk, "planned"), 0),
                    missions=missions[area.pk],
                    year=sparkline(steps, on),
                )
            )
    named_as_of([*areas, *postings, *(mission for row in rows for mission in row.missions)], on, today=today)
    ceiling = measures.ceilings(on=on).first()
    return Board(
        on=on,
        rows=rows,
        postings=[_posting(mission, areas, at_postings) for mission in postings],
        ceiling=ceiling.cap if ceiling else None,
    )


def _posting(mission: Mission, areas: list[Area], deployed: dict[int, int]) -> Posting:
    [area] = [area for area in areas if area.pk == mission.area_then]  # type: ignore[attr-defined]  # `with_area` adds it
    return Posting(mission, area, deployed.get(mission.pk, 0))


def _is_listed(mission: Mission, on: dt.date) -> bool:
    """Whether a mission has begun by the day and is not closed on it; suspended ones are listed with their state."""
    begun = mission.starts_on is None or mission.starts_on <= on
    return begun and mission.state_then != MissionState.State.CLOSED  # type: ignore[attr-defined]  # `with_state` adds it


def _next_change(steps: list[Strength]) -> Change | None:
    for step in steps[1:]:
        if step.used != steps[0].used:
            return Change(step.since, step.used - steps[0].used)
    return None
