"""Merging two records of one person without losing a row: which record stays, and which value of each."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from audit.writes import one_act
from background.enqueue import after_change_of
from deployments import guards
from deployments.candidates import change_of_service
from deployments.models import Deployment
from deployments.stays import authorised_cap
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.versions import changed_meanwhile
from missions.models import Mission
from personnel.models import FormerName, Person, TwoPeople
from personnel.person_fields import VALUES


def proposed(kept: Person, merged: Person) -> dict[str, Any]:
    """The values of the kept record; where it has none, those of the other.

    A service number is taken over within one service only: another service has numbers of its own.
    """
    values = {name: getattr(kept, name) or getattr(merged, name) for name in VALUES}
    if kept.service_id != merged.service_id:
        values["service_number"] = kept.service_number
    return values


def rows_of(person: Person) -> dict[str, int]:
    """How many rows refer to a person, by the name of their kind in the active language."""
    counts = {
        str(model._meta.verbose_name_plural): model._default_manager.filter(**{name: person}).count()
        for model, name in _referring()
    }
    return {name: count for name, count in counts.items() if count}


@retry_after_deadlock
def merge(
    kept: Person,
    merged: Person,
    *,
    by: User,
    reason: str,
    values: Mapping[str, Any] | None = None,
    still: Callable[[Person], bool] = lambda _person: True,
) -> Person:
    """Move everything that refers to `merged` to `kept`; the emptied record stays, with `merged_into` set.

    `values` are those of `VALUES` that the person has from now on, without them `proposed`; names and numbers that are
    not among them stay findable. `still` says whether a record, when nobody else can write it, is the one that was
    shown. Raises `StepRefused` where one is not, when a record was merged already, where the values do not fit
    each other, where a service would lose sight of what it has under way, and where one person would then have two
    deployments on a day, two nominations for a position, two offers that wait or two places on a roster.
    """
    if kept.pk == merged.pk or merged.merged_into_id or kept.merged_into_id:
        raise StepRefused([_merged_already()])
    if not reason.strip():
        raise StepRefused([Blocker("reason_missing", _("Give a reason."), rule=0, about="reason")])
    try:
        with transaction.atomic():
            return _merge(kept, merged, values, still, by=by, reason=reason)
    except IntegrityError as error:
        guard_message = guards.name_of(error) and guards.blocker(error).message
        message = guard_message or _(
            "Both records are put forward for the same position, wait for the same answer, or stand on the same roster."
        )
        raise StepRefused([Blocker("merge_conflict", str(message), rule=6)]) from error


def _merge(
    kept: Person,
    merged: Person,
    values: Mapping[str, Any] | None,
    still: Callable[[Person], bool],
    *,
    by: User,
    reason: str,
) -> Person:
    """The merge in a transaction. Lock order: areas → people → the rows that refer to them."""
    # Each row is locked when it is read, so that no step that somebody takes meanwhile is overwritten.
    missions = Mission.objects.filter(deployments__person__in=[kept, merged]).distinct()
    authorised_cap.lock(*(area_id for mission in missions for area_id in mission.area_ids))
    # Filtered by `merged_into`: another merge may have gone through while this one waited for the lock.
    both = Person.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, merged.pk], merged_into=None)
    people = {person.pk: person for person in both.order_by("pk")}
    if len(people) < 2:
        raise StepRefused([_merged_already()])
    kept, merged = people[kept.pk], people[merged.pk]
    if not (still(kept) and still(merged)):
        raise StepRefused([changed_meanwhile()])
    chosen = proposed(kept, merged) | dict(values or {})
    if found := [one for row in (kept, merged) for one in change_of_service.blockers(row, chosen["service"])]:
        raise StepRefused(found)
    moved: dict[str, int] = {}
    with one_act(by, Verb.MERGED, kept, other=merged.pk, rows=moved):
        for model, name in _referring():
            rows = model._default_manager.select_for_update(no_key=True).filter(**{name: merged})
            for row in rows.order_by("pk"):
                setattr(row, name, kept)
                sign(row, by, reason)
                row.save(update_fields=[name])
                kind = str(model._meta.model_name)
                moved[kind] = moved.get(kind, 0) + 1
        _settle(kept, merged, chosen, by=by, reason=reason)
    after_change_of(Deployment, Person)
    return kept


def _referring() -> Iterator[tuple[type[models.Model], str]]:
    """Every model with a foreign key to people, and the name of that key.

    Asked of the model, so that a new foreign key is moved without a change here. Hidden ones (those without a reverse
    name) too. History is left as it was written, and so is what somebody said about two records.
    """
    relation: Any
    for relation in Person._meta.get_fields(include_hidden=True):
        refers_to_people = relation.auto_created and not relation.concrete
        if not refers_to_people or relation.related_model is TwoPeople:
            continue
        if not hasattr(relation.related_model, "history_date"):
            yield relation.related_model, relation.field.name


def _settle(kept: Person, merged: Person, chosen: Mapping[str, Any], *, by: User, reason: str) -> None:
    """Give `kept` the chosen values, and mark `merged` as merged into it."""
    called_before = [_copy(kept), _copy(merged)]
    # Cleared and saved first: within a service two records cannot have one number.
    merged.service_number, merged.merged_into = "", kept
    sign(merged, by, reason)
    merged.save()
    for name in VALUES:
        setattr(kept, name, chosen[name])
    try:
        kept.full_clean()
    except ValidationError as error:
        raise StepRefused(
            [
                Blocker("values_do_not_fit", message, rule=0, about=name)
                for name, messages in error.message_dict.items()
                for message in messages
            ]
        ) from error
    sign(kept, by, reason)
    kept.save()
    FormerName.objects.filter(person=merged).update(person=kept)  # what clearing the number kept there
    for before in called_before:
        FormerName.objects.keep(before, kept)


def _copy(person: Person) -> Person:
    return Person(**{field.attname: getattr(person, field.attname) for field in Person._meta.concrete_fields})


def _merged_already() -> Blocker:
    return Blocker("merged_already", _("One of these records was merged already."), rule=0)
