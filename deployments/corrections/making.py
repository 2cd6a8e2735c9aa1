"""How a correction is asked for, made at once or confirmed by a second coordinator, refused, or withdrawn.

The only writer of corrections, and beside the doors of `stays` and `candidates` the only writer of what they put right.
Lock order: ceiling → areas → position → the row that is corrected → the correction.
"""

import datetime as dt
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from deployments import guards
from deployments.corrections import of_authorizations, of_decisions, of_stays, values
from deployments.corrections.effects import Judgement
from deployments.models import Correction, Deployment, Nomination
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.versions import changed_meanwhile
from missions.models import Authorization

State = Correction.State
Subject = Deployment | Nomination | Authorization


def judge(subject: Subject, wanted: Mapping[str, Any], *, by: User, today: dt.date) -> Judgement:
    """What the wanted values would change, what stands against it and what it would do; for its preview."""
    return _rules(subject).judge(subject, wanted, by=by, today=today)


def ask(
    subject: Subject,
    wanted: Mapping[str, Any],
    *,
    reason: str,
    by: User,
    today: dt.date,
    shown: values.Changes | None = None,
) -> Correction:
    """Ask that the wanted values stand there instead; made at once where no second coordinator is needed.

    `shown` is what it would change as `by` was told: where it would change anything else, or from something else, now
    that nobody can write, somebody was quicker. Raises `StepRefused` with every blocker and changes nothing.
    """
    try:
        return _ask(subject, wanted, reason.strip(), by, today, shown)
    except IntegrityError as error:
        raise StepRefused([_refusal_of(error)]) from error


def new(subject: Subject, found: Judgement, *, reason: str, by: User) -> Correction:
    """The correction that was judged, not saved yet."""
    return Correction(
        **{_name(subject): subject},
        changes=found.changes,
        reason=reason,
        needs_second=found.needs_second,
        asked_by=by,
        asked_at=timezone.now(),
    )


@retry_after_deadlock
@transaction.atomic
def _ask(
    subject: Subject,
    wanted: Mapping[str, Any],
    reason: str,
    by: User,
    today: dt.date,
    shown: values.Changes | None,
) -> Correction:
    rules = _rules(subject)
    row = rules.lock(subject, wanted)
    found = rules.judge(row, wanted, by=by, today=today)
    if shown is not None and found.changes != shown:
        raise StepRefused([changed_meanwhile()])
    _raise_if_any([*_asked_already(row), *_reason_missing(reason), *found.blockers])
    correction = new(row, found, reason=reason, by=by)
    if found.needs_second:
        _save(correction, by, "ask", fields=list(found.changes))
        return correction
    correction.state, correction.decided_at = State.MADE, correction.asked_at
    _save(correction, by, "make")
    rules.make(row, wanted, found, correction, by=by)
    return correction


def confirm(correction: Correction, *, by: User, today: dt.date) -> Correction:
    """Make what another coordinator asked for, judged again as things stand now.

    Raises `StepRefused` for the one who asked, when something changed meanwhile, and with all that stands against it.
    """
    try:
        return _confirm(correction, by, today)
    except IntegrityError as error:
        raise StepRefused([_refusal_of(error)]) from error


@retry_after_deadlock
@transaction.atomic
def _confirm(correction: Correction, by: User, today: dt.date) -> Correction:
    subject, rules = correction.subject, _rules(correction.subject)
    wanted = values.wanted(type(subject), correction.changes)
    row = rules.lock(subject, wanted)
    correction = _waiting(correction)
    _raise_if_any(_second_coordinator(correction, by))
    _raise_if_any(values.changed_meanwhile(row, correction.changes))
    found = rules.judge(row, wanted, by=by, today=today)
    _raise_if_any(found.blockers)
    if found.changes != correction.changes:
        message = _("Something that belongs to it changed meanwhile. Refuse it, and ask for it anew.")
        raise StepRefused([Blocker("changed_meanwhile", message, rule=0)])
    correction.state, correction.decided_by, correction.decided_at = State.MADE, by, timezone.now()
    _save(correction, by, "confirm")
    rules.make(row, wanted, found, correction, by=by)
    return correction


@transaction.atomic
def refuse(correction: Correction, *, note: str, by: User) -> Correction:
    """Say no to what another coordinator asked for, and why. Raises `StepRefused`."""
    correction = _waiting(correction)
    found = _second_coordinator(correction, by)
    if not note.strip():
        found.append(Blocker("note_missing", _("Say why it is refused."), rule=0, about="note"))
    _raise_if_any(found)
    return _decide(correction, State.REFUSED, note.strip(), by)


@transaction.atomic
def withdraw(correction: Correction, *, note: str = "", by: User) -> Correction:
    """Take back what one asked for oneself. Raises `StepRefused`."""
    correction = _waiting(correction)
    if correction.asked_by_id != by.pk:
        message = _("Only the one who asked for it withdraws it. You can refuse it.")
        raise StepRefused([Blocker("not_the_own", message, rule=0)])
    return _decide(correction, State.WITHDRAWN, note.strip(), by)


def carry_out(subject: Subject, correction: Correction, *, by: User, today: dt.date) -> None:
    """Make a correction as it would be made now, whoever confirms it: for `foreseen`, which rolls it back.

    Raises `StepRefused` with what stands against it.
    """
    rules, wanted = _rules(subject), values.wanted(type(subject), correction.changes)
    row = rules.lock(subject, wanted)
    found = rules.judge(row, wanted, by=by, today=today)
    _raise_if_any(found.blockers)
    if correction.pk is None:
        _save(correction, by, "foresee")
    rules.make(row, wanted, found, correction, by=by)


def _decide(correction: Correction, state: Correction.State, note: str, by: User) -> Correction:
    correction.state, correction.decision_note = state, note
    correction.decided_by, correction.decided_at = by, timezone.now()
    _save(correction, by, state.value, asked_by=correction.asked_by_id)
    return correction


def _save(correction: Correction, by: User, action: str, **details) -> None:
    sign(correction, by, action, Verb.DECIDED, what=action, **details)
    correction.save()


def _waiting(correction: Correction) -> Correction:
    """The correction, locked and as it is now. Raises `StepRefused` when it was decided meanwhile."""
    rows = Correction.objects.select_related("asked_by").select_for_update(of=("self",), no_key=True)
    row = rows.get(pk=correction.pk)
    if row.state != State.WAITING:
        message = _("This is not possible any more: the state is “%(state)s”.") % {"state": row.get_state_display()}
        raise StepRefused([Blocker("wrong_step", message, rule=0)])
    return row


def _second_coordinator(correction: Correction, by: User) -> list[Blocker]:
    if correction.asked_by_id != by.pk:
        return []
    message = _("A second coordinator decides: you asked for this correction yourself.")
    return [Blocker("second_coordinator", message, rule=0)]


def _asked_already(row: Subject) -> list[Blocker]:
    if not Correction.objects.waiting().filter(**{_name(row): row}).exists():
        return []
    message = _("A correction of this waits for a second coordinator already.")
    return [Blocker("asked_already", message, rule=0)]


def _reason_missing(reason: str) -> list[Blocker]:
    return [] if reason else [Blocker("reason_missing", _("Give a reason."), rule=0, about="reason")]


def _name(subject: Subject) -> str:
    """The field of a correction that holds this kind of row."""
    return {Deployment: "deployment", Nomination: "nomination", Authorization: "authorization"}[type(subject)]


def _rules(subject: Subject) -> ModuleType:
    return {Deployment: of_stays, Nomination: of_decisions, Authorization: of_authorizations}[type(subject)]


def _refusal_of(error: IntegrityError) -> Blocker:
    """What the database refused although the rules had let it pass: somebody was quicker, or values do not fit."""
    if guards.name_of(error):
        return guards.blocker(error)
    message = _("The record does not take these values: somebody changed it at this very moment, or they do not fit.")
    return Blocker("not_taken", message, rule=0)


def _raise_if_any(found: list[Blocker]) -> None:
    if found:
        raise StepRefused(found)
