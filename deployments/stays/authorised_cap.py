"""The authorized cap: how many people an area may take, how many it has, and the lock for whoever takes a place.

Rules 1, 2, 3 and 5. The cap is judged on every day of a stay, over all missions of the area, against the authorization
in force on that day. The database keeps the same rule by itself: `deployments/guards/`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.models import FOREVER, Deployment
from deployments.stays import overdue
from deployments.stays.counting import Stay, stays_touching
from foundation.refusals import Blocker
from foundation.sentences import day as in_words
from foundation.sentences import stretches
from missions.models import Area, Authorization, Ceiling, Mission

ONE_DAY = dt.timedelta(days=1)
Days = tuple[dt.date, dt.date]
"""First and last day of a stretch."""


@dataclass(frozen=True)
class Strength:
    """How many people an area has, and its cap, from the day `since` until the next change.

    Those `in_mission` and `approved` use places; those `held` are planned and use none. `cap` is None on days without
    an authorization.
    """

    since: dt.date
    in_mission: int = 0
    approved: int = 0
    held: int = 0
    cap: int | None = None

    @property
    def used(self) -> int:
        return self.in_mission + self.approved

    @property
    def free(self) -> int:
        """Places left; negative when the cap is exceeded. A day without authorization has cap 0 (rule 3)."""
        return (self.cap or 0) - self.used

    @property
    def over(self) -> int:
        """How many are there beyond the cap."""
        return max(0, -self.free)


def lock(*area_ids: int) -> None:
    """Make everybody else who takes places in these areas wait until this transaction ends.

    Who waits for `LOCK_SECONDS` is refused as busy (`foundation.retry`). Lock order: ceiling → areas → deployment. On
    SQLite the transaction holds the only write lock already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # LOCAL: a pooled connection keeps no setting for the next transaction.
            cursor.execute(f"SET LOCAL lock_timeout = '{settings.LOCK_SECONDS}s'")
    # The area is locked, not its authorization: an amendment is a new row, which nobody could have locked. The ceiling
    # is locked as well, because two areas with free places may share its last one. `no_key` lets others go on inserting
    # rows that refer to these; ordered by id, so that two transactions never wait for each other.
    list(Ceiling.objects.select_for_update(no_key=True).order_by("id"))
    list(Area.objects.select_for_update(no_key=True).filter(id__in=area_ids).order_by("id"))


def lock_all() -> None:
    """The same for all areas: for a list that brings stays, authorizations or ceilings."""
    lock(*Area.objects.values_list("pk", flat=True))


def strength(area: Area, on: dt.date, *, today: dt.date) -> Strength:
    """Who is in an area on a day, and how many may be."""
    return timeline(area, on, on, today=today)[0]


def timeline(area: Area, first: dt.date, last: dt.date, *, today: dt.date) -> list[Strength]:
    """The strength of an area from `first` through `last`: one entry per change, the first one at `first`."""
    return timelines([area], first, last, today=today)[area.pk]


def timelines(areas: Iterable[Area], first: dt.date, last: dt.date, *, today: dt.date) -> dict[int, list[Strength]]:
    """The timelines of several areas, by area id, in two queries."""
    area_ids = [area.pk for area in areas]
    stays: dict[int, list[Stay]] = {area_id: [] for area_id in area_ids}
    authorizations: dict[int, list[Authorization]] = {area_id: [] for area_id in area_ids}
    for stay in stays_touching(first, last, today=today, area_ids=area_ids):
        stays[stay.area_id].append(stay)
    for authorization in Authorization.objects.issued().touching(first, last).filter(area_id__in=area_ids):
        authorizations[authorization.area_id].append(authorization)
    return {area_id: sweep(stays[area_id], authorizations[area_id], first, last) for area_id in area_ids}


def with_share(
    area: Area, mission: Mission, first: dt.date, last: dt.date, *, today: dt.date
) -> tuple[list[Strength], list[Strength]]:
    """The timeline of an area, and that of what one of its missions has of it."""
    stays = stays_touching(first, last, today=today, area_ids=[area.pk])
    authorizations = list(area.authorizations.issued().touching(first, last))
    own = [stay for stay in stays if stay.mission_id == mission.pk]
    return sweep(stays, authorizations, first, last), sweep(own, authorizations, first, last)


def program_timeline(first: dt.date, last: dt.date, *, today: dt.date) -> list[Strength]:
    """The strength of all areas together, with the policy ceiling as the cap."""
    ceilings = list(Ceiling.objects.touching(first, last))
    return sweep(stays_touching(first, last, today=today), ceilings, first, last)


def first_day_full(steps: Iterable[Strength]) -> dt.date | None:
    """The first day of a timeline on which an authorization is in force and no place is left."""
    return next((step.since for step in steps if step.cap is not None and step.free <= 0), None)


def headroom(area: Area, first: dt.date, last: dt.date, *, today: dt.date) -> int:
    """How many more people could be in an area on every day from `first` through `last`; negative when over the cap."""
    return min(step.free for step in timeline(area, first, last, today=today))


def program_headroom(first: dt.date, last: dt.date, *, today: dt.date) -> float:
    """How many more people could deploy under the policy ceiling, over all areas; infinite without a ceiling."""
    steps = program_timeline(first, last, today=today)
    return min((step.free for step in steps if step.cap is not None), default=float("inf"))


def blockers(
    deployment: Deployment, gained: Iterable[Days], *, today: dt.date, counted: Iterable[Days] = ()
) -> list[Blocker]:
    """Why a deployment may not use a place on these days: no authorization, the area full, the ceiling reached.

    `gained` are stretches of days as (first, last), without those on which the deployment uses a place of the area
    already. On those of `counted` it uses one of another area: under the ceiling it gains none of them.
    """
    counted = list(counted)
    found: list[Blocker] = []
    gaps: dict[Area, list[Days]] = {}
    full: tuple[Area, Strength] | None = None
    over_ceiling: Strength | None = None
    for area, last, steps, program in _beside_the_others(deployment, gained, today):
        if without := _stretches(steps, last, lambda step: step.cap is None):
            gaps.setdefault(area, []).extend(without)
        none_left = next((step for step in steps if step.cap is not None and step.free < 1), None)
        full = full or ((area, none_left) if none_left else None)
        over_ceiling = over_ceiling or _first_without_place(program, last, counted)
    found += [_no_authorization(area, days) for area, days in gaps.items()]
    if full:
        area, step = full
        found.append(_because_of_the_overdue(_area_full(area, step), step, deployment, today, area))
    if over_ceiling:
        found.append(_because_of_the_overdue(_ceiling_reached(over_ceiling), over_ceiling, deployment, today, None))
    return found


def exceeded_days(
    deployment: Deployment, gained: Iterable[Days], *, today: dt.date, counted: Iterable[Days] = ()
) -> list[Days]:
    """The stretches of these days on which no place is free for a deployment, under its area's cap or the ceiling.

    `counted` is that of `blockers`.
    """
    over: list[Days] = []
    counted = list(counted)
    for _area, last, steps, program in _beside_the_others(deployment, gained, today):
        over += _stretches(steps, last, lambda step: step.free < 1)
        over += _but_for(_stretches(program, last, _is_full), counted)
    return _merged(over)


def _is_full(step: Strength) -> bool:
    return step.cap is not None and step.free < 1


def _first_without_place(steps: list[Strength], last: dt.date, counted: list[Days]) -> Strength | None:
    """The strength on the first day of a timeline with no place left, but for the days that are counted already."""
    days = _but_for(_stretches(steps, last, _is_full), counted)
    if not days:
        return None
    first = days[0][0]
    return replace(next(step for step in reversed(steps) if step.since <= first), since=first)


def _but_for(days: Iterable[Days], counted: Iterable[Days]) -> list[Days]:
    """The stretches of days without those that are counted, in order."""
    left = sorted(days)
    for start, end in counted:
        pieces = [
            piece
            for first, last in left
            for piece in ((first, min(last, start - ONE_DAY)), (max(first, end + ONE_DAY), last))
        ]
        left = [(first, last) for first, last in pieces if first <= last]
    return left


def _beside_the_others(
    deployment: Deployment, days: Iterable[Days], today: dt.date
) -> Iterator[tuple[Area, dt.date, list[Strength], list[Strength]]]:
    """For each stretch, area by area: its last day, and the timelines of the area and of all without this deployment.

    None for an ancillary deployment, which uses no place (rule 5).
    """
    if deployment.kind == Deployment.Kind.ANCILLARY:
        return
    for area, first, last in (piece for stretch in days for piece in deployment.mission.areas_between(*stretch)):
        # All areas in one query: those of this area count under its cap, all of them under the ceiling.
        others = [stay for stay in stays_touching(first, last, today=today) if stay.deployment_id != deployment.pk]
        in_area = [stay for stay in others if stay.area_id == area.pk]
        steps = sweep(in_area, list(area.authorizations.issued().touching(first, last)), first, last)
        yield area, last, steps, sweep(others, list(Ceiling.objects.touching(first, last)), first, last)


def _merged(stretches: Iterable[Days]) -> list[Days]:
    """The same days with those that touch or overlap as one stretch, in order."""
    merged: list[Days] = []
    for first, last in sorted(stretches):
        if merged and first <= merged[-1][1] + ONE_DAY:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _because_of_the_overdue(
    blocker: Blocker, step: Strength, deployment: Deployment, today: dt.date, area: Area | None
) -> Blocker:
    return overdue.named(
        blocker, step.since, over=1 - step.free, today=today, area=area, exclude_deployment=deployment.pk
    )


def sweep(
    stays: Iterable[Stay], limits: Iterable[Authorization | Ceiling], first: dt.date, last: dt.date
) -> list[Strength]:
    """The strength from `first` through `last`, in order: one entry per day on which something changes.

    Stays and limits outside these days are ignored. The time needed grows with the number of stays, not of days, so
    that `last` may be `FOREVER`.
    """
    changes: dict[dt.date, dict[str, int]] = {first: {}}

    def change(day: dt.date, figure: str, amount: int) -> None:
        changes.setdefault(day, {})
        changes[day][figure] = changes[day].get(figure, 0) + amount

    def add(start: dt.date, end: dt.date, figure: str, amount: int) -> None:
        if start > last or end < first:
            return
        change(max(start, first), figure, amount)
        if end < last:  # also keeps the day after FOREVER, which does not exist, out of the sum
            change(end + ONE_DAY, figure, -amount)

    for stay in stays:
        add(stay.first, stay.last, stay.counted_as, 1)
    for limit in limits:
        # Counted beside its cap: a day with a cap of 0 is another thing than a day without authorization.
        add(limit.valid_from, limit.valid_to or FOREVER, "limits", 1)
        add(limit.valid_from, limit.valid_to or FOREVER, "cap", limit.cap)

    steps: list[Strength] = []
    totals = {"in_mission": 0, "approved": 0, "held": 0, "limits": 0, "cap": 0}
    for day in sorted(changes):
        for figure, amount in changes[day].items():
            totals[figure] += amount
        cap = totals["cap"] if totals["limits"] else None
        step = Strength(day, totals["in_mission"], totals["approved"], totals["held"], cap)
        # One who leaves as another arrives, or an amendment with the same cap, changes no figure: no new entry.
        if not steps or replace(step, since=steps[-1].since) != steps[-1]:
            steps.append(step)
    return steps


def _stretches(steps: list[Strength], last: dt.date, chosen: Callable[[Strength], bool]) -> list[Days]:
    """The stretches of days of a timeline through `last` for which `chosen` holds, those that touch as one."""
    found: list[Days] = []
    ends = [step.since - ONE_DAY for step in steps[1:]] + [last]
    for step, end in zip(steps, ends, strict=True):
        if chosen(step):
            first = found.pop()[0] if found and found[-1][1] + ONE_DAY == step.since else step.since
            found.append((first, end))
    return found


def _no_authorization(area: Area, gaps: list[Days]) -> Blocker:
    message = _("No authorization is in force for %(area)s %(days)s.") % {"area": area, "days": stretches(gaps)}
    return Blocker("no_authorization", message, rule=3, first_day=gaps[0][0])


def _area_full(area: Area, step: Strength) -> Blocker:
    message = ngettext(
        "%(area)s is full on %(day)s: %(used)s of %(cap)s place is taken.",
        "%(area)s is full on %(day)s: %(used)s of %(cap)s places are taken.",
        step.cap or 0,
    ) % {"area": area, "day": in_words(step.since), "used": step.used, "cap": step.cap}
    return Blocker("area_full", message, rule=1, first_day=step.since)


def _ceiling_reached(step: Strength) -> Blocker:
    message = _(
        "The policy ceiling is reached on %(day)s: %(used)s of %(cap)s people in all countries and regions."
    ) % {
        "day": in_words(step.since),
        "used": step.used,
        "cap": step.cap,
    }
    return Blocker("policy_ceiling", message, rule=2, first_day=step.since)
