"""Stays from the office's own files are recorded as history: what happened is not judged as an approval is.

What each would have broken is said, days beyond a cap are kept as recorded excesses, and from then on the cap holds.
One thing is impossible in any file: one person in two places.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.writes import one_for_each_row
from background.enqueue import after_change_of
from deployments.eligibility import person as of_person
from deployments.eligibility import service as of_service
from deployments.models import Deployment, DeploymentTransition
from deployments.models.statuses import Status
from deployments.models.transitions import Act
from deployments.stays import approval, excess, tour
from deployments.stays.approval import Known
from deployments.stays.authorised_cap import ONE_DAY, Days
from flags.models import thresholds
from missions.models import Area, Authorization, Ceiling

BATCH = 500
JUDGED_TOGETHER = 100
"""So many stays are saved by one statement: the guards compare each of them with all that are there."""
FOLLOW_UP_OVERDUE = "follow_up_overdue"
"""The kind of flag of `deployments.watch.follow_ups`."""
FACTS = ("status", "arrived_on", "departed_on", "end_reason", "ends_on")


# --- What a stay would have broken ------------------------------------------------------------------------------------


def is_judged_as_approved(stay: Deployment) -> bool:
    """Whether all rules are asked of a stay, papers among them: as of any that is not over.

    The papers of who is back were kept elsewhere, and nobody asks for them any more.
    """
    return stay.status in {Status.APPROVED, Status.IN_MISSION}


def broken(stay: Deployment, known: Known, *, today: dt.date) -> list[str]:
    """The rules that an approval of the stay would have met, in the reader's language.

    Nothing is looked up beside what is `known`, so that a stay can be judged whose person or mission is not saved yet.
    """
    first, last = stay.stay(today)
    found = [blocker.message for blocker in approval.outside_the_mission(stay)]
    if stay.mission.pk and (stretch := stay.mission.first_not_active(first, last)):
        words = {"mission": stay.mission, "state": stretch.state.label}
        found.append(_("%(mission)s was not active on all of these days: %(state)s.") % words)
    if tour.is_longer_than(stay.mission.tour_months, first, last):
        found.append(_("Longer than the usual tour of %(months)s months.") % {"months": stay.mission.tour_months})
    if is_judged_as_approved(stay):
        blockers = [*approval.person_cannot_go(stay), *approval.not_eligible(stay, known)]
        return found + [blocker.message for blocker in blockers]
    for rule in (of_person.age_fits, of_person.years_of_service, of_service.agreement):
        found += [finding.message for finding in rule(*known)]
    return found


def overlap(stay: Deployment, others: Iterable[Deployment], *, today: dt.date) -> Deployment | None:
    """The first of these stays of the same person that shares a day with it; a cancelled one shares none (rule 6)."""
    if stay.status == Status.CANCELLED:
        return None
    first, last = stay.stay(today)
    for other in others:
        begins, ends = other.stay(today)
        if other.status != Status.CANCELLED and begins <= last and ends >= first:
            return other
    return None


# --- Days beyond a cap ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beyond:
    """A stretch of days on which more people use places than allowed: of an area, or of all under the ceiling."""

    area: Area | None
    first: dt.date
    last: dt.date
    used: int
    cap: int


@dataclass(frozen=True)
class _Use:
    """Days on which a stay uses a place; `place` is its place in the order of the new stays, None of one on record."""

    first: dt.date
    last: dt.date
    place: int | None


def days_beyond(
    new: Sequence[Deployment],
    on_record: Iterable[Deployment],
    *,
    authorizations: Iterable[Authorization],
    ceilings: Iterable[Ceiling],
    today: dt.date,
) -> tuple[dict[int, list[Days]], list[Beyond]]:
    """The days on which new stays are beyond a cap, by their place in `new`; and the stretches of such days.

    Who is on record has a place first, then the new stays as they come: whoever finds none left is beyond.
    """
    uses: dict[str, list[_Use]] = defaultdict(list)
    areas: dict[str, Area] = {}
    for place, stay in [*((None, stay) for stay in on_record), *enumerate(new)]:
        if stay.uses_place:
            for area, first, last in stay.mission.areas_between(*stay.stay(today)):
                areas[area.code] = area
                uses[area.code].append(_Use(first, last, place))
    caps: dict[str, list[Authorization]] = defaultdict(list)
    for authorization in authorizations:
        if authorization.state == Authorization.State.ISSUED:
            caps[authorization.area.code].append(authorization)
    beyond: dict[int, list[Days]] = defaultdict(list)
    stretches: list[Beyond] = []
    for code, area in areas.items():
        stretches += _judge(uses[code], caps[code], beyond, lambda limits: sum(each.cap for each in limits), area)
    everywhere = [use for code in areas for use in uses[code]]
    stretches += _judge(everywhere, list(ceilings), beyond, lambda limits: limits[0].cap if limits else None, None)
    merged = {place: _merged(days) for place, days in beyond.items()}
    return merged, sorted(stretches, key=lambda each: (each.first, each.area.code if each.area else ""))


def _judge(
    uses: list[_Use],
    limits: Sequence[Any],
    beyond: dict[int, list[Days]],
    cap_of: Callable[[list[Any]], int | None],
    area: Area | None,
) -> list[Beyond]:
    """Add to `beyond` the days of new stays without a place, and answer the stretches over the cap."""
    days = {use.first for use in uses} | {use.last + ONE_DAY for use in uses}
    days |= {limit.valid_from for limit in limits}
    days |= {limit.valid_to + ONE_DAY for limit in limits if limit.valid_to}
    order = sorted(days)
    starts: dict[dt.date, list[_Use]] = defaultdict(list)
    for use in uses:
        starts[use.first].append(use)
    there: list[_Use] = []
    stretches: list[Beyond] = []
    for day, following in pairwise(order):
        there = [use for use in there if use.last >= day] + starts[day]
        cap = cap_of(
            [each for each in limits if each.valid_from <= day and (each.valid_to is None or each.valid_to >= day)]
        )
        if cap is None or len(there) <= cap:
            continue
        last = following - ONE_DAY
        in_order = sorted(there, key=lambda use: -1 if use.place is None else use.place)
        without = [use.place for use in in_order[cap:] if use.place is not None]
        if not without:  # as it is on record already
            continue
        for place in without:
            beyond[place].append((day, last))
        before = stretches[-1] if stretches else None
        if before and before.last + ONE_DAY == day and before.cap == cap:
            stretches[-1] = Beyond(area, before.first, last, max(before.used, len(there)), cap)
        else:
            stretches.append(Beyond(area, day, last, len(there), cap))
    return stretches


def _merged(days: Iterable[Days]) -> list[Days]:
    """The same days as stretches that do not touch each other."""
    found: list[Days] = []
    for first, last in sorted(days):
        if found and first <= found[-1][1] + ONE_DAY:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


# --- Recording --------------------------------------------------------------------------------------------------------


def record(stays: Sequence[Deployment], beyond: dict[int, list[Days]], *, by: User, reason: str) -> None:
    """Save new stays as they were, with their days beyond a cap as excesses; call it in a transaction, under the lock.

    In the order of `days_beyond`, those who are never beyond a cap first: the guards of the database judge each stay as
    it comes, by those that are there already.
    """
    within = [stay for place, stay in enumerate(stays) if place not in beyond]
    Deployment.objects.bulk_create(within, batch_size=JUDGED_TOGETHER)
    _record_beyond([(stays[place], beyond[place]) for place in sorted(beyond)], reason=reason, by=by)
    Deployment.history.bulk_history_create(stays, batch_size=BATCH, default_user=by)
    now = timezone.now()
    DeploymentTransition.objects.bulk_create(
        (
            DeploymentTransition(deployment=stay, act=Act.RECORD, to_status=stay.status, at=now, by=by, reason=reason)
            for stay in stays
        ),
        batch_size=BATCH,
    )
    after_change_of(Deployment)


def _record_beyond(stays: Sequence[tuple[Deployment, list[Days]]], *, reason: str, by: User) -> None:
    """Save stays with days beyond a cap, one after the other.

    The guards let each take exactly the days of its excesses. Those refer to it, so that it is first saved as planned,
    which takes no place.
    """
    with one_for_each_row():
        for stay, days in stays:
            as_it_was = {name: getattr(stay, name) for name in FACTS}
            stay.status, stay.arrived_on, stay.departed_on, stay.end_reason = Status.PLANNED, None, None, ""
            stay.ends_on = max(stay.starts_on, stay.ends_on)
            Deployment.objects.bulk_create([stay])
            excess.record_history({stay: days}, reason=reason, by=by)
            Deployment.objects.filter(pk=stay.pk).update(**as_it_was)
            for name, value in as_it_was.items():
                setattr(stay, name, value)


def closed_before(today: dt.date) -> dt.date:
    """Whoever departed before this day needs no follow-up any more: by the threshold of the flag of overdue ones."""
    stages = thresholds().get(FOLLOW_UP_OVERDUE, [])
    return today - stages[0] * ONE_DAY if stages else dt.date.min


def status_of(
    arrived_on: dt.date | None, departed_on: dt.date | None, end_reason: str, *, closed_before: dt.date
) -> Status:
    """The status that the facts of a stay give, where its row says none; nobody follows up what is long over."""
    if arrived_on is None:
        return Status.PLANNED
    if departed_on is None:
        return Status.IN_MISSION
    if departed_on < closed_before:
        return Status.CLOSED
    return Status.ENDED_EARLY if end_reason else Status.COMPLETED
