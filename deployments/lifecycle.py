"""The life of a deployment: the table of steps, and the one door through which it changes.

planned → approved → in mission → completed or ended early → closed; planned or approved → cancelled. `plan()` and
`move()` are the only writers of a deployment: they lock, look, write and record, or raise `StepRefused` with every
reason and change nothing.
"""

import copy
import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from deployments import authorised_cap, guards, steps
from deployments.models import Deployment, Transition
from deployments.patience import patient
from deployments.refusals import Blocker, StepRefused
from deployments.steps import Act, Step
from deployments.wake import sweep_soon


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


def _take(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
    """Go through the door; what the guards of the database refuse is said in the rule's own sentences."""
    try:
        return _door(deployment, step, by=by)
    except IntegrityError as error:
        said = guards.blocker(error)
        raise StepRefused(blockers(deployment, step) or [said]) from error


@patient
@transaction.atomic
def _door(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
    """Lock, look, write, record. The row that was handed in stays as it was."""
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
