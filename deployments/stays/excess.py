"""The one way past a cap: a fact is recorded although no place was free, with who, why, and a second coordinator's yes.

Plans, approvals and extensions have no such way. The guards of the database let a deployment take exactly the days of
its excesses, so these are saved before the deployment itself.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments.models import Deployment, Excess
from deployments.stays.authorised_cap import Days
from foundation.refusals import Blocker, StepRefused


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
    for row in waiting:
        row.confirmed_by, row.confirmed_at = by, timezone.now()
        sign(row, by, "confirm", Verb.DECIDED, what="confirm")
        row.save()
    after_change_of(Excess)
    return len(waiting)


def _needs_somebody_else() -> None:
    message = _("A second coordinator confirms it: you recorded it yourself.")
    raise StepRefused([Blocker("second_coordinator", message, rule=1)])
