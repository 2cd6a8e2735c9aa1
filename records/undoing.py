"""Undoing a whole list, as long as nothing was built upon it."""

import datetime as dt
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
        _refuse_changed_since(batch, kind, list(saved.filter(kind=kind.code).values_list("row_id", flat=True)))
    lifted = guards.lifted() if any(kind.kept_by_the_database for kind in kinds) else nullcontext()
    with acting(by, Verb.REMOVED, list=batch.pk), lifted:
        for kind in kinds:
            rows = saved.filter(kind=kind.code).order_by("-id")
            added = dict(rows.filter(outcome=Outcome.NEW).values_list("row_id", "before"))
            changed = dict(rows.exclude(outcome=Outcome.NEW).values_list("row_id", "before"))
            kind.take_back(added, changed, by=by)
    change_state(batch, {State.UNDOING}, State.UNDONE, problem={})
    record(by, Verb.REMOVED, batch, what="undo")
    for kind in kinds:
        after_change_of(kind.model)


def _refuse_changed_since(batch: Import, kind: Kind, ids: list[int]) -> None:
    """Raises `ChangedSince` when records are no longer as the list left them; what was undone since is no change."""
    history = getattr(kind.model, "history", None)
    if history is None:
        return
    key = kind.model._meta.pk.attname
    later = history.filter(history_date__gt=batch.saved_at, **{f"{key}__in": ids})
    touched = sorted(set(later.order_by().values_list(key, flat=True)))
    changed = []
    for pk in touched:
        versions = history.filter(**{key: pk}).order_by("-history_date", "-history_id")
        now, then = versions[0], versions.filter(history_date__lte=batch.saved_at)[0]
        if now.diff_against(then, foreign_keys_are_objs=False).changed_fields:
            changed.append(now.instance)
    if changed:
        raise ChangedSince(changed)
