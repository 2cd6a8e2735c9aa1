"""Corrections of nominations: a decision that was recorded wrongly is taken back, to the stage from which it came."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from deployments import door
from deployments.candidates import pipeline
from deployments.candidates.places import position_is_filled
from deployments.corrections import values
from deployments.corrections.effects import Judgement
from deployments.models import Correction, Nomination, NominationTransition
from deployments.models.nominations import CHOSEN, Stage
from deployments.models.transitions import Move
from deployments.news.nominations import tell_of_move
from foundation.refusals import Blocker
from missions.models import Position

DECISIONS = frozenset({Stage.NOT_ELIGIBLE, Stage.NOT_SELECTED, Stage.DECLINED, Stage.WITHDRAWN, Stage.LAPSED})
"""The stages with which a nomination ends, and from which it may be taken back."""

TRACKED = ["stage", "reason_code", "feedback", "deferred_until"]


def came_from(nomination: Nomination) -> Stage | None:
    """The stage from which a nomination was decided; None when nothing was decided, or no step tells."""
    decision = _decision(nomination)
    return Stage(decision.from_status) if decision and decision.from_status else None


def lock(nomination: Nomination, wanted: Mapping[str, Any]) -> Nomination:
    """Lock the position, of which the nomination may take a place again, then the row; returns it as it is now."""
    list(Position.objects.select_for_update(no_key=True).filter(pk=nomination.position_id))
    rows = Nomination.objects.select_related("person", "position__mission")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=nomination.pk)


def judge(before: Nomination, wanted: Mapping[str, Any], *, by: User, today: dt.date) -> Judgement:
    """What taking the decision back changes, and every reason against it. No count is touched: it is made at once."""
    stage = came_from(before)
    if stage is None or wanted.get("stage", stage) != stage:
        message = _("No decision that could be withdrawn is recorded here.")
        found = [Blocker("wrong_step", message, rule=0)]
        return Judgement({}, found, needs_second=False, effects=[], beyond=[])
    changes = values.differences(before, _taken_back(before), TRACKED)
    found = [
        *pipeline.conflict_of_interest(before, by),
        *pipeline.put_forward_already(before),
        *(position_is_filled(before.position, but_for=before) if stage in CHOSEN else []),
    ]
    return Judgement(changes, found, needs_second=False, effects=[], beyond=[])


def make(before: Nomination, wanted: Mapping[str, Any], found: Judgement, correction: Correction, *, by: User) -> None:
    """Put the nomination back, with the step in its history; it is in its stage from now on."""
    after = _taken_back(before)
    after.stage_since = timezone.now()
    transition = door.save_step(
        after,
        Move.CORRECT,
        from_state=before.stage,
        to_state=after.stage,
        by=by,
        reason=correction.reason,
        changes=found.changes,
        correction=correction,
    )
    tell_of_move(transition)


def _decision(nomination: Nomination) -> NominationTransition | None:
    if nomination.stage not in DECISIONS:
        return None
    return nomination.transitions.filter(to_status=nomination.stage).exclude(from_status=nomination.stage).first()


def _taken_back(nomination: Nomination) -> Nomination:
    """The nomination as it stood before the decision: what the decision had emptied is there again."""
    decision, stage = _decision(nomination), came_from(nomination)
    returned = nomination.transitions.filter(act=Move.RETURN).first() if stage == Stage.RETURNED else None
    return values.with_values(
        nomination,
        {
            "stage": stage,
            "reason_code": returned.reason_code if returned else "",
            "feedback": returned.reason if returned else "",
            "deferred_until": _deferred_until(nomination, decision) if stage == Stage.DEFERRED else None,
        },
    )


def _deferred_until(nomination: Nomination, decision: NominationTransition | None) -> dt.date:
    """The day that the decision emptied; where no step tells it, the first day for which the person was put forward."""
    old = decision.changes.get("deferred_until", [None])[0] if decision else None
    return dt.date.fromisoformat(old) if old else nomination.starts_on
