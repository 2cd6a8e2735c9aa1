"""Caps and the policy ceiling, today and on every day to come (rules 2 and 4)."""

import datetime as dt
from collections.abc import Iterator

from deployments.models import FOREVER
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import Strength
from flags.detect.found import Found
from flags.models import Kind, Severity, thresholds
from missions.models import Area, Ceiling

KINDS = [
    Kind.CAP_EXCEEDED,
    Kind.CAP_REACHED,
    Kind.CAP_NEAR,
    Kind.AUTHORIZATION_GAP,
    Kind.CEILING_EXCEEDED,
    Kind.CAPS_OVER_CEILING,
]


CAPS = Kind.CAPS_OVER_CEILING
ADVANCE = {Kind.CAP_REACHED, Kind.CAP_NEAR}
"""Nothing is wrong yet: the next approval would be refused."""


def find(today: dt.date) -> Iterator[Found]:
    """The first day from `today` on which an area is over, at or near its cap or has people without authorization; on
    which people are over the policy ceiling; on which caps add up to more than it.

    Stage "now" when that day is today, "ahead" when it is still to come.
    """
    near = max(thresholds().get(Kind.CAP_NEAR, [0]))
    areas = list(Area.objects.all())
    courses = authorised_cap.courses(areas, today, FOREVER, today=today)
    for area in areas:
        yield from _area(area, courses[area.pk], near, today)

    program = authorised_cap.program_course(today, FOREVER, today=today)
    ceilings = list(Ceiling.objects.touching(today, FOREVER))
    for step in program:
        if step.free < 0 and (ceiling := _in_force(ceilings, step.since)):
            yield _over(Kind.CEILING_EXCEEDED, ceiling, step, today)
            break

    for day in sorted({step.since for steps in courses.values() for step in steps} | {c.valid_from for c in ceilings}):
        ceiling = _in_force(ceilings, day) if day >= today else None
        if ceiling is None:
            continue
        total = sum(_cap_on(steps, day) for steps in courses.values())
        if total > ceiling.cap:
            step = Strength(day, in_mission=total, cap=ceiling.cap)
            yield _over(Kind.CAPS_OVER_CEILING, ceiling, step, today)
            return


def _area(area: Area, steps: list[Strength], near: int, today: dt.date) -> Iterator[Found]:
    """The first day of each kind; being near says nothing new once the cap is reached or exceeded."""
    first = {
        Kind.AUTHORIZATION_GAP: next((step for step in steps if step.cap is None and step.used), None),
        Kind.CAP_EXCEEDED: next((step for step in steps if step.cap is not None and step.free < 0), None),
        Kind.CAP_REACHED: next((step for step in steps if step.cap is not None and step.free == 0), None),
        Kind.CAP_NEAR: next((step for step in steps if step.cap is not None and 0 < step.free <= near), None),
    }
    if first[Kind.CAP_EXCEEDED] or first[Kind.CAP_REACHED]:
        del first[Kind.CAP_NEAR]
    for kind, step in first.items():
        if step:
            yield _over(kind, area, step, today, area_id=area.pk)


def _over(kind: Kind, subject: Area | Ceiling, step: Strength, today: dt.date, **scope) -> Found:
    now = step.since <= today
    return Found(
        kind=kind,
        subject=subject,
        stage="now" if now else "ahead",
        severity=Severity.PLAN if kind in ADVANCE or (kind == CAPS and not now) else Severity.ACT,
        day=step.since,
        facts={"used": step.used, "cap": step.cap or 0},
        **scope,
    )


def _in_force(ceilings: list[Ceiling], day: dt.date) -> Ceiling | None:
    return next((c for c in ceilings if c.valid_from <= day and (c.valid_to is None or day <= c.valid_to)), None)


def _cap_on(steps: list[Strength], day: dt.date) -> int:
    in_force = [step for step in steps if step.since <= day]
    return (in_force[-1].cap or 0) if in_force else 0
