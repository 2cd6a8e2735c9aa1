"""Which people the rows of a list are about: those on record, and those whom the list itself adds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.text import normalised, number_key
from personnel.models import FormerName, Person, PoliceService
from records.columns import Column
from records.rows import JudgedRow
from records.world import World

SERVICE, NUMBER = "service", "service_number"


def sort_name(values: dict[str, Any]) -> str:
    """The name in a row as `Person.sort_name` holds it."""
    return normalised(f"{values.get('family_name') or ''} {values.get('given_name') or ''}")


def _swapped(values: dict[str, Any]) -> str:
    """The same with family name and given name in each other's columns."""
    return normalised(f"{values.get('given_name') or ''} {values.get('family_name') or ''}")


class People:
    """The people that rows name: by service and number, or by service, name and date of birth.

    Services are told apart by their code, because two of them may use the same number. Those on record are known until
    the next rows are looked up, so that the memory that a list takes does not grow with them. Facts of a `World`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_number: dict[tuple[str, str], Person] = {}
        self.by_key: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self.by_birth: dict[tuple[str, str, dt.date], list[Person]] = defaultdict(list)
        self.former: set[tuple[int, str]] = set()
        """(person id, number or `sort_name`) that the people had before."""
        self._known: dict[int, Person] = {}
        self._numbers: list[tuple[str, str]] = []
        self._lists: list[tuple[dict[Any, list[Person]], Any]] = []
        """Where people were entered since rows were last looked up."""

    def look_up(self, rows: list[JudgedRow]) -> None:
        """Read from the database whom these rows may be about, in two queries."""
        self._forget()
        keys = {number_key(row.values[NUMBER]) for row in rows if row.values.get(NUMBER)}
        names = {name for row in rows for name in (sort_name(row.values), _swapped(row.values))} - {""}
        mine = Person.objects.visible_to(self.world.by).current()
        if not (keys or names):
            return
        called_so = Q(number_key__in=keys) | Q(sort_name__in=names)
        for person in mine.filter(called_so).select_related("service", "rank"):
            self.enter(self._one(person))
        earlier = FormerName.objects.filter(called_so, person__in=mine)
        for row in earlier.select_related("person__service", "person__rank", "service"):
            self._enter_former(row, self._one(row.person))

    def _forget(self) -> None:
        """Forget who is on record, also those whom the list added and who are saved by now."""
        for key in self._numbers:
            if key in self.by_number and self.by_number[key].pk:
                del self.by_number[key]
        for place, key in self._lists:
            place[key] = [person for person in place.get(key, []) if not person.pk]
            if not place[key]:
                del place[key]
        self._numbers, self._lists, self._known, self.former = [], [], {}, set()

    def known(self) -> Iterable[Person]:
        """The people on record whom some row names."""
        return self._known.values()

    def _one(self, person: Person) -> Person:
        """The same object for the same person, whichever query found it."""
        return self._known.setdefault(person.pk, person)

    def enter(self, person: Person) -> None:
        """Let rows be about a person, also one whom the list adds."""
        code = person.service.code
        if person.service_number:
            self._numbers.append((code, person.service_number))
            self.by_number[code, person.service_number] = person
            self._enter(self.by_key, (code, number_key(person.service_number)), person)
        if person.born_on:
            name = normalised(f"{person.family_name} {person.given_name}")
            self._enter(self.by_birth, (code, name, person.born_on), person)

    def _enter(self, place: dict[Any, list[Person]], key: Any, person: Person) -> None:
        self._lists.append((place, key))
        if all(each is not person for each in place[key]):
            place[key].append(person)

    def _enter_former(self, row: FormerName, person: Person) -> None:
        self.former |= {(person.pk, row.service_number), (person.pk, row.sort_name)}
        if row.service and row.service_number:
            self._numbers.append((row.service.code, row.service_number))
            self.by_number.setdefault((row.service.code, row.service_number), person)
        if person.born_on:
            self._enter(self.by_birth, (person.service.code, row.sort_name, person.born_on), person)

    def of(self, row: JudgedRow, columns: dict[str, Column]) -> Person | None:
        """The person whom a row is about; None when there is none, or when the row is refused because it is not clear.

        A number that is only like a known one is refused naming its owner: zeros get lost, signs are left out.
        """
        service: PoliceService | None = row.values.get(SERVICE)
        if service is None:
            return None
        number, born_on = row.values.get(NUMBER), row.values.get("born_on")
        if number and (person := self.by_number.get((service.code, number))):
            return person
        if number and (alike := self.by_key.get((service.code, number_key(number)))):
            row.refuse(
                _("“%(number)s” is nearly the number %(known)s of %(person)s: write it as it is there."),
                columns[NUMBER],
                number=number,
                known=alike[0].service_number,
                person=alike[0].full_name,
            )
            return None
        found = self.by_birth.get((service.code, sort_name(row.values), born_on), []) if born_on else []
        if len(found) > 1:
            row.refuse(_("Two people have this name and date of birth: give the service number."))
            return None
        if born_on and not found:
            self._refuse_swapped(row, self.by_birth.get((service.code, _swapped(row.values), born_on), []))
        if found and number and found[0].service_number:
            row.refuse(
                _("There is a record with this name and date of birth and the service number %(number)s."),
                columns[NUMBER],
                number=found[0].service_number,
            )
            return None
        if not number and not born_on:
            row.refuse(_("Give the service number or the date of birth: the person cannot be told from others."))
        return found[0] if found else None

    @staticmethod
    def _refuse_swapped(row: JudgedRow, found: list[Person]) -> None:
        if found:
            row.refuse(
                _("Family name and given name of %(person)s stand in each other's columns."), person=found[0].full_name
            )

    def named_otherwise(self, row: JudgedRow, person: Person) -> bool:
        """Whether a row gives another name than the person has or had."""
        name = sort_name(row.values)
        now = normalised(f"{person.family_name} {person.given_name}")
        return name not in {"", now} and (person.pk, name) not in self.former

    def refuse_somebody_else(self, row: JudgedRow, person: Person, column: Column) -> bool:
        """Refuse a number of somebody with other names: where both differ, or one and the date of birth."""
        if not self.named_otherwise(row, person):
            return False
        differs = [
            bool(row.values.get(name)) and normalised(row.values[name]) != normalised(getattr(person, name))
            for name in ("family_name", "given_name")
        ]
        born_on = row.values.get("born_on")
        other_birth = bool(born_on and person.born_on and born_on != person.born_on)
        if not (all(differs) or (any(differs) and other_birth)):
            return False
        row.refuse(
            _("The number %(number)s belongs to %(person)s."),
            column,
            number=row.values[NUMBER],
            person=person.full_name,
        )
        return True
