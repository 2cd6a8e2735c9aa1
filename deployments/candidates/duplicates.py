"""Records that seem to be the same person, and those of which somebody said that they are two people."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from foundation.refusals import Blocker, StepRefused
from foundation.text import normalised
from personnel.models import FormerName, Person, TwoPeople


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, the older as `kept`; `same_number` when they share the service number."""

    kept: Person
    merged: Person
    same_number: bool


def find_pairs(people=None) -> list[Pair]:
    """Pairs with the same name and date of birth, or the same service number and one of the two; in three queries.

    Looks at all people unless a queryset is given, also at what they were called before. Case, accents, spaces and
    hyphens make no difference. Without those of which somebody said that they are two people.
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
    two_people = set(TwoPeople.objects.values_list("first", "second"))
    found: dict[tuple[int, int], Pair] = {}
    for groups, same_number in ((by_number, True), (by_name, False)):
        for group in groups.values():
            for other in group[1:]:
                # Different services may use the same number for different people.
                oldest = group[0]
                if (oldest.pk, other.pk) in two_people:
                    continue
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


def say_two_people(one: Person, other: Person, *, by: User, reason: str) -> TwoPeople:
    """Remember that two records that look alike are two people; they are no longer among the pairs.

    Raises `StepRefused` without a reason, and when it was said already.
    """
    first, second = sorted((one, other), key=lambda person: person.pk)
    if not reason.strip():
        raise StepRefused([Blocker("reason_missing", _("Give a reason."), rule=0, about="reason")])
    with transaction.atomic():
        said = TwoPeople(first=first, second=second, reason=reason.strip(), said_by=by, said_at=timezone.now())
        sign(said, by, "two people", Verb.DECIDED, what="two_people", other=second.pk)
        try:
            with transaction.atomic():
                said.save()
        except IntegrityError as error:
            message = _("Somebody has said already that they are two people.")
            raise StepRefused([Blocker("said_already", message, rule=0)]) from error
    return said
