"""Caps and the policy ceiling, today and on every day to come (rules 2 and 4)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models import FOREVER
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import Strength
from flags.found import Found, on_its_day
from flags.kinds import Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds
from missions.models import Area, Ceiling


def _exceeded(flag: Flag, params: dict[str, Any]) -> str:
    params["over"] = params["used"] - params["cap"]
    if flag.stage == "now":
        return _("%(subject)s: %(used)s deployed, cap %(cap)s (%(over)s over).") % params
    return _("%(subject)s: %(used)s will be deployed on %(day)s, cap %(cap)s (%(over)s over).") % params


def _reached(flag: Flag, params: dict[str, Any]) -> str:
    if flag.stage == "now":
        return _("%(subject)s is full today: all %(cap)s places are taken.") % params
    return _("%(subject)s is full from %(day)s: all %(cap)s places are taken.") % params


def _near(flag: Flag, params: dict[str, Any]) -> str:
    if flag.stage == "now":
        return _("%(subject)s is nearly full today: %(used)s of %(cap)s places are taken.") % params
    return _("%(subject)s is nearly full from %(day)s: %(used)s of %(cap)s places are taken.") % params


def _without_authorization(flag: Flag, params: dict[str, Any]) -> str:
    if flag.stage == "now":
        return _("%(subject)s: %(used)s deployed with no authorization in force.") % params
    return _("%(subject)s: %(used)s will be deployed on %(day)s with no authorization in force.") % params


def _over_ceiling(_flag: Flag, params: dict[str, Any]) -> str:
    return _("All countries and regions: %(used)s deployed on %(day)s, policy ceiling %(cap)s.") % params


def _caps_over_ceiling(_flag: Flag, params: dict[str, Any]) -> str:
    return _("The caps add up to %(used)s on %(day)s; the policy ceiling is %(cap)s.") % params


FEWER_OR_MORE = _lazy("It closes when fewer people are there, or when the cap is raised.")
A_PLACE_IS_FREE = _lazy("It closes when more places are free, or when the cap is raised.")

CAP_EXCEEDED = Kind("cap_exceeded", _lazy("Cap exceeded"), (Area,), _exceeded, closes=FEWER_OR_MORE)
CAP_REACHED = Kind("cap_reached", _lazy("Cap reached"), (Area,), _reached, only_plans=True, closes=A_PLACE_IS_FREE)
CAP_NEAR = Kind(
    "cap_near",
    _lazy("Cap nearly reached"),
    (Area,),
    _near,
    closes=A_PLACE_IS_FREE,
    threshold_label=_lazy("Cap nearly reached: places left"),
    default_thresholds=(1,),
    only_plans=True,
)
CEILING_EXCEEDED = Kind(
    "ceiling_exceeded",
    _lazy("Policy ceiling exceeded"),
    (Ceiling,),
    _over_ceiling,
    name_of=lambda _ceiling: (_("Policy ceiling"),),
    closes=_lazy("It closes when fewer people are deployed, or when the ceiling is raised."),
)
CAPS_OVER_CEILING = Kind(
    "caps_over_ceiling",
    _lazy("Caps add up to more than the policy ceiling"),
    (Ceiling,),
    _caps_over_ceiling,
    name_of=lambda _ceiling: (_("Policy ceiling"),),
    closes=_lazy("It closes when a cap is lowered, or when the ceiling is raised."),
    urgent_on=on_its_day,
)
AUTHORIZATION_GAP = Kind(
    "authorization_gap",
    _lazy("People without authorization"),
    (Area,),
    _without_authorization,
    closes=_lazy("It closes when an authorization covers these days, or when nobody is there."),
)


IN_ADVANCE = (CAP_REACHED, CAP_NEAR)
"""Nothing is wrong yet: the next approval would be refused."""


@detects(
    CAP_EXCEEDED,
    CAP_REACHED,
    CAP_NEAR,
    AUTHORIZATION_GAP,
    CEILING_EXCEEDED,
    CAPS_OVER_CEILING,
    sweep=Sweep.CAPS,
)
def find(today: dt.date) -> Iterator[Found]:
    """The first day from `today` on which an area is over, at or near its cap or has people without authorization; on
    which people are over the policy ceiling; on which caps add up to more than it.

    Stage "now" when that day is today, "ahead" when it is still to come.
    """
    near = max(thresholds().get(CAP_NEAR.code, [0]))
    areas = list(Area.objects.all())
    timelines = authorised_cap.timelines(areas, today, FOREVER, today=today)
    for area in areas:
        yield from _area(area, timelines[area.pk], near, today)

    program = authorised_cap.program_timeline(today, FOREVER, today=today)
    ceilings = list(Ceiling.objects.touching(today, FOREVER))
    for step in program:
        if step.free < 0 and (ceiling := _in_force(ceilings, step.since)):
            yield _over(CEILING_EXCEEDED, ceiling, step, today)
            break

    # The sum of the caps can exceed the ceiling from a day on which either changes, and from no other.
    changes = {step.since for steps in timelines.values() for step in steps}
    for day in sorted(changes | {ceiling.valid_from for ceiling in ceilings}):
        ceiling = _in_force(ceilings, day) if day >= today else None
        if ceiling is None:
            continue
        total = sum(_cap_on(steps, day) for steps in timelines.values())
        if total > ceiling.cap:
            step = Strength(day, in_mission=total, cap=ceiling.cap)
            yield _over(CAPS_OVER_CEILING, ceiling, step, today)
            return


def _area(area: Area, steps: list[Strength], near: int, today: dt.date) -> Iterator[Found]:
    """The first day of each kind; being near says nothing new once the cap is reached or exceeded."""
    first = {
        AUTHORIZATION_GAP: next((step for step in steps if step.cap is None and step.used), None),
        CAP_EXCEEDED: next((step for step in steps if step.cap is not None and step.free < 0), None),
        CAP_REACHED: next((step for step in steps if step.cap is not None and step.free == 0), None),
        CAP_NEAR: next((step for step in steps if step.cap is not None and 0 < step.free <= near), None),
    }
    if first[CAP_EXCEEDED] or first[CAP_REACHED]:
        del first[CAP_NEAR]
    for kind, step in first.items():
        if step:
            yield _over(kind, area, step, today, area_id=area.pk)


def _over(kind: Kind, subject: Area | Ceiling, step: Strength, today: dt.date, **scope) -> Found:
    now = step.since <= today
    return Found(
        kind=kind,
        subject=subject,
        stage="now" if now else "ahead",
        severity=Severity.PLAN if kind in IN_ADVANCE or (kind is CAPS_OVER_CEILING and not now) else Severity.ACT,
        day=step.since,
        facts={"used": step.used, "cap": step.cap or 0},
        **scope,
    )


def _in_force(ceilings: list[Ceiling], day: dt.date) -> Ceiling | None:
    return next((c for c in ceilings if c.valid_from <= day and (c.valid_to is None or day <= c.valid_to)), None)


def _cap_on(steps: list[Strength], day: dt.date) -> int:
    in_force = [step for step in steps if step.since <= day]
    return (in_force[-1].cap or 0) if in_force else 0
