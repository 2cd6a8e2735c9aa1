"""Saving an accepted list: people with their history, drafts through the life cycle, one transaction, one event."""

import datetime as dt

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from audit.log import record
from audit.models import Verb
from deployments.importing.judging import KEPT
from deployments.importing.rows import Judged, Outcome
from deployments.models import CandidateImport, Nomination
from deployments.stays import lifecycle
from personnel.models import Person

BATCH = 500
NORMALISED = ["search_text", "sort_name"]


def save(batch: CandidateImport, judged: list[Judged], *, by: User, today: dt.date) -> dict[str, int]:
    """Write what the rows would do; answers how many of each. Call it in a transaction."""
    why = f"list {batch.pk}"
    new = [one.person for one in judged if one.outcome == Outcome.NEW]
    changed = [one.person for one in judged if one.outcome == Outcome.CHANGED and _person_changed(one)]
    bulk_create_with_history(new, Person, batch_size=BATCH, default_user=by, default_change_reason=why)
    for person in changed:
        for name in NORMALISED:
            Person._meta.get_field(name).pre_save(person, add=False)
    if changed:
        bulk_update_with_history(
            changed, Person, [*KEPT, *NORMALISED], batch_size=BATCH, default_user=by, default_change_reason=why
        )
    drafts: list[Nomination] = []
    for one in judged:
        if one.nomination:
            one.nomination.person = one.person  # has a number now
            drafts.append(one.nomination)
    lifecycle.draft_many(drafts, by=by)
    counts = {"new": len(new), "changed": len(changed), "nominations": len(drafts)}
    record(by, Verb.IMPORTED, batch, **counts)
    return counts


def _person_changed(one: Judged) -> bool:
    return any(name != "position" for name, _before, _after in one.changes)
