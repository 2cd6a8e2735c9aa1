"""The life of a deployment: the table of steps, and the one door through which it changes.

planned → approved → in mission → completed or ended early → closed; planned or approved → cancelled. `plan()` and
`move()` are the only writers of a deployment: they lock, look, write and record, or raise `StepRefused` with every
reason and change nothing.
"""

import copy
import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from deployments import authorised_cap, guards, steps
from deployments.models import Deployment, Transition
from deployments.refusals import Blocker, StepRefused
from deployments.steps import Act, Step
from deployments.wake import sweep_soon

_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"


def blockers(deployment: Deployment, step: Step) -> list[Blocker]:
    """Why a step is refused as things stand, all reasons at once; empty when it may be taken."""
    return steps.blockers(deployment, step)


def plan(deployment: Deployment, *, by: User | None, today: dt.date, reason: str = "") -> Deployment:
    """Save a new deployment as planned: a hold, shown under the cap and not counted.

    Service, rank and armed status are taken over as they are now (rule 22).
    """
    person = deployment.person
    deployment.service, deployment.rank = person.service, person.rank
    deployment.armed = _armed(deployment)
    if not deployment.duty_station and deployment.position:
        deployment.duty_station = deployment.position.duty_station
    return _take(deployment, Step(Act.PLAN, today=today, reason=reason), by=by).deployment


def move(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
    """Take one step of the table: approve, record arrival or departure, end early, cancel, close, change.

    A refusal holds every reason with its code, sentence and first failing day. A change is judged on the days that it
    gains only: ending earlier is never refused for want of places.
    """
    return _take(deployment, step, by=by)


def _armed(deployment: Deployment) -> bool:
    mission = deployment.mission
    if mission.armed is not None:
        return mission.armed
    paper = mission.area.authorizations.issued().in_force(deployment.starts_on).first()
    return bool(paper and paper.armed)


def _patient(door: Callable[..., Transition]) -> Callable[..., Transition]:
    """Try once more after a deadlock; say "busy" when a lock does not come free; turn the guard's no into sentences."""

    @wraps(door)
    def patient(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
        for last_try in (False, True):
            try:
                return door(deployment, step, by=by)
            except IntegrityError as error:
                # The rule and the guard say the same; the rule says it with days and numbers.
                said = guards.blocker(error)
                raise StepRefused(blockers(deployment, step) or [said]) from error
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state == _DEADLOCK and not last_try:
                    continue
                if state not in {_DEADLOCK, _LOCK_TIMEOUT}:
                    raise
                busy = _("Somebody else is changing deployments of this area right now. Try again in a moment.")
                raise StepRefused([Blocker("busy", busy, rule=21)]) from error
        raise AssertionError

    return patient


@_patient
@transaction.atomic
def _take(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
    """The door: lock, look, write, record. The row that was handed in stays as it was."""
    authorised_cap.lock(deployment.mission.area_id)
    if deployment.pk:
        row = Deployment.objects.select_for_update(of=("self",), no_key=True).get(pk=deployment.pk)
    else:
        row = copy.copy(deployment)
    if found := blockers(row, step):
        raise StepRefused(found)

    was = row.status if row.pk else ""
    changes = steps.apply(row, step)
    sign(row, by, step.reason)
    row.save()
    transition = row.transitions.create(
        act=step.act,
        from_status=was,
        to_status=row.status,
        at=timezone.now(),
        on_day=step.on_day,
        by=by,
        reason=step.reason,
        changes=changes,
    )
    sweep_soon()
    record(by, Verb.MOVED, row, act=step.act, to=row.status)
    return transition
