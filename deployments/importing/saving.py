"""Saving an accepted list: people with their history, drafts through the life cycle, one transaction."""

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from audit.log import record
from audit.models import Verb
from audit.writes import acting
from deployments.candidates import lifecycle
from deployments.importing.judging import PERSON_COLUMNS
from deployments.importing.rows import JudgedRow, Outcome
from deployments.models import CandidateImport, Nomination
from deployments.news.lists import tell_of_list
from foundation.text import NormalisedField
from personnel.models import FormerName, Person

BATCH = 500
NORMALISED = [field for field in Person._meta.concrete_fields if isinstance(field, NormalisedField)]


def save(batch: CandidateImport, judged: list[JudgedRow], *, by: User) -> dict[str, int]:
    """Save the people and drafts of the rows; returns how many of each, by name. Call it in a transaction."""
    with acting(by, list=batch.pk):
        counts = _save(batch, judged, by)
    record(by, Verb.IMPORTED, batch, **counts)
    tell_of_list(batch, counts, by)
    return counts


def _save(batch: CandidateImport, judged: list[JudgedRow], by: User) -> dict[str, int]:
    change_reason = f"list {batch.pk}"
    new = [row.person for row in judged if row.person and row.outcome == Outcome.NEW]
    changed = [row.person for row in judged if row.person and row.outcome == Outcome.CHANGED and _person_changed(row)]
    bulk_create_with_history(new, Person, batch_size=BATCH, default_user=by, default_change_reason=change_reason)
    for person in changed:
        for field in NORMALISED:
            field.pre_save(person, add=False)  # which a bulk update does not call
    if changed:
        before = list(Person.objects.filter(pk__in=[person.pk for person in changed]))
        columns = [*PERSON_COLUMNS, *(field.name for field in NORMALISED)]
        bulk_update_with_history(
            changed, Person, columns, batch_size=BATCH, default_user=by, default_change_reason=change_reason
        )
        FormerName.objects.keep_all(before, changed)
    drafts: list[Nomination] = []
    for row in judged:
        if row.nomination and row.person:
            row.nomination.person = row.person  # assigned again: a new person has a primary key only now
            drafts.append(row.nomination)
    lifecycle.draft_many(drafts, by=by)
    return {"new": len(new), "changed": len(changed), "nominations": len(drafts)}


def _person_changed(row: JudgedRow) -> bool:
    return any(name != "position" for name, _before, _after in row.changes)
