"""Records that seem to be the same person, and merging two of them without losing a row."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
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
from personnel.models import Person


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, the older first, and what they share."""

    kept: Person
    merged: Person
    same_number: bool


def find(people=None) -> list[Pair]:
    """Pairs with the same service number, or with the same name and day of birth, in one query.

    Case, accents, spaces and hyphens do not tell two names or numbers apart.
    """
    rows = (Person.objects.all() if people is None else people).current().select_related("service", "rank")
    by_number, by_name = defaultdict(list), defaultdict(list)
    for person in rows.order_by("id"):
        if person.service_number:
            by_number[normalised(person.service_number).replace(" ", "")].append(person)
        if person.born_on:
            by_name[person.sort_name, person.born_on].append(person)
    found: dict[tuple[int, int], Pair] = {}
    for groups, same_number in ((by_number, True), (by_name, False)):
        for group in groups.values():
            for other in group[1:]:
                alike = not same_number or group[0].sort_name == other.sort_name or group[0].born_on == other.born_on
                if alike:
                    found.setdefault((group[0].pk, other.pk), Pair(group[0], other, same_number))
    return list(found.values())


def like(person: Person, among) -> list[Person]:
    """Records among these people that a new person may be: the same name and day of birth."""
    if person.born_on is None:
        return []
    name = normalised(f"{person.family_name} {person.given_name}")
    alike = among.current().exclude(pk=person.pk).filter(sort_name=name, born_on=person.born_on)
    return list(alike.select_related("service", "rank")[:5])


@retry_after_deadlock
def merge(kept: Person, merged: Person, *, by: User, reason: str) -> Person:
    """Hang everything of one record onto the other; the emptied record stays and points there.

    Refused where it would put one person in two places on a day, or twice forward for one position.
    """
    if kept.pk == merged.pk or merged.merged_into_id or kept.merged_into_id:
        raise StepRefused([_merged_already()])
    if not reason.strip():
        raise StepRefused([Blocker("reason_missing", _("Give a reason."), rule=0)])
    try:
        with transaction.atomic():
            return _merge(kept, merged, by=by, reason=reason)
    except IntegrityError as error:
        said = guards.name_of(error) and guards.blocker(error).message
        message = said or _("Both records are put forward for the same position, or wait for the same answer.")
        raise StepRefused([Blocker("merge_conflict", str(message), rule=6)]) from error


def _merge(kept: Person, merged: Person, *, by: User, reason: str) -> Person:
    """Lock areas, both people, and each row before it is moved: nobody's step is written over."""
    areas = Deployment.objects.filter(person__in=[kept, merged]).values_list("mission__area", flat=True)
    authorised_cap.lock(*set(areas))
    both = Person.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, merged.pk], merged_into=None)
    people = {person.pk: person for person in both.order_by("pk")}
    if len(people) < 2:
        raise StepRefused([_merged_already()])
    kept, merged = people[kept.pk], people[merged.pk]
    moved: dict[str, int] = {}
    relation: Any
    for relation in Person._meta.get_fields(include_hidden=True):
        points_here = relation.auto_created and not relation.concrete
        if not points_here or hasattr(relation.related_model, "history_date"):
            continue
        name = relation.field.name
        rows = relation.related_model._default_manager.select_for_update(no_key=True).filter(**{name: merged})
        for row in rows.order_by("pk"):
            setattr(row, name, kept)
            sign(row, by, reason)
            row.save(update_fields=[name])
            moved[relation.related_model._meta.model_name] = moved.get(relation.related_model._meta.model_name, 0) + 1
    _take_over(kept, merged, by=by, reason=reason)
    after_change_of(Deployment)
    record(by, Verb.MERGED, kept, other=merged.pk, rows=moved)
    return kept


def _take_over(kept: Person, merged: Person, *, by: User, reason: str) -> None:
    """What only the other record knew fills what is empty here; the service number goes where the person now is."""
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
