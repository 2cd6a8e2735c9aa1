"""Caps and the policy ceiling, today and on every day to come (rules 2 and 4)."""

import datetime as dt
from collections.abc import Iterator

from deployments import authorised_cap
from deployments.authorised_cap import Strength
from deployments.models import FOREVER
from flags.detect.found import Found
from flags.models import Flag
from missions.models import Area, Ceiling

KINDS = [Flag.Kind.CAP_EXCEEDED, Flag.Kind.CEILING_EXCEEDED, Flag.Kind.CAPS_OVER_CEILING]


def find(today: dt.date) -> Iterator[Found]:
    """The first day from `today` on which an area is over its cap, people are over the ceiling, or caps add up to more.

    Stage "now" when that day is today, "ahead" when it is still to come.
    """
    areas = list(Area.objects.all())
    courses = authorised_cap.courses(areas, today, FOREVER, today=today)
    for area in areas:
        over = next((step for step in courses[area.pk] if step.free < 0), None)
        if over:
            yield _over(Flag.Kind.CAP_EXCEEDED, area, over, today, area_id=area.pk)

    program = authorised_cap.program_course(today, FOREVER, today=today)
    ceilings = list(Ceiling.objects.touching(today, FOREVER))
    for step in program:
        if step.free < 0 and (ceiling := _in_force(ceilings, step.since)):
            yield _over(Flag.Kind.CEILING_EXCEEDED, ceiling, step, today)
            break

    for day in sorted({step.since for steps in courses.values() for step in steps} | {c.valid_from for c in ceilings}):
        ceiling = _in_force(ceilings, day) if day >= today else None
        if ceiling is None:
            continue
        total = sum(_cap_on(steps, day) for steps in courses.values())
        if total > ceiling.cap:
            step = Strength(day, in_mission=total, cap=ceiling.cap)
            yield _over(Flag.Kind.CAPS_OVER_CEILING, ceiling, step, today)
            return


def _over(kind: Flag.Kind, subject: Area | Ceiling, step: Strength, today: dt.date, **scope) -> Found:
    now = step.since <= today
    return Found(
        kind=kind,
        subject=subject,
        stage="now" if now else "ahead",
        severity=Flag.Severity.ACT if now or kind != Flag.Kind.CAPS_OVER_CEILING else Flag.Severity.PLAN,
        day=step.since,
        facts={"used": step.used, "cap": step.cap or 0},
        **scope,
    )


def _in_force(ceilings: list[Ceiling], day: dt.date) -> Ceiling | None:
    return next((c for c in ceilings if c.valid_from <= day and (c.valid_to is None or day <= c.valid_to)), None)


def _cap_on(steps: list[Strength], day: dt.date) -> int:
    in_force = [step for step in steps if step.since <= day]
    return (in_force[-1].cap or 0) if in_force else 0
