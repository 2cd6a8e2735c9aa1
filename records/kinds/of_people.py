"""What belongs to a person: a row names the person by service and number, or by name and date of birth."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from personnel.models import Person
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.kinds.services import ServiceOfReader
from records.people import People
from records.rows import JudgedRow
from records.shelf import Shelf
from records.values import Day, Identifier, Line
from records.world import World, identity

WHO = [
    Column("service", _("Police service"), ServiceOfReader(), aliases.SERVICE, stored=False),
    Column("service_number", _("Service number"), Identifier(), aliases.NUMBER, stored=False),
    Column(
        "family_name",
        _("Family name"),
        Line(100),
        aliases.FAMILY_NAME,
        stored=False,
        hint=_("to make sure that the number is right; needed where there is none"),
    ),
    Column("given_name", _("Given name"), Line(100), aliases.GIVEN_NAME, stored=False),
    Column(
        "born_on",
        _("Date of birth"),
        Day(dt.date(1920, 1, 1)),
        aliases.BORN_ON,
        stored=False,
        hint=_("needed where there is no number"),
    ),
]
"""The columns that say whom a row is about."""
EXAMPLE_OF_WHO = {
    "service": "example-police",
    "service_number": "00417",
    "family_name": ("Specimen", "Exemple"),
    "given_name": "Camille",
}


def name_in(row: JudgedRow) -> str:
    """The name that a row gives to a person, as it is shown."""
    return f"{row.values.get('given_name') or ''} {row.values.get('family_name') or ''}".strip()


def refuse_without_service(row: JudgedRow, fields: dict[str, Column]) -> bool:
    """Refuse a row that names no service, unless what it says in the column is refused already."""
    if row.values.get("service") is not None:
        return False
    if not any(reason.about == "service" for reason in row.reasons):
        row.refuse(_("Say which police service."), fields["service"])
    return True


def find_person(row: JudgedRow, world: World, fields: dict[str, Column]) -> Person | None:
    """The person whom a row names; None when the row is refused."""
    if refuse_without_service(row, fields):
        return None
    people = world.facts(People)
    person = people.of(row, fields)
    if row.reasons:
        return None
    if person is None:
        row.refuse(_("Nobody on record has this number: import the person first."), fields["service_number"])
        return None
    return None if people.refuse_somebody_else(row, person, fields["service_number"]) else person


def look_up_people(rows: list[JudgedRow], world: World) -> None:
    for row in rows:
        row.values.setdefault("service", world.facts(ServiceOfReader.Own).only)
    world.facts(People).look_up(rows)


def written_who(person: Person) -> dict[str, Any]:
    """The cells by which an export names a person."""
    found = {
        "service": person.service.code,
        "service_number": person.service_number,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "born_on": person.born_on,
    }
    return {name: value for name, value in found.items() if value}


class Brought:
    """The records of people that a list would add or change, as it changes them. Facts of a `World`, for previews."""

    def __init__(self, world: World) -> None:
        self._records = Shelf()

    def enter(self, kind: str, record: Any) -> None:
        self._records.put((kind, identity(record.person)), record)

    def of(self, kind: str, person: Person) -> list[Any]:
        return self._records.all((kind, identity(person)))


class OfPersonKind(Kind):
    """Records of people, such as papers, found by the person and the attributes of their `key`."""

    def names(self, record: Any) -> Iterator[str]:
        yield from ()

    def on_record(self, world: World) -> list[Any]:
        return []  # looked up by their people, for they are many

    def look_up(self, rows: list[JudgedRow], world: World) -> None:
        look_up_people(rows, world)
        people = [person.pk for person in world.facts(People).known()]
        world.only(self.code, self.of_people(people).select_related("person"))

    def enter(self, row: JudgedRow, world: World) -> None:
        if world.is_preview:
            world.facts(Brought).enter(self.code, row.record)

    def of_people(self, ids: list[int]) -> models.QuerySet:
        return self.model._default_manager.filter(person__in=ids)

    def judge(self, row: JudgedRow, world: World) -> None:
        row.shown = name_in(row)
        person = find_person(row, world, self.fields)
        if person:
            row.shown = person
            row.person = person if person.pk else None
            row.values["person"] = person
        super().judge(row, world)

    def given(self, row: JudgedRow, world: World) -> dict[str, Any]:
        return {"person": row.values["person"]}

    def key_of(self, record: Any) -> tuple:
        return (identity(record.person), *(identity(getattr(record, name)) for name in self.key[1:]))

    def to_write(self, reader: User) -> models.QuerySet:
        rows = super().to_write(reader).select_related("person__service")
        return rows.filter(person__in=Person.objects.visible_to(reader).current())

    def row(self, record: Any) -> dict[str, Any]:
        own = {column.field: self.cell(record, column) for column in self.columns if column.stored}
        return {**written_who(record.person), **{name: value for name, value in own.items() if value is not None}}
