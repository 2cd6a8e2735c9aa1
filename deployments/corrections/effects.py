"""What a correction does to the strength of areas: the stretches of days on which it changes, before and after."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from deployments.models import Deployment
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import ONE_DAY, Days, Strength
from deployments.stays.counting import Stay, stays_of, stays_touching
from foundation.refusals import Blocker
from missions.models import Area, Authorization


@dataclass(frozen=True)
class Effect:
    """Days that follow on each other, on which an area has other people than it had, all with the same figures."""

    area: Area
    first: dt.date
    last: dt.date
    before: int
    after: int
    cap: int | None

    @property
    def is_over(self) -> bool:
        """Whether more people are there afterwards than allowed; a day without authorization allows nobody (rule 3)."""
        return self.after > (self.cap or 0)


@dataclass(frozen=True)
class Judgement:
    """What a correction changes, what stands against it, and what it does.

    `beyond` are the days, past or today, on which it makes an area exceed its cap: recorded with it, not refused.
    """

    changes: dict[str, list[str | None]]
    blockers: list[Blocker]
    needs_second: bool
    effects: list[Effect]
    beyond: list[Days]


def on_strength(before: Deployment, after: Deployment, *, today: dt.date) -> list[Effect]:
    """The days on which areas have other people once `before` stands as `after`."""
    own = [stays_of(row, today=today) for row in (before, after)]
    taken = {stay.area_id for stays in own for stay in stays}
    known = (area for row in (before, after) for area, *_days in row.mission.areas_between(*row.stay(today)))
    areas = {area.pk: area for area in known if area.pk in taken}
    return [effect for area in areas.values() for effect in _in_area(area, own, before.pk, today)]


def _in_area(area: Area, everywhere: list[list[Stay]], deployment_id: int, today: dt.date) -> list[Effect]:
    own = [[stay for stay in stays if stay.area_id == area.pk] for stays in everywhere]
    days = [day for stays in own for stay in stays for day in (stay.first, stay.last)]
    first, last = min(days), max(days)
    around = stays_touching(first, last, today=today, area_ids=[area.pk])
    others = [stay for stay in around if stay.deployment_id != deployment_id]
    limits = list(area.authorizations.issued().touching(first, last))
    old, new = (authorised_cap.sweep([*others, *stays], limits, first, last) for stays in own)
    return _where_they_differ(area, old, new, limits, last)


def _where_they_differ(
    area: Area, old: list[Strength], new: list[Strength], limits: Iterable[Authorization], last: dt.date
) -> list[Effect]:
    turns = sorted({step.since for step in [*old, *new]})
    found: list[Effect] = []
    for since, until in pairwise([*turns, last + ONE_DAY]):
        was, becomes = _on(old, since), _on(new, since)
        if was.used == becomes.used:
            continue
        effect = Effect(area, since, until - ONE_DAY, was.used, becomes.used, becomes.cap)
        if found and found[-1].last + ONE_DAY == since and _figures(found[-1]) == _figures(effect):
            effect = replace(effect, first=found.pop().first)
        found.append(effect)
    return found


def _figures(effect: Effect) -> tuple[int, int, int | None]:
    return effect.before, effect.after, effect.cap


def _on(steps: list[Strength], day: dt.date) -> Strength:
    return [step for step in steps if step.since <= day][-1]
