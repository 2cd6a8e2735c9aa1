"""The life of a deployment: planned → approved → in mission → completed or ended early → closed, or cancelled.

The table is in `steps`. `plan()` and `take_step()` are the only writers. Lock order: area → deployment → nomination.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from background.enqueue import after_change_of
from deployments import door, guards
from deployments.eligibility.demand import goes_armed
from deployments.models import Deployment, DeploymentTransition, Nomination
from deployments.models.transitions import Move
from deployments.stays import authorised_cap, steps
from deployments.stays.steps import STEPS, Act, Step
from foundation.refusals import StepRefused
from foundation.retry import retry_after_deadlock


def plan(deployment: Deployment, *, by: User | None, today: dt.date, reason: str = "") -> Deployment:
    """Save a new deployment as planned: a hold, shown under the cap and not counted.

    Service, rank and armed status are taken over as they are now (rule 22).
    """
    person = deployment.person
    deployment.service, deployment.rank = person.service, person.rank
    deployment.armed = _armed(deployment)
    if not deployment.duty_station and deployment.position:
        deployment.duty_station = deployment.position.duty_station
    return take_step(deployment, Step(Act.PLAN, today=today, reason=reason), by=by).deployment


def _armed(deployment: Deployment) -> bool:
    mission = deployment.mission
    paper = mission.area.authorizations.issued().in_force(deployment.starts_on).first()
    return goes_armed(mission, deployment.position, paper)


@retry_after_deadlock
def take_step(deployment: Deployment, step: Step, *, by: User | None) -> DeploymentTransition:
    """Take one step of the table, or raise `StepRefused` with every reason and change nothing.

    A change is judged on the days that it gains only: ending earlier is never refused for want of places. What the
    guards of the database refuse is said in the rule's own sentences.
    """
    try:
        with transaction.atomic():
            authorised_cap.lock(deployment.mission.area_id)
            transition = door.go_through(
                STEPS, Deployment.objects.all(), deployment, step, by=by, judge=lambda row: steps.blockers(row, step)
            )
            if step.act == Act.CANCEL:
                _back_into_the_pool(transition.deployment, step, by=by)
            after_change_of(Deployment)
            return transition
    except IntegrityError as error:
        refusal = guards.blocker(error)
        raise StepRefused(steps.blockers(deployment, step) or [refusal]) from error


def _back_into_the_pool(deployment: Deployment, step: Step, *, by: User | None) -> None:
    """Whoever was to go on a deployment that is cancelled can be chosen again."""
    nomination = Nomination.objects.select_for_update(no_key=True).filter(deployment=deployment).first()
    if nomination is None:
        return
    was, nomination.stage, nomination.deployment = nomination.stage, Nomination.Stage.QUALIFIED, None
    nomination.stage_since = timezone.now()
    door.save(nomination, Move.RELEASE, was=was, now=nomination.stage, by=by, reason=step.reason)
