"""The life of a nomination: from a draft of the home service to the planned deployment, with its ways out.

The table is in `pipeline`. `draft()`, `draft_many()`, `put_forward()` and `make_move()` are the only writers, but for
`stays.lifecycle`, which puts a nomination back into the pool when its deployment is cancelled.
Lock order: area (where a deployment is planned) → position → nomination.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from background.enqueue import after_change_of
from deployments import door, guards
from deployments.candidates import pipeline
from deployments.candidates.pipeline import MOVES, NominationStep
from deployments.models import Deployment, Nomination, NominationTransition
from deployments.models.transitions import Move
from deployments.news.nominations import tell_of_move
from deployments.stays import authorised_cap
from deployments.stays.lifecycle import plan
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from missions.models import Position


def draft(nomination: Nomination, *, by: User | None, today: dt.date) -> Nomination:
    """Save a new nomination as a draft of its home service."""
    nomination.service, nomination.created_by = nomination.person.service, by
    return make_move(nomination, NominationStep(Move.DRAFT, today=today), by=by).nomination


@transaction.atomic
def draft_many(nominations: list[Nomination], *, by: User | None) -> None:
    """Save new drafts in bulk: those of a list of candidates.

    Nothing is judged here. The caller has asked `pipeline.draft_blockers`, and has left out whoever is put forward for
    the position already.
    """
    now = timezone.now()
    if not nominations:
        return
    for nomination in nominations:
        nomination.stage_since, nomination.created_by = now, by
    bulk_create_with_history(nominations, Nomination, batch_size=500, default_user=by)
    NominationTransition.objects.bulk_create(
        (
            NominationTransition(nomination=nomination, act=Move.DRAFT, to_status=nomination.stage, at=now, by=by)
            for nomination in nominations
        ),
        batch_size=500,
    )


def record_under_way(nominations: list[Nomination], *, by: User, reason: str) -> None:
    """Save nominations that were under way before the office kept them here, each in its stage; in a transaction.

    How they came there is not judged again; the next move is judged as any other.
    """
    bulk_create_with_history(nominations, Nomination, batch_size=500, default_user=by)
    now = timezone.now()
    NominationTransition.objects.bulk_create(
        (
            NominationTransition(
                nomination=nomination, act=Move.RECORD, to_status=nomination.stage, at=now, by=by, reason=reason
            )
            for nomination in nominations
        ),
        batch_size=500,
    )
    after_change_of(Nomination)


def take_back_drafts(ids: Iterable[int]) -> None:
    """Remove drafts that a list put forward, with their steps; those that went on since stay.

    Call it in a transaction.
    """
    drafts = Nomination.objects.filter(pk__in=list(ids), stage=Nomination.Stage.DRAFT)
    NominationTransition.objects.filter(nomination__in=drafts).delete()
    drafts.delete()


@transaction.atomic
def put_forward(nomination: Nomination, *, by: User | None, today: dt.date, submit: bool) -> Nomination:
    """Withdraw the nomination that this one replaces, draft this one, and submit it when asked: all or nothing."""
    if nomination.replaces:
        step = NominationStep(Move.WITHDRAW, today=today, reason_code=Nomination.Reason.SERVICE_NEEDS)
        make_move(nomination.replaces, step, by=by)
    saved = draft(nomination, by=by, today=today)
    if submit:
        make_move(saved, NominationStep(Move.SUBMIT, today=today), by=by)
        saved.refresh_from_db()  # the move changed a copy of its own
    return saved


@retry_after_deadlock
def make_move(nomination: Nomination, step: NominationStep, *, by: User | None) -> NominationTransition:
    """Make one move of the table, or raise `StepRefused` with every blocker and change nothing."""

    def complete(row: Nomination, previous_stage: str) -> None:
        if row.stage != previous_stage:
            row.stage_since = timezone.now()
        if step.act == Move.DEPLOY:
            row.deployment = _plan_nominated(row, step, by=by)

    rows = Nomination.objects.select_related("person__service", "person__rank", "position__mission__lead")
    try:
        with transaction.atomic():
            _lock(nomination, step)
            transition = door.take_step(
                MOVES,
                rows,
                nomination,
                step,
                by=by,
                judge=lambda row: pipeline.blockers(row, step, by=by),
                complete=complete,
            )
            tell_of_move(transition)
            return transition
    except IntegrityError as error:
        if not guards.is_broken("nomination_once_per_person_and_position", Nomination, error):
            raise
        # Somebody else put the person forward between the query of `pipeline.blockers` and the insert.
        message = _("This person is put forward for this position already.")
        raise StepRefused([Blocker("put_forward_already", message, rule=0)]) from error


def _lock(nomination: Nomination, step: NominationStep) -> None:
    """Lock the positions concerned, so that no two nominations take the last place of one.

    The area comes first where a deployment is planned: `plan()` locks it too, and would otherwise lock it after the
    position, against the order of everybody else.
    """
    if step.act == Move.DEPLOY:
        authorised_cap.lock(*nomination.position.mission.area_ids)
    position_ids = {nomination.position_id} | ({step.position.pk} if step.position else set())
    list(Position.objects.select_for_update(no_key=True).filter(pk__in=position_ids).order_by("pk"))


def _plan_nominated(nomination: Nomination, step: NominationStep, *, by: User | None) -> Deployment:
    """Plan the deployment of an accepted nomination, for the days of its stay."""
    position = nomination.position
    deployment = Deployment(
        person=nomination.person,
        mission=position.mission,
        position=position,
        kind=Deployment.Kind.STANDARD if position.mission.uses_places else Deployment.Kind.ANCILLARY,
        starts_on=nomination.starts_on,
        ends_on=nomination.ends_on,
    )
    return plan(deployment, by=by, today=step.today, reason=step.reason)
