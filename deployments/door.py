"""The one way in which deployments and nominations change: lock, judge, apply, sign, save, record.

What may be done with each stands in a `Table`: `stays.steps.STEPS` and `candidates.pipeline.MOVES`.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from background.enqueue import together
from deployments.models import Correction
from foundation.readers import FOR_THE_OFFICE, FOR_THE_SERVICE_TOO
from foundation.refusals import Blocker, StepRefused
from foundation.versions import changed_meanwhile


@dataclass(frozen=True)
class Table:
    """Which acts are allowed in which state, and which fields an act changes.

    - `state_field`: the name of the field that holds the state.
    - `transitions`: act → (states from which it is allowed, state that it leads to; None: the state stays). An act
      that is missing here creates the row.
    - `verbs`: act → what its button says; an act without a verb has no button.
    - `write_fields(row, step)`: sets the other fields that a step changes, without saving.
    - `tracked_fields`: fields whose values before and after are kept in the history.
    - `step_fields`: attributes of the step that are copied to fields of the same name in the history.
    - `in_one_click`: acts that ask for no further input. `dangerous`: acts that are drawn as a warning.
    - `service_reads_reason`: acts whose reason the home service may read; the reasons of all others are for the office.
    - `office_only`: acts that the home service does not see at all.
    """

    state_field: str
    transitions: Mapping[Any, tuple[frozenset, Any]]
    verbs: Mapping[Any, Promise]
    write_fields: Callable[[Any, Any], None]
    tracked_fields: tuple[str, ...]
    step_fields: tuple[str, ...]
    in_one_click: frozenset
    dangerous: frozenset
    service_reads_reason: frozenset = frozenset()
    office_only: frozenset = frozenset()

    def possible(self, row) -> list:
        """The acts with a button that the table allows now, in its order."""
        state = getattr(row, self.state_field)
        return [act for act, (sources, _target) in self.transitions.items() if state in sources and act in self.verbs]

    def wrong_step(self, row, act) -> list[Blocker]:
        """The blocker of an act that the table does not allow in the row's state; empty when it does."""
        if act not in self.transitions:
            return []  # it creates the row, which has no state to come from
        sources, _target = self.transitions[act]
        if getattr(row, self.state_field) in sources:
            return []
        message = _("“%(act)s” is not possible here: the state is “%(state)s”.") % {
            "act": self.verbs.get(act, act.label),
            "state": getattr(row, f"get_{self.state_field}_display")(),
        }
        return [Blocker("wrong_step", message, rule=0)]

    def who_reads_reason(self, act) -> Promise:
        """Who reads the reason of an act, in a sentence for its form."""
        return FOR_THE_SERVICE_TOO if act in self.service_reads_reason else FOR_THE_OFFICE

    def history(self, row, *, reader: User) -> list:
        """The steps that a row took, the newest first, as the reader may read them."""
        transitions = list(row.transitions.select_related("by", "correction__asked_by"))
        if reader.sees_every_service:
            return transitions
        for transition in transitions:
            if transition.act not in self.service_reads_reason:
                transition.reason = ""
        return [transition for transition in transitions if transition.act not in self.office_only]

    def apply(self, row, step) -> dict[str, list[str | None]]:
        """Set the fields of the row that a step changes, without saving.

        Returns what changed among the tracked fields, as name → [before, after], each as text for JSON.
        """
        before = {name: getattr(row, name) for name in self.tracked_fields}
        _sources, target = self.transitions.get(step.act, (frozenset(), None))
        if target:
            setattr(row, self.state_field, target)
        self.write_fields(row, step)
        after = {name: getattr(row, name) for name in self.tracked_fields}
        return {
            name: [_as_text(before[name]), _as_text(after[name])]
            for name in self.tracked_fields
            if before[name] != after[name]
        }


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def take_step(
    table: Table,
    rows: QuerySet,
    subject,
    step,
    *,
    by: User | None,
    judge: Callable[[Any], list[Blocker]],
    complete: Callable[[Any, str], dict | None] = lambda row, previous_state: None,
):
    """Take a step and return its transition, or raise `StepRefused` with every blocker and change nothing.

    Call it in a transaction. The subject is read again from `rows` and locked, or copied when it is new; the object
    that was passed in is never changed. `judge(row)` returns the blockers. `complete(row, previous_state)` sets what
    only the caller knows, after the step is applied and before the row is saved; what it returns are changes, too.
    """
    # Read again: what the caller holds may be older than the lock. `of`: PostgreSQL refuses to lock the optional side
    # of a join, which `rows` may have. `no_key`: others may go on inserting rows that refer to this one.
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=subject.pk) if subject.pk else copy.copy(subject)
    if step.still and not step.still(row):
        raise StepRefused([changed_meanwhile()])
    if found := judge(row):
        raise StepRefused(found)
    previous_state = getattr(row, table.state_field) if row.pk else ""
    changes = table.apply(row, step)
    changes |= complete(row, previous_state) or {}
    state = getattr(row, table.state_field)
    step_fields = {name: getattr(step, name) for name in table.step_fields}
    return save_step(
        row,
        step.act,
        from_state=previous_state,
        to_state=state,
        by=by,
        reason=step.reason,
        changes=changes,
        **step_fields,
    )


def save_step(row, act, *, from_state: str, to_state: str, by: User | None, reason: str, **fields):
    """Sign and save a row that took a step, and add the step to its history with these further fields."""
    verb, details = _event_of(act, to_state, fields.get("correction"))
    if by is None:
        details["automatic"] = True
    sign(row, by, reason, verb, **details)
    row.save()
    return row.transitions.create(
        act=act, from_status=from_state, to_status=to_state, at=timezone.now(), by=by, reason=reason, **fields
    )


def _event_of(act, to_state: str, correction: Correction | None) -> tuple[Verb, dict]:
    """What the event of a step says; of one that puts the record right, both people."""
    if correction is None:
        return Verb.MOVED, {"act": act, "to": to_state}
    return Verb.CORRECTED, correction.event_details


def take_step_with_each(take: Callable, subjects: Iterable, step, *, by: User | None) -> list[tuple]:
    """Take the same step with several rows; returns (subject, blockers) pairs, without blockers where it was taken.

    `take` is the `take_step` or `make_move` of a lifecycle; `step` is one for all, or answers the one of a row. Each
    row is judged and saved in a transaction of its own: one that is refused does not hold up the others.
    """
    results = []
    with together():
        for subject in subjects:
            try:
                take(subject, step(subject) if callable(step) else step, by=by)
            except StepRefused as refusal:
                results.append((subject, refusal.blockers))
            else:
                results.append((subject, []))
    return results
