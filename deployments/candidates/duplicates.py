"""Records that seem to be the same person, and merging two of them without losing a row."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments import guards
from deployments.models import Deployment
from deployments.stays import authorised_cap
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.text import normalised
from personnel.models import FormerName, Person


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, the older as `kept`; `same_number` when they share the service number."""

    kept: Person
    merged: Person
    same_number: bool


def find_pairs(people=None) -> list[Pair]:
    """Pairs with the same name and date of birth, or the same service number and one of the two; in two queries.

    Looks at all people unless a queryset is given, also at what they were called before. Case, accents, spaces and
    hyphens make no difference.
    """
    rows = (Person.objects.all() if people is None else people).current().select_related("service", "rank")
    by_number, by_name = defaultdict(list), defaultdict(list)
    for person in rows.prefetch_related("former_names").order_by("id"):
        names = [person, *person.former_names.all()]
        for number in dict.fromkeys(normalised(name.service_number).replace(" ", "") for name in names):
            if number:
                by_number[number].append(person)
        for name in dict.fromkeys(name.sort_name for name in names):
            if person.born_on:
                by_name[name, person.born_on].append(person)
    found: dict[tuple[int, int], Pair] = {}
    for groups, same_number in ((by_number, True), (by_name, False)):
        for group in groups.values():
            for other in group[1:]:
                # Different services may use the same number for different people.
                oldest = group[0]
                if not same_number or oldest.sort_name == other.sort_name or oldest.born_on == other.born_on:
                    found.setdefault((oldest.pk, other.pk), Pair(oldest, other, same_number))
    return list(found.values())


def same_name_and_birth(person: Person, among) -> list[Person]:
    """At most five of these people who have, or had, the name and date of birth of a person who is to be added."""
    if person.born_on is None:
        return []
    name = normalised(f"{person.family_name} {person.given_name}")
    called_so = Q(sort_name=name) | Q(pk__in=FormerName.objects.filter(sort_name=name).values("person"))
    rows = among.current().exclude(pk=person.pk).filter(called_so, born_on=person.born_on)
    return list(rows.select_related("service", "rank")[:5])


@retry_after_deadlock
def merge(kept: Person, merged: Person, *, by: User, reason: str) -> Person:
    """Move everything that refers to `merged` to `kept`; the empty record stays, with `merged_into` set.

    Raises `StepRefused` when a record was merged already, and where one person would then have two deployments on a
    day, two nominations for a position or two offers that wait.
    """
    if kept.pk == merged.pk or merged.merged_into_id or kept.merged_into_id:
        raise StepRefused([_merged_already()])
    if not reason.strip():
        raise StepRefused([Blocker("reason_missing", _("Give a reason."), rule=0)])
    try:
        with transaction.atomic():
            return _merge(kept, merged, by=by, reason=reason)
    except IntegrityError as error:
        guard_message = guards.name_of(error) and guards.blocker(error).message
        message = guard_message or _("Both records are put forward for the same position, or wait for the same answer.")
        raise StepRefused([Blocker("merge_conflict", str(message), rule=6)]) from error


def _merge(kept: Person, merged: Person, *, by: User, reason: str) -> Person:
    """The merge in a transaction. Lock order: areas → people → the rows that refer to them."""
    # Each row is locked when it is read, so that no step that somebody takes meanwhile is overwritten.
    areas = Deployment.objects.filter(person__in=[kept, merged]).values_list("mission__area", flat=True)
    authorised_cap.lock(*set(areas))
    # Filtered by `merged_into`: another merge may have gone through while this one waited for the lock.
    both = Person.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, merged.pk], merged_into=None)
    people = {person.pk: person for person in both.order_by("pk")}
    if len(people) < 2:
        raise StepRefused([_merged_already()])
    kept, merged = people[kept.pk], people[merged.pk]
    moved: dict[str, int] = {}
    relation: Any
    # Asked of the model, so that a new foreign key to people is moved without a change here. Hidden ones (those without
    # a reverse name) too; history is left as it was written.
    for relation in Person._meta.get_fields(include_hidden=True):
        refers_to_people = relation.auto_created and not relation.concrete
        if not refers_to_people or hasattr(relation.related_model, "history_date"):
            continue
        field_name, model_name = relation.field.name, relation.related_model._meta.model_name
        rows = relation.related_model._default_manager.select_for_update(no_key=True).filter(**{field_name: merged})
        for row in rows.order_by("pk"):
            setattr(row, field_name, kept)
            sign(row, by, reason)
            row.save(update_fields=[field_name])
            moved[model_name] = moved.get(model_name, 0) + 1
    _fill_gaps(kept, merged, by=by, reason=reason)
    after_change_of(Deployment, Person)
    record(by, Verb.MERGED, kept, other=merged.pk, rows=moved)
    return kept


def _fill_gaps(kept: Person, merged: Person, *, by: User, reason: str) -> None:
    """Copy to `kept` what is empty there, and mark `merged` as merged into it.

    The service number is copied within one service only: another service has numbers of its own.
    """
    # Cleared and saved first: within a service two records cannot have one number.
    number, merged.service_number = merged.service_number, ""
    merged.merged_into = kept
    sign(merged, by, reason)
    merged.save()
    if not kept.service_number and kept.service_id == merged.service_id:
        kept.service_number = number
    kept.born_on = kept.born_on or merged.born_on
    kept.joined_on = kept.joined_on or merged.joined_on
    sign(kept, by, reason)
    kept.save()


def _merged_already() -> Blocker:
    return Blocker("merged_already", _("One of these records was merged already."), rule=0)
