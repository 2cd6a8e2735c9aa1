"""Deployments since 1989, of the size that is known of each mission."""

import datetime as dt
import random
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from deployments.models import Deployment, Transition
from deployments.models.deployments import Status
from deployments.stays import tour
from missions.models import Mission
from peaceops.demonstration.people import People

ONE_DAY = dt.timedelta(days=1)

# mission, people at once, first day, last day
CLOSED_CHAPTERS = [
    ("untag", 100, dt.date(1989, 4, 1), dt.date(1990, 3, 31)),
    ("unmibh", 12, dt.date(1996, 1, 1), dt.date(2002, 12, 31)),
    ("eupm", 8, dt.date(2003, 1, 1), dt.date(2005, 12, 31)),
    ("miponuh", 22, dt.date(1997, 12, 1), dt.date(2000, 3, 15)),
    ("unmik", 92, dt.date(1999, 7, 1), dt.date(2000, 6, 30)),
    ("unmik", 30, dt.date(2000, 7, 1), dt.date(2004, 12, 31)),
    ("unamet", 6, dt.date(1999, 6, 11), dt.date(1999, 10, 24)),
    ("untaet", 15, dt.date(1999, 10, 25), dt.date(2002, 5, 20)),
    ("eupol-afghanistan", 25, dt.date(2003, 1, 1), dt.date(2014, 12, 31)),
    ("minustah", 40, dt.date(2006, 6, 1), dt.date(2017, 10, 15)),
    ("minujusth", 20, dt.date(2017, 10, 16), dt.date(2019, 10, 16)),
    ("ukraine-bilateral", 14, dt.date(2016, 6, 1), dt.date(2022, 2, 20)),
    ("iraq-liaison", 5, dt.date(2017, 1, 1), dt.date(2023, 12, 31)),
]
IN_FRENCH = {"mali", "haiti", "drc"}
ARMED = {"mali", "haiti", "iraq", "kosovo", "afghanistan"}


@dataclass(frozen=True)
class Tour:
    """One stay to make. `status` None: over by now, whatever that makes it."""

    mission: str
    starts_on: dt.date
    ends_on: dt.date
    status: Status | None = None
    civilian: bool = False


def tours() -> list[Tour]:
    """The chapters that are closed: places filled one tour after the other from the first day to the last."""
    made = []
    for mission, places, first, last in CLOSED_CHAPTERS:
        for place in range(places):
            day = first + place % 10 * ONE_DAY
            while day < last - 30 * ONE_DAY:
                end = min(tour.last_day(day, 12), last)
                made.append(Tour(mission, day, end))
                day = end + (1 + place % 5) * ONE_DAY
    return made


def deploy(tours: list[Tour], people: People, chance: random.Random, by: User) -> list[Deployment]:
    """Save the tours with people drawn for them, and the steps that they took."""
    today = timezone.localdate()
    missions = {mission.code: mission for mission in Mission.objects.select_related("area")}
    rows = []
    for one in sorted(tours, key=lambda one: (one.starts_on, one.mission)):
        mission = missions[one.mission]
        french = mission.area.code in IN_FRENCH
        person = people.draw(one.starts_on, one.ends_on, french=french, civilian=one.civilian)
        rows.append(_row(one, mission, person, people, chance, today))
    saved = Deployment.objects.bulk_create(rows, batch_size=100)
    recent = [row for row in saved if row.ends_on > today - dt.timedelta(days=3 * 365)]
    Transition.objects.bulk_create([step for row in recent for step in _steps(row, by)], batch_size=500)
    return saved


def _row(one: Tour, mission: Mission, person, people: People, chance: random.Random, today: dt.date) -> Deployment:
    status, end_reason, departed_on = one.status, "", None
    if status is None:
        status, departed_on = Status.CLOSED, one.ends_on
        if today - one.ends_on < dt.timedelta(days=185):  # a few follow-ups are late by now
            status = Status.COMPLETED
        elif chance.random() < 0.04:
            end_reason = chance.choice(["medical", "compassionate", "recalled"])
            departed_on = one.starts_on + (one.ends_on - one.starts_on) // 2
    return Deployment(
        person=person,
        mission=mission,
        kind=Deployment.Kind.STANDARD if mission.uses_places else Deployment.Kind.ANCILLARY,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        arrived_on=None if status in {Status.PLANNED, Status.APPROVED} else one.starts_on,
        departed_on=departed_on,
        status=status,
        end_reason=end_reason,
        rank=people.rank_then(person, one.starts_on, today),
        service=person.service,
        armed=mission.area.code in ARMED and not one.civilian,
    )


def _steps(row: Deployment, by: User) -> list[Transition]:
    """The steps of one deployment, each at a believable moment."""
    act, way = Transition.Act, [(Transition.Act.PLAN, "", Status.PLANNED, row.starts_on - dt.timedelta(days=150), None)]
    if row.status != Status.PLANNED:
        way.append((act.APPROVE, Status.PLANNED, Status.APPROVED, row.starts_on - dt.timedelta(days=100), None))
    if row.arrived_on:
        way.append((act.ARRIVE, Status.APPROVED, Status.IN_MISSION, row.arrived_on, row.arrived_on))
    if row.departed_on:
        early = bool(row.end_reason)
        left = (act.END_EARLY, Status.ENDED_EARLY) if early else (act.COMPLETE, Status.COMPLETED)
        way.append((left[0], Status.IN_MISSION, left[1], row.departed_on, row.departed_on))
        if row.status == Status.CLOSED:
            way.append((act.CLOSE, left[1], Status.CLOSED, row.departed_on + dt.timedelta(days=120), None))
    now = timezone.now()
    return [
        Transition(
            deployment=row,
            act=name,
            from_status=before,
            to_status=after,
            at=min(timezone.make_aware(dt.datetime.combine(day, dt.time(10))), now),
            on_day=on_day,
            by=by,
        )
        for name, before, after, day, on_day in way
    ]
