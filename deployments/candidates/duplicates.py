"""Records that seem to be the same person, and those of which somebody said that they are two people."""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from foundation.lists import COUNTED_AT_MOST
from foundation.refusals import Blocker, StepRefused
from foundation.text import normalised
from personnel.models import FormerName, Person, TwoPeople

_ALIKE = """
WITH called AS (
    SELECT id AS person, sort_name, number_key, born_on, sort_name AS name_now
    FROM personnel_person
    WHERE merged_into_id IS NULL
    UNION ALL
    SELECT person.id, former.sort_name, former.number_key, person.born_on, person.sort_name
    FROM personnel_formername AS former
    JOIN personnel_person AS person ON person.id = former.person_id
    WHERE person.merged_into_id IS NULL
), alike AS (
    SELECT older.person AS older, newer.person AS newer, 0 AS same_number
    FROM called AS older
    JOIN called AS newer ON newer.sort_name = older.sort_name AND newer.born_on = older.born_on
    WHERE older.person < newer.person
    UNION ALL
    SELECT older.person, newer.person, 1
    FROM called AS older
    JOIN called AS newer ON newer.number_key = older.number_key
    WHERE older.number_key <> '' AND older.person < newer.person
        AND (newer.born_on = older.born_on OR newer.name_now = older.name_now)
)
SELECT older, newer, MAX(same_number)
FROM alike
WHERE NOT EXISTS (SELECT 1 FROM personnel_twopeople AS said WHERE said.first_id = older AND said.second_id = newer)
GROUP BY older, newer
"""
"""Every name and number that people have or had, beside each other: in the database, for people are many and pairs few.
Different services may use the same number for different people."""


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, the older as `kept`; `same_number` when they share the service number."""

    kept: Person
    merged: Person
    same_number: bool


def alike() -> list[tuple[int, int, int]]:
    """(older, newer, whether the number is the same) of each pair that may be one person, the newest first.

    They have the same name and date of birth, or the same service number and one of the two; what they were called
    before counts too; case, accents, spaces and hyphens make no difference. Without those of which somebody said that
    they are two people. One more than `COUNTED_AT_MOST` stands for any greater number.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_ALIKE} ORDER BY newer DESC, older LIMIT %s", [COUNTED_AT_MOST + 1])
        return cursor.fetchall()


def pairs(found: list[tuple[int, int, int]], people: QuerySet[Person]) -> list[Pair]:
    """These pairs with their people; those of other people are left out."""
    rows = people.select_related("service", "rank").in_bulk({one for pair in found for one in pair[:2]})
    return [
        Pair(rows[older], rows[newer], bool(same_number))
        for older, newer, same_number in found
        if older in rows and newer in rows
    ]


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
            message = _("It is already recorded that these are two different people.")
            raise StepRefused([Blocker("said_already", message, rule=0)]) from error
    return said
