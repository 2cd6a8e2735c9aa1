"""The one way past a cap: a fact is recorded although no place was free, with who, why, and a second coordinator's yes.

Plans, approvals and extensions have no such way. The guards of the database let a deployment take exactly the days of
its excesses, so these are saved before the deployment itself.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from audit.writes import acting
from background.enqueue import after_change_of
from deployments.models import Deployment, Excess
from deployments.stays import authorised_cap
from deployments.stays.amendment import StretchOverCap, over_cap
from deployments.stays.authorised_cap import Days
from foundation.refusals import Blocker, StepRefused
from missions.models import Area, Mission


def record(
    deployment: Deployment,
    days: Iterable[Days],
    *,
    cause: Excess.Cause,
    reason: str,
    by: User,
    confirmed_by: User | None = None,
) -> list[Excess]:
    """Save one excess for each stretch of days, as (first, last). Call it in the transaction that saves the deployment.

    With `confirmed_by` the second coordinator has said yes already, as with a correction; an arrival is confirmed
    afterwards. Raises `StepRefused` when both are the same person.
    """
    if confirmed_by == by:
        _needs_somebody_else()
    now = timezone.now()
    rows = [
        Excess(
            deployment=deployment,
            first_day=first,
            last_day=last,
            cause=cause,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=now,
            confirmed_by=confirmed_by,
            confirmed_at=now if confirmed_by else None,
        )
        for first, last in days
    ]
    for row in rows:
        sign(row, by, cause.value, Verb.DECIDED, what=cause.value)
        row.save()
    after_change_of(Excess)
    return rows


def record_history(days_of: Mapping[Deployment, Iterable[Days]], *, reason: str, by: User) -> None:
    """Save the days beyond a cap of stays that a file recorded: many at once, each to be confirmed afterwards."""
    now = timezone.now()
    rows = [
        Excess(
            deployment=deployment,
            first_day=first,
            last_day=last,
            cause=Excess.Cause.HISTORY,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=now,
        )
        for deployment, days in days_of.items()
        for first, last in days
    ]
    if rows:
        bulk_create_with_history(rows, Excess, batch_size=500, default_user=by)
        after_change_of(Excess)


@transaction.atomic
def confirm(deployment: Deployment, *, by: User) -> int:
    """A second coordinator confirms what is recorded beyond the cap for a deployment; answers how many stretches.

    Raises `StepRefused` when there is nothing to confirm, or for the one who recorded it.
    """
    waiting = list(Excess.objects.unconfirmed().filter(deployment=deployment).select_for_update(no_key=True))
    if not waiting:
        message = _("Nothing waits for a confirmation here any more.")
        raise StepRefused([Blocker("wrong_step", message, rule=1)])
    if any(row.recorded_by_id == by.pk for row in waiting):
        _needs_somebody_else()
    return _confirm(waiting, by)


def to_confirm(rows: QuerySet[Excess], *, by: User) -> QuerySet[Excess]:
    """Those of these rows that wait for this second coordinator."""
    return Excess.objects.to_confirm(by=by).filter(pk__in=rows.order_by().values("pk"))


@transaction.atomic
def confirm_all(rows: QuerySet[Excess], *, seen: int, by: User) -> int:
    """A second coordinator confirms all of these rows that somebody else recorded; answers how many.

    Raises `StepRefused` when they are not as many as were `seen`, or when none waits any more.
    """
    waiting = list(to_confirm(rows, by=by).select_for_update(no_key=True))
    if not waiting:
        message = _("Nothing waits for a confirmation here any more.")
        raise StepRefused([Blocker("wrong_step", message, rule=1)])
    if len(waiting) != seen:
        message = _("There are %(n)s by now: look at them again before you confirm them.") % {"n": len(waiting)}
        raise StepRefused([Blocker("changed_meanwhile", message, rule=1)])
    return _confirm(waiting, by)


def _confirm(waiting: list[Excess], by: User) -> int:
    now = timezone.now()
    for row in waiting:
        row.confirmed_by, row.confirmed_at = by, now
    with acting(by, Verb.DECIDED, what="confirm"):
        bulk_update_with_history(
            waiting,
            Excess,
            ["confirmed_by", "confirmed_at"],
            batch_size=500,
            default_user=by,
            default_change_reason="confirm",
        )
    after_change_of(Excess)
    return len(waiting)


def days_over_cap(rows: QuerySet[Excess], *, today: dt.date) -> list[tuple[Area | None, StretchOverCap]]:
    """On which days how many are there, where these rows are: by country or region, and of all of them with None."""
    days = rows.order_by().aggregate(first=Min("first_day"), last=Max("last_day"))
    first, last = days["first"], days["last"]
    if first is None:
        return []
    missions = Mission.objects.filter(pk__in=rows.order_by().values("deployment__mission"))
    missions = missions.select_related("area").prefetch_related("former_areas__area")
    areas = {area for mission in missions for area, _first, _last in mission.areas_between(first, last)}
    timelines = authorised_cap.timelines(areas, first, last, today=today)
    # Without a ceiling in force nobody is beyond it.
    together = authorised_cap.program_timeline(first, last, today=today)
    everywhere = [replace(step, cap=step.used) if step.cap is None else step for step in together]
    found: list[tuple[Area | None, StretchOverCap]] = [
        (area, stretch)
        for area in sorted(areas, key=lambda area: (area.listing_order, area.pk))
        for stretch in over_cap(timelines[area.pk])
    ]
    found += [(None, stretch) for stretch in over_cap(everywhere)]
    return [(area, replace(stretch, last=min(stretch.last, last))) for area, stretch in found]


def _needs_somebody_else() -> None:
    message = _("A second coordinator confirms it: you recorded it yourself.")
    raise StepRefused([Blocker("second_coordinator", message, rule=1)])
