"""Undoing a whole list, as long as nothing was built upon it."""

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, cast

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.models import Verb
from audit.writes import acting
from background.enqueue import after_change_of
from foundation import guards
from foundation.bilingual import in_both_languages
from records.in_use import ChangedSince, StillInUse
from records.kinds import KINDS
from records.kinds.base import Kind
from records.models import Import
from records.progress import change_state
from records.rows import WORTH_SAVING, Outcome

State = Import.State
TAKEN_BACK_AT_ONCE = 1000


def undo(batch: Import, *, today: dt.date) -> None:
    """Remove what a list added and give back what it changed, in one transaction; or say what was built upon it."""
    try:
        with transaction.atomic():
            _undo(batch)
    except (StillInUse, ChangedSince) as found:
        problem = in_both_languages(found.sentence)
        change_state(batch, {State.UNDOING}, State.DONE, problem=problem, undone_by=None, undo_reason="")


def _undo(batch: Import) -> None:
    if not list(Import.objects.select_for_update(no_key=True).filter(pk=batch.pk, state=State.UNDOING)):
        return
    by = cast("User", batch.undone_by)
    kinds = [KINDS[code] for code in reversed(KINDS) if code in batch.counts]
    saved: Any = batch.rows.filter(chosen=True, outcome__in=WORTH_SAVING, row_id__isnull=False)
    # All of it is asked first: what the list itself built upon its own rows goes with them.
    for kind in kinds:
        kind.lock()
        _refuse_changed_since(batch, kind, saved.filter(kind=kind.code))
    lifted = guards.lifted() if any(kind.kept_by_the_database for kind in kinds) else nullcontext()
    with acting(by, Verb.REMOVED, list=batch.pk), lifted:
        for kind in kinds:
            for rows in _newest_first(saved.filter(kind=kind.code)):
                added = {row_id: before for row_id, outcome, before in rows if outcome == Outcome.NEW}
                changed = {row_id: before for row_id, outcome, before in rows if outcome != Outcome.NEW}
                kind.take_back(added, changed, by=by)
    change_state(batch, {State.UNDOING}, State.UNDONE, problem={})
    record(by, Verb.REMOVED, batch, what="undo")
    for kind in kinds:
        after_change_of(kind.model)


def _newest_first(rows: Any) -> Iterator[list[tuple[int, str, dict[str, Any]]]]:
    """What was noted of saved rows, as (id of the record, result, values before), piece by piece."""
    rows, before = rows.order_by("-id"), sys.maxsize
    while piece := list(
        rows.filter(id__lt=before).values_list("id", "row_id", "outcome", "before")[:TAKEN_BACK_AT_ONCE]
    ):
        yield [noted for _id, *noted in piece]
        before = piece[-1][0]


def _refuse_changed_since(batch: Import, kind: Kind, rows: Any) -> None:
    """Raises `ChangedSince` when records are no longer as the list left them; what was undone since is no change."""
    history = getattr(kind.model, "history", None)
    if history is None:
        return
    key = kind.model._meta.pk.attname
    later = history.filter(history_date__gt=batch.saved_at, **{f"{key}__in": rows.values("row_id")})
    touched = sorted(set(later.order_by().values_list(key, flat=True)))
    changed = []
    for pk in touched:
        versions = history.filter(**{key: pk}).order_by("-history_date", "-history_id")
        now, then = versions[0], versions.filter(history_date__lte=batch.saved_at)[0]
        if now.diff_against(then, foreign_keys_are_objs=False).changed_fields:
            changed.append(now.instance)
    if changed:
        raise ChangedSince(changed)
