"""The present of the last published page: an area full from a day on, one beyond its cap by a recorded excess, postings
that run out, one overdue, a suspended mission. Every cap is a published one; invented are the people.
"""

import datetime as dt

from accounts.models import User
from deployments.corrections import making
from deployments.models import CallOut, Deployment, RosterEntry
from deployments.models.statuses import Status
from deployments.stays import lifecycle, tour
from deployments.stays.steps import Act, Step
from missions.models import Mission
from peaceops.demonstration.history import ONE_DAY, Tour
from peaceops.demonstration.people import People
from peaceops.demonstration.words import written_by

# Mission, and for each place filled today: in how many days the posting ends, and since when the place exists.
RUNNING: list[tuple[str, list[int], dt.date]] = [
    ("binuh", [20, 80, 160, 240, 300], dt.date(2021, 1, 1)),
    ("binuh", [50, 130, 200], dt.date(2025, 2, 1)),
    ("binuh", [-12], dt.date(2025, 2, 1)),  # overdue
    ("haiti-bilateral", [28, 88, 170, 220, 310], dt.date(2020, 1, 1)),
    ("haiti-bilateral", [60, 115, 184, 250, 345], dt.date(2025, 2, 1)),
    ("eupol-copps", [6, 175, 270], dt.date(2013, 1, 1)),
    ("proteus", [110, 195, 235, 320], dt.date(2013, 1, 1)),
    ("eupol-copps", [90, 155], dt.date(2021, 1, 1)),
    ("proteus", [100, 245, 335], dt.date(2021, 1, 1)),  # the last is the civilian analyst
    ("monusco-team", [40, 85, 165, 215, 275, 325], dt.date(2019, 1, 1)),
    ("monusco-officers", [70, 125, 180, 255], dt.date(2019, 1, 1)),
    ("monusco-officers", [105, 145, 225, 265, 305, 350], dt.date(2022, 1, 1)),
]
# Mission and in how many days an approved tour begins: with those in mission, DR Congo is then full. Who relieves in
# West Bank comes early (`arrive_early`).
APPROVED = [("binuh", 21), ("binuh", 51), ("haiti-bilateral", 29), ("haiti-bilateral", 61)] + [
    ("monusco-officers", 38)
] * 9
APPROVED += [("eupol-copps", 7)]

# Postings beside the missions: mission, months of a tour, days until the end, first year.
BESIDE = [
    ("un-adviser", 36, 400, 2011),
    ("icc-investigator", 12, 140, 2015),
]
# Courses of two weeks that somebody instructs: mission, and in how many days each ends.
COURSES = [("un-assessment-team", [9, -82, -173, -264])]

# Who stands on the roster: service, and in how many days from today nominated, certified and no longer certified.
ON_THE_ROSTER: list[tuple[str, int, int | None, int | None]] = [
    ("rcmp", -900, -800, 25),
    ("surete-du-quebec", -700, -600, 500),
    ("opp", -60, None, None),
]


def tours(today: dt.date) -> list[Tour]:
    """Tours of those in a mission today, of all who held their places before them, and of those approved to come."""
    made: list[Tour] = []
    for mission, places, since in RUNNING:
        for left in places:
            end = today + dt.timedelta(days=left)
            civilian = (mission, left) == ("proteus", 335)
            made += _chain(mission, end, 12, since, civilian=civilian)
    for mission, months, left, year in BESIDE:
        made += _chain(mission, today + dt.timedelta(days=left), months, dt.date(year, 1, 1))
    for mission, ends in COURSES:
        for left in ends:
            end = today + dt.timedelta(days=left)
            made.append(Tour(mission, end - 13 * ONE_DAY, end, Status.IN_MISSION if left >= 0 else None))
    for mission, begins_in in APPROVED:
        first = today + dt.timedelta(days=begins_in)
        made.append(Tour(mission, first, tour.last_day(first, 12), Status.APPROVED))
    return made


def _chain(mission: str, end: dt.date, months: int, since: dt.date, *, civilian: bool = False) -> list[Tour]:
    """The tour that ends on `end` and is running, and those before it in the same place, back to `since`."""
    made: list[Tour] = []
    status: Status | None = Status.IN_MISSION
    while True:
        first = _first_day(end, months)
        if first < since:
            return made
        made.append(Tour(mission, first, end, status, civilian))
        status, end = None, first - ONE_DAY


def _first_day(end: dt.date, months: int) -> dt.date:
    """The first day of a tour that ends on `end`: about so many months before."""
    return end - dt.timedelta(days=round(months * 365.25 / 12) - 1)


def relieve(deployments: list[Deployment], people: People, today: dt.date, by: User) -> None:
    """Name successors for some who leave soon, and plan a few deployments that are not approved yet."""
    running = sorted((row for row in deployments if row.status == Status.IN_MISSION), key=lambda row: row.ends_on)
    coming = [row for row in deployments if row.status == Status.APPROVED]
    for successor in coming:
        leaver = next((row for row in running if row.mission_id == successor.mission_id and row.ends_on >= today), None)
        if leaver:
            running.remove(leaver)
            Deployment.objects.filter(pk=successor.pk).update(relieves=leaver)
    for mission, begins_in in [("binuh", 81), ("binuh", 131), ("haiti-bilateral", 89), ("proteus", 111)]:
        _hold(mission, today + dt.timedelta(days=begins_in), running, people, today, by)
    _hold("ukraine-bilateral", today + dt.timedelta(days=60), [], people, today, by)


def put_on_the_roster(today: dt.date, people: People) -> None:
    """Three people on the roster: one whose certification ends soon, one who was called out, one nominated."""
    roster = Mission.objects.get(code="justice-rapid-response")
    for service, nominated, certified, until in ON_THE_ROSTER:
        entry = RosterEntry.objects.create(
            person=people.draw_from(service, today, french=False),
            roster=roster,
            nominated_on=today + nominated * ONE_DAY,
            certified_on=None if certified is None else today + certified * ONE_DAY,
            certified_until=None if until is None else today + until * ONE_DAY,
        )
        if service == "surete-du-quebec":
            first = today - 300 * ONE_DAY
            CallOut.objects.create(entry=entry, first_day=first, last_day=first + 20 * ONE_DAY, place="Bangui")


def arrive_early(today: dt.date, by: User) -> None:
    """Who relieves in West Bank came today, before a place is free; another coordinator is to confirm it."""
    stay = Deployment.objects.coming().filter(mission__code="eupol-copps", status=Status.APPROVED).get()
    lifecycle.take_step(stay, Step(Act.ARRIVE, today=today, on_day=today, reason=written_by(by)), by=by)


def ask_for_a_correction(today: dt.date, by: User) -> None:
    """Somebody in West Bank arrived two days before what is recorded; another coordinator is to confirm it."""
    stay = Deployment.objects.in_mission().filter(mission__code="eupol-copps", excesses=None).latest("ends_on", "id")
    wanted = {"arrived_on": stay.arrived_on - 2 * ONE_DAY}  # type: ignore[operator]  # who is in mission has arrived
    making.ask(stay, wanted, reason=written_by(by), by=by, today=today)


def _hold(code: str, first: dt.date, running: list[Deployment], people: People, today: dt.date, by: User) -> Deployment:
    mission = Mission.objects.get(code=code)
    last = tour.last_day(first, 12)
    person = people.draw(first, last, french=False)
    leaver = next((row for row in running if row.mission_id == mission.pk and row.ends_on >= today), None)
    deployment = Deployment(person=person, mission=mission, starts_on=first, ends_on=last, relieves=leaver)
    return lifecycle.plan(deployment, by=by, today=today)
