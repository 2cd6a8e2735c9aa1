"""Deployments since 1989, of the size that is known of each mission."""

import datetime as dt
import random
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from deployments.models import Deployment, DeploymentTransition
from deployments.models.statuses import Status
from deployments.stays import tour
from missions.models import Mission
from peaceops.demonstration.people import People
from personnel.models import Person

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
    ("eupol-afghanistan", 25, dt.date(2003, 1, 1), dt.date(2014, 3, 31)),
    ("unmis", 5, dt.date(2006, 1, 1), dt.date(2011, 7, 9)),
    ("unamid", 6, dt.date(2008, 1, 1), dt.date(2013, 12, 31)),
    ("minustah", 40, dt.date(2006, 6, 1), dt.date(2017, 10, 15)),
    ("minujusth", 20, dt.date(2017, 10, 16), dt.date(2019, 10, 16)),
    ("ukraine-bilateral", 14, dt.date(2016, 6, 1), dt.date(2022, 2, 20)),
    ("euam-ukraine", 5, dt.date(2017, 6, 1), dt.date(2024, 12, 31)),
    ("iraq-liaison", 5, dt.date(2017, 1, 1), dt.date(2024, 12, 31)),
    ("iraq-carabinieri", 3, dt.date(2018, 1, 1), dt.date(2024, 12, 31)),
    ("eccc", 2, dt.date(2015, 1, 1), dt.date(2016, 12, 31)),
    ("brindisi", 1, dt.date(2013, 1, 1), dt.date(2014, 12, 31)),
    ("minusma", 9, dt.date(2018, 7, 1), dt.date(2023, 12, 31)),
    ("eucap-sahel-mali", 5, dt.date(2018, 7, 1), dt.date(2023, 12, 31)),
    ("emp-abb", 4, dt.date(2020, 1, 1), dt.date(2023, 12, 31)),
]
IN_FRENCH = {"mali", "haiti", "caribbean", "drc"}
ARMED = {"mali", "haiti", "caribbean", "iraq", "kosovo", "afghanistan"}


@dataclass(frozen=True)
class Tour:
    """One stay to make. `status` is None when it is over: `deploy` then says how it ended."""

    mission: str
    starts_on: dt.date
    ends_on: dt.date
    status: Status | None = None
    civilian: bool = False


def tours() -> list[Tour]:
    """All tours of the closed chapters: each place is filled by tour after tour, from the first day to the last."""
    made = []
    for mission, places, first, last in CLOSED_CHAPTERS:
        for place in range(places):
            day = first + place % 10 * ONE_DAY
            while day < last - 30 * ONE_DAY:
                end = min(tour.last_day(day, 12), last)
                made.append(Tour(mission, day, end))
                day = end + (1 + place % 5) * ONE_DAY
    return made


def deploy(tours: list[Tour], people: People, chance: random.Random, by: User, *, today: dt.date) -> list[Deployment]:
    """Save the tours with people drawn for them, and the steps that they took until today."""
    missions = {mission.code: mission for mission in Mission.objects.select_related("area")}
    rows = []
    # In the order of time: people who come back are drawn from those who have rested long enough by then.
    for planned in sorted(tours, key=lambda planned: (planned.starts_on, planned.mission)):
        mission = missions[planned.mission]
        french = mission.area.code in IN_FRENCH
        person = people.draw(planned.starts_on, planned.ends_on, french=french, civilian=planned.civilian)
        rows.append(_deployment(planned, mission, person, people, chance, today))
    saved = Deployment.objects.bulk_create(rows, batch_size=100)
    recent = [row for row in saved if row.ends_on > today - dt.timedelta(days=3 * 365)]
    DeploymentTransition.objects.bulk_create(
        [step for row in recent for step in _steps(row, by, today)], batch_size=500
    )
    return saved


def _deployment(
    planned: Tour, mission: Mission, person: Person, people: People, chance: random.Random, today: dt.date
) -> Deployment:
    status, end_reason, departed_on = planned.status, "", None
    if status is None:
        status, departed_on = Status.CLOSED, planned.ends_on
        if today - planned.ends_on < dt.timedelta(days=185):  # a few follow-ups are late by now
            status = Status.COMPLETED
        elif chance.random() < 0.04:
            end_reason = chance.choice(["medical", "compassionate", "recalled"])
            departed_on = planned.starts_on + (planned.ends_on - planned.starts_on) // 2
    return Deployment(
        person=person,
        mission=mission,
        kind=Deployment.Kind.STANDARD if mission.uses_places else Deployment.Kind.ANCILLARY,
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        arrived_on=None if status in {Status.PLANNED, Status.APPROVED} else planned.starts_on,
        departed_on=departed_on,
        status=status,
        end_reason=end_reason,
        rank=people.rank_then(person, planned.starts_on, today),
        service=person.service,
        armed=mission.area.code in ARMED and not planned.civilian,
    )


def moment(day: dt.date, *, today: dt.date) -> dt.datetime:
    """Ten in the morning of a day; when it is not over yet, the beginning of today: nothing is dated in the future."""
    if day < today:
        return timezone.make_aware(dt.datetime.combine(day, dt.time(10)))
    return timezone.make_aware(dt.datetime.combine(today, dt.time.min))


def _steps(row: Deployment, by: User, today: dt.date) -> list[DeploymentTransition]:
    """The steps of one deployment, each at a believable moment."""
    act = DeploymentTransition.Act
    steps: list[tuple[str, str, str, dt.date, dt.date | None]] = [
        (act.PLAN, "", Status.PLANNED, row.starts_on - dt.timedelta(days=150), None)
    ]
    if row.status != Status.PLANNED:
        steps.append((act.APPROVE, Status.PLANNED, Status.APPROVED, row.starts_on - dt.timedelta(days=100), None))
    if row.arrived_on:
        steps.append((act.ARRIVE, Status.APPROVED, Status.IN_MISSION, row.arrived_on, row.arrived_on))
    if row.departed_on:
        early = bool(row.end_reason)
        end, ended = (act.END_EARLY, Status.ENDED_EARLY) if early else (act.COMPLETE, Status.COMPLETED)
        steps.append((end, Status.IN_MISSION, ended, row.departed_on, row.departed_on))
        if row.status == Status.CLOSED:
            steps.append((act.CLOSE, ended, Status.CLOSED, row.departed_on + dt.timedelta(days=120), None))
    return [
        DeploymentTransition(
            deployment=row,
            act=name,
            from_status=before,
            to_status=after,
            at=moment(day, today=today),
            on_day=on_day,
            by=by,
        )
        for name, before, after, day, on_day in steps
    ]
