"""The life of a deployment: planned → approved → in mission → completed or ended early → closed, or cancelled.

The table of steps is in `steps`. `plan()` and `take_step()` are the only writers of deployments. Lock order: ceiling →
area → deployment → nomination.
"""

import copy
import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from background.enqueue import after_change_of
from deployments import door, guards
from deployments.eligibility.demand import goes_armed
from deployments.models import Deployment, DeploymentTransition, Excess, Nomination
from deployments.models.transitions import Move
from deployments.news.deployments import tell_of_step
from deployments.stays import authorised_cap, excess, roles, steps
from deployments.stays.steps import STEPS, Act, Step
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from missions.models import Role


def plan(
    deployment: Deployment, *, by: User | None, today: dt.date, reason: str = "", in_roles: Iterable[Role] = ()
) -> Deployment:
    """Save a new deployment as planned: a hold, shown under the cap and not counted.

    Service, rank and armed status are copied, so that the record keeps those of the time (rule 22); they are taken
    again at the approval and at the arrival, which fixes them. Duty station, roles and team are those of the position
    where none are given. Raises `StepRefused`.
    """
    take_from_the_person(deployment)
    if not deployment.duty_station and deployment.position:
        deployment.duty_station = deployment.position.duty_station
    begins_in = roles.taken_from_the_position(deployment, in_roles)
    return take_step(deployment, Step(Act.PLAN, today=today, reason=reason, roles=begins_in), by=by).deployment


@retry_after_deadlock
def plan_and_approve(
    deployment: Deployment, *, by: User | None, today: dt.date, reason: str = "", in_roles: Iterable[Role] = ()
) -> tuple[Deployment, list[Blocker]]:
    """Plan a stay and approve it, in one transaction; where the approval is refused it stays planned.

    Answers the stay, and what the approval was refused for. Raises `StepRefused` where it cannot even be planned.
    """
    with transaction.atomic():
        planned = plan(deployment, by=by, today=today, reason=reason, in_roles=in_roles)
        try:
            take_step(planned, Step(Act.APPROVE, today=today), by=by)
        except StepRefused as refusal:
            return planned, refusal.blockers
    return planned, []


def take_from_the_person(deployment: Deployment) -> None:
    """Service, rank and armed status as they are now: taken when it is planned, and again until the arrival."""
    person, mission = deployment.person, deployment.mission
    first_day = deployment.arrived_on or deployment.starts_on
    authorization = mission.area_on(first_day).authorizations.issued().in_force(first_day).first()
    deployment.service, deployment.rank = person.service, person.rank
    deployment.armed = goes_armed(mission, deployment.position, authorization)


@retry_after_deadlock
def take_step(deployment: Deployment, step: Step, *, by: User | None) -> DeploymentTransition:
    """Take one step of the table, or raise `StepRefused` with every blocker and change nothing.

    A change is judged on the days that it adds only: ending earlier is never refused for want of places. What only
    frees places waits for nobody who takes some; should the row have changed meanwhile, the guard of the database asks.
    """
    try:
        with transaction.atomic():
            if steps.may_take_places(deployment, step):
                authorised_cap.lock(*deployment.mission.area_ids)
            transition = door.take_step(
                STEPS,
                Deployment.objects.all(),
                deployment,
                step,
                by=by,
                judge=lambda row: steps.blockers(row, step),
                complete=lambda row, was: _complete(row, was, step, by=by),
            )
            if step.roles is not None:
                roles.write(transition.deployment, step.roles, by=by)
            tell_of_step(transition)
            if step.act == Act.CANCEL:
                _return_to_pool(transition.deployment, step, by=by)
            after_change_of(Deployment)
            return transition
    except IntegrityError as error:
        # The database refused what the rules had let pass. Ask them again, outside the failed transaction: they say
        # more than the name of a guard does.
        refusal = guards.blocker(error)
        raise StepRefused(steps.blockers(deployment, step) or [refusal]) from error


def _complete(deployment: Deployment, was: str, step: Step, *, by: User | None) -> dict[str, list[str | None]]:
    if step.act in {Act.APPROVE, Act.ARRIVE}:
        take_from_the_person(deployment)
    _record_excess(deployment, was, step, by=by)
    if step.act != Act.CHANGE or step.roles is None:
        return {}
    return roles.difference(deployment, step.roles)


def _record_excess(deployment: Deployment, was: str, step: Step, *, by: User | None) -> None:
    """An early arrival in a full area happened: its days beyond the cap are recorded, for the guards to let it pass."""
    if step.act != Act.ARRIVE or not deployment.uses_place:
        return
    before = copy.copy(deployment)
    before.status, before.arrived_on = was, None
    days = steps.gained(before, deployment, step.today)
    if over := authorised_cap.exceeded_days(deployment, days, today=step.today):
        if by is None:
            raise StepRefused(authorised_cap.blockers(deployment, days, today=step.today))
        excess.record(deployment, over, cause=Excess.Cause.ARRIVAL, reason=step.reason, by=by)


def _return_to_pool(deployment: Deployment, step: Step, *, by: User | None) -> None:
    """Release the nomination of a cancelled deployment, so that the person can be chosen again."""
    nomination = Nomination.objects.select_for_update(no_key=True).filter(deployment=deployment).first()
    if nomination is None:
        return
    # Saved directly, not by `candidates.lifecycle`: that floor stands above this one and may not be imported.
    previous_stage, nomination.stage = nomination.stage, Nomination.Stage.QUALIFIED
    nomination.deployment = None
    nomination.stage_since = timezone.now()
    door.save_step(
        nomination, Move.RELEASE, from_state=previous_stage, to_state=nomination.stage, by=by, reason=step.reason
    )
