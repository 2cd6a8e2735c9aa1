"""The life of nominations and deployments: the one door through which both change.

A deployment: planned → approved → in mission → completed or ended early → closed; planned or approved → cancelled.
A nomination: draft → submitted → screening → assessment → qualified → nominated → accepted → deployment planned, with
its ways out. The tables are in `steps` and `pipeline`. `draft()`, `plan()` and `move()` are the only writers: they
lock, look, write and record, or raise `StepRefused` with every reason and change nothing.
"""

import copy
import datetime as dt
from collections.abc import Iterable
from functools import singledispatch
from typing import cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments import guards
from deployments.candidates import pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.eligibility.demand import goes_armed
from deployments.models import Deployment, Nomination, Transition
from deployments.models.transitions import Move
from deployments.stays import authorised_cap, steps
from deployments.stays.steps import Act, Step
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from missions.models import Position


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
    return cast(Deployment, _take(deployment, Step(Act.PLAN, today=today, reason=reason), by=by).deployment)


def draft(nomination: Nomination, *, by: User | None, today: dt.date) -> Nomination:
    """Save a new nomination as a draft of its home service."""
    nomination.service = nomination.person.service
    return cast(Nomination, _take_nomination(nomination, NominationStep(Move.DRAFT, today=today), by=by).nomination)


@transaction.atomic
def draft_many(nominations: list[Nomination], *, by: User | None) -> None:
    """Save drafts that were judged together, by `pipeline.draft_blockers` and against those under way (lists)."""
    now = timezone.now()
    if not nominations:
        return
    for one in nominations:
        one.stage_since, one.created_by = now, by
    bulk_create_with_history(nominations, Nomination, batch_size=500, default_user=by)
    Transition.objects.bulk_create(
        (Transition(nomination=one, act=Move.DRAFT, to_status=one.stage, at=now, by=by) for one in nominations),
        batch_size=500,
    )


@transaction.atomic
def put_forward(nomination: Nomination, *, by: User | None, today: dt.date, submit: bool) -> Nomination:
    """Draft a nomination, withdraw the one that it replaces, and submit it where that is wanted: all or nothing."""
    if nomination.replaces:
        step = NominationStep(Move.WITHDRAW, today=today, reason_code=Nomination.Reason.SERVICE_NEEDS)
        move(nomination.replaces, step, by=by)
    saved = draft(nomination, by=by, today=today)
    if submit:
        move(saved, NominationStep(Move.SUBMIT, today=today), by=by)
        saved.refresh_from_db()
    return saved


@singledispatch
def move(subject, step, *, by: User | None) -> Transition:
    """Take one step of the table of a deployment or of a nomination.

    A refusal holds every reason with its code, sentence and first failing day. A change of a deployment is judged on
    the days that it gains only: ending earlier is never refused for want of places.
    """
    raise TypeError(subject)


@move.register
def _move_deployment(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
    return _take(deployment, step, by=by)


@move.register
def _move_nomination(nomination: Nomination, step: NominationStep, *, by: User | None) -> Transition:
    return _take_nomination(nomination, step, by=by)


def move_many(subjects: Iterable, step: Step | NominationStep, *, by: User | None) -> list[tuple]:
    """Take the same step with each; answer (subject, reasons against it) pairs. Each is judged by itself."""
    results = []
    for subject in subjects:
        try:
            move(subject, step, by=by)
        except StepRefused as refusal:
            results.append((subject, refusal.blockers))
        else:
            results.append((subject, []))
    return results


def _armed(deployment: Deployment) -> bool:
    mission = deployment.mission
    paper = mission.area.authorizations.issued().in_force(deployment.starts_on).first()
    return goes_armed(mission, deployment.position, paper)


def _take(deployment: Deployment, step: Step, *, by: User | None) -> Transition:
    """Go through the door; what the guards of the database refuse is said in the rule's own sentences."""
    try:
        return _door(deployment, step, by=by)
    except IntegrityError as error:
        said = guards.blocker(error)
        raise StepRefused(blockers(deployment, step) or [said]) from error


@retry_after_deadlock
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
    if step.act == Act.CANCEL:
        _back_into_the_pool(row, step, by=by)
    after_change_of(Deployment)
    record(by, Verb.MOVED, row, act=step.act, to=row.status)
    return transition


def _back_into_the_pool(deployment: Deployment, step: Step, *, by: User | None) -> None:
    """Whoever was to go on a deployment that is cancelled can be chosen again."""
    nomination = Nomination.objects.select_for_update(no_key=True).filter(deployment=deployment).first()
    if nomination is None:
        return
    was, nomination.stage, nomination.deployment = nomination.stage, Nomination.Stage.QUALIFIED, None
    nomination.stage_since = timezone.now()
    sign(nomination, by, step.reason)
    nomination.save()
    nomination.transitions.create(
        act=Move.RELEASE,
        from_status=was,
        to_status=nomination.stage,
        at=nomination.stage_since,
        by=by,
        reason=step.reason,
    )


def _take_nomination(nomination: Nomination, step: NominationStep, *, by: User | None) -> Transition:
    try:
        return _nomination_door(nomination, step, by=by)
    except IntegrityError as error:
        if "nomination_once_per_person_and_position" not in str(error) and "position_id" not in str(error):
            raise
        message = _("This person is put forward for this position already.")
        raise StepRefused([Blocker("put_forward_already", message, rule=0)]) from error


@retry_after_deadlock
@transaction.atomic
def _nomination_door(nomination: Nomination, step: NominationStep, *, by: User | None) -> Transition:
    """Lock area (where a deployment is planned), position and nomination, in that order; look, write, record."""
    position_ids = {nomination.position_id} | ({step.position.pk} if step.position else set())
    if step.move == Move.DEPLOY:
        authorised_cap.lock(nomination.position.mission.area_id)
    list(Position.objects.select_for_update(no_key=True).filter(pk__in=position_ids).order_by("pk"))
    if nomination.pk:
        rows = Nomination.objects.select_related("person__service", "person__rank", "position__mission__lead")
        row = rows.select_for_update(of=("self",), no_key=True).get(pk=nomination.pk)
    else:
        row = copy.copy(nomination)
        row.created_by = by
    if found := pipeline.blockers(row, step, by=by):
        raise StepRefused(found)

    was = row.stage if row.pk else ""
    changes = pipeline.apply(row, step)
    if row.stage != was:
        row.stage_since = timezone.now()
    if step.move == Move.DEPLOY:
        row.deployment = _plan_nominated(row, step, by=by)
    sign(row, by, step.reason)
    row.save()
    transition = row.transitions.create(
        act=step.move,
        from_status=was,
        to_status=row.stage,
        at=timezone.now(),
        by=by,
        reason_code=step.reason_code,
        reason=step.reason,
        changes=changes,
    )
    record(by, Verb.MOVED, row, act=step.move, to=row.stage)
    return transition


def _plan_nominated(nomination: Nomination, step: NominationStep, *, by: User | None) -> Deployment:
    """The planned deployment of an accepted nomination, for the days of its stay."""
    position = nomination.position
    stay = Deployment(
        person=nomination.person,
        mission=position.mission,
        position=position,
        kind=Deployment.Kind.STANDARD if position.mission.uses_places else Deployment.Kind.ANCILLARY,
        starts_on=nomination.starts_on,
        ends_on=nomination.ends_on,
    )
    return plan(stay, by=by, today=step.today, reason=step.reason)
