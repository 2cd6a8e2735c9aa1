"""Which people the rows of a list are about: those on record, and those whom the list itself adds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.text import normalised, number_key
from personnel.models import FormerName, Person, PoliceService
from records.columns import Column
from records.rows import JudgedRow
from records.shelf import Shelf
from records.world import World, place_of

SERVICE, NUMBER = "service", "service_number"


def sort_name(values: dict[str, Any]) -> str:
    """The name in a row as `Person.sort_name` holds it."""
    return normalised(f"{values.get('family_name') or ''} {values.get('given_name') or ''}")


def _swapped(values: dict[str, Any]) -> str:
    """The same with family name and given name in each other's columns."""
    return normalised(f"{values.get('given_name') or ''} {values.get('family_name') or ''}")


def _by_number(code: str, number: str) -> tuple:
    """What tells people apart: services by their code, for two of them may use the same number."""
    return ("number", code, number)


def _by_key(code: str, number: str) -> tuple:
    return ("key", code, number_key(number))


def _by_birth(code: str, name: str, born_on: dt.date) -> tuple:
    return ("birth", code, name, born_on)


def _keys(person: Person) -> Iterator[tuple]:
    code = person.service.code
    if person.service_number:
        yield _by_number(code, person.service_number)
        yield _by_key(code, person.service_number)
    if person.born_on:
        yield _by_birth(code, normalised(f"{person.family_name} {person.given_name}"), person.born_on)


class People:
    """The people that rows name: by service and number, or by service, name and date of birth.

    Those on record are known until the next rows are looked up, so that the memory that a list takes does not grow with
    them. Facts of a `World`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._on_record: dict[tuple, list[Person]] = defaultdict(list)
        self._added = Shelf()
        """The place in the list by each key, and by their places the people."""
        self.former: set[tuple[int, str]] = set()
        """(person id, number or `sort_name`) that the people had before."""
        self._known: dict[int, Person] = {}

    def look_up(self, rows: list[JudgedRow]) -> None:
        """Read from the database whom these rows may be about, in two queries."""
        self._on_record, self.former, self._known = defaultdict(list), set(), {}
        if not self.world.is_preview:
            self._added = Shelf()  # they are saved by now, and so on record
        keys = {number_key(row.values[NUMBER]) for row in rows if row.values.get(NUMBER)}
        names = {name for row in rows for name in (sort_name(row.values), _swapped(row.values))} - {""}
        mine = Person.objects.visible_to(self.world.by).current()
        if not (keys or names):
            return
        called_so = Q(number_key__in=keys) | Q(sort_name__in=names)
        for person in mine.filter(called_so).select_related("service", "rank"):
            for key in _keys(person):
                self._on_record[key].append(person)
            self._known[person.pk] = person
        earlier = FormerName.objects.filter(called_so, person__in=mine)
        for row in earlier.select_related("person__service", "person__rank", "service"):
            person = self._known.setdefault(row.person.pk, row.person)  # one object, whichever query found it
            self._enter_former(row, person)
            self.former |= {(person.pk, row.service_number), (person.pk, row.sort_name)}

    def known(self) -> Iterable[Person]:
        """The people on record whom some row names."""
        return self._known.values()

    def _enter_former(self, row: FormerName, person: Person) -> None:
        """Know somebody by what the person was called before, where nobody is called so now."""
        if row.service and row.service_number:
            key = _by_number(row.service.code, row.service_number)
            self._on_record[key] = self._on_record[key] or [person]
        if person.born_on:
            known = self._on_record[_by_birth(person.service.code, row.sort_name, person.born_on)]
            if person not in known:
                known.append(person)

    def enter(self, person: Person) -> None:
        """Let later rows be about somebody whom the list adds."""
        place = place_of(person)
        self._added.put(place, person)
        for key in _keys(person):
            self._added.put(key, place)

    def _with(self, key: tuple) -> list[Person]:
        added = [person for place in self._added.all(key) for person in self._added.all(place)]
        return [*self._on_record.get(key, []), *added]

    def of(self, row: JudgedRow, columns: dict[str, Column]) -> Person | None:
        """The person whom a row is about; None when there is none, or when the row is refused because it is not clear.

        A number that is only like a known one is refused naming its owner: zeros get lost, signs are left out.
        """
        service: PoliceService | None = row.values.get(SERVICE)
        if service is None:
            return None
        number, born_on = row.values.get(NUMBER), row.values.get("born_on")
        if number and (same := self._with(_by_number(service.code, number))):
            return same[0]
        if number and (alike := self._with(_by_key(service.code, number))):
            row.refuse(
                _("“%(number)s” is nearly the number %(known)s of %(person)s: write it as it is there."),
                columns[NUMBER],
                number=number,
                known=alike[0].service_number,
                person=alike[0].full_name,
            )
            return None
        found = self._with(_by_birth(service.code, sort_name(row.values), born_on)) if born_on else []
        if len(found) > 1:
            row.refuse(_("Two people have this name and date of birth: give the service number."))
            return None
        if born_on and not found:
            self._refuse_swapped(row, self._with(_by_birth(service.code, _swapped(row.values), born_on)))
        if found and number and found[0].service_number:
            row.refuse(
                _("There is a record with this name and date of birth and the service number %(number)s."),
                columns[NUMBER],
                number=found[0].service_number,
            )
            return None
        if not number and not born_on:
            row.refuse(_("Enter the service number or the date of birth to identify the person."))
        return found[0] if found else None

    @staticmethod
    def _refuse_swapped(row: JudgedRow, found: list[Person]) -> None:
        if found:
            row.refuse(
                _("The family name and the given name of %(person)s are in each other's columns."),
                person=found[0].full_name,
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
