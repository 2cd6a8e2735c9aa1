"""The records that the rows of a list are compared with, in a fixed number of queries for any number of rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from deployments.importing.cells import text_of
from deployments.importing.reading import Cell
from deployments.models import Nomination
from foundation.text import normalised
from missions.models import Position
from personnel.models import FormerName, Person, PoliceService, Rank, ServiceFormerName

Row = tuple[int, dict[str, Cell]]
"""Line in the file, and field → cell."""


@dataclass(frozen=True)
class Facts:
    """What the user who uploaded a list may refer to, and which people of the list are on record, as of `today`.

    Names used as keys have no case and accents. The keys of people include the id of their service, because two
    services may use the same number.
    """

    today: dt.date
    own_services: list[PoliceService]
    services: dict[str, PoliceService]
    ranks: dict[tuple[str, str], Rank]
    positions: dict[str, list[Position]]
    people_by_number: dict[tuple[int, str], Person]
    people_by_birth: dict[tuple[int, str, dt.date], list[Person]]
    former: set[tuple[int, str]]
    """(person id, number or `sort_name`) that the people of the list had before."""
    nominated: set[tuple[int, int]]
    """(person id, position id) of each nomination, also of those that are over."""


def look_up(rows: list[Row], *, by: User, today: dt.date) -> Facts:
    """The facts for all rows of a list that the user `by` uploaded, in nine queries."""
    own_services = list(PoliceService.objects.visible_to(by).filter(is_active=True).prefetch_related("former_names"))
    by_number, by_birth, former = _people(rows, own_services, by)
    on_record = {person.pk for person in by_number.values()} | {
        person.pk for people in by_birth.values() for person in people
    }
    return Facts(
        today=today,
        own_services=own_services,
        services=_services_by_name(own_services),
        ranks=_ranks_by_name(),
        positions=_positions_by_name(by, today),
        people_by_number=by_number,
        people_by_birth=by_birth,
        former=former,
        # Also those that are over: the same list uploaded again puts nobody forward a second time.
        nominated=set(Nomination.objects.filter(person__in=on_record).values_list("person", "position")),
    )


def sort_name(cells: dict[str, Cell]) -> str:
    """The name in a row as `Person.sort_name` holds it."""
    return normalised(f"{text_of(cells.get('family_name'))} {text_of(cells.get('given_name'))}")


def _names(row: PoliceService | ServiceFormerName | Rank) -> Iterator[str]:
    yield from (row.name_en, row.name_fr, row.abbreviation_en, row.abbreviation_fr)


def _services_by_name(services: list[PoliceService]) -> dict[str, PoliceService]:
    """By code and present names; by former ones only where nothing else is called so."""
    found: dict[str, PoliceService] = {}
    for service in services:
        for name in (service.code, *_names(service)):
            found.setdefault(normalised(name), service)
    for service in services:
        for former in service.former_names.all():
            if not former.withdrawn_at:
                for name in _names(former):
                    found.setdefault(normalised(name), service)
    return found


def _ranks_by_name() -> dict[tuple[str, str], Rank]:
    """By (rank family, name); a name in two genders, "Sergent / Sergente", also by each half."""
    found: dict[tuple[str, str], Rank] = {}
    for rank in Rank.objects.order_by("level"):
        for name in (rank.code, *_names(rank)):
            for part in (name, *name.split(" / ")):
                found.setdefault((rank.family, normalised(part)), rank)
    return found


def _positions_by_name(by: User, today: dt.date) -> dict[str, list[Position]]:
    """By "mission/number" wherever a call was announced; by the number alone only while the call is open."""
    positions = (
        Position.objects.filter(call_opens__isnull=False).select_related("mission").prefetch_related("mission__states")
    )
    if not by.sees_every_service:
        positions = positions.filter(call_opens__lte=today)
    found = defaultdict(list)
    for position in positions:
        found[normalised(f"{position.mission.code}/{position.number}")].append(position)
        if position.call(today) == Position.Call.OPEN:
            found[normalised(position.number)].append(position)
    return dict(found)


def _people(
    rows: list[Row], own_services: list[PoliceService], by: User
) -> tuple[dict[tuple[int, str], Person], dict[tuple[int, str, dt.date], list[Person]], set[tuple[int, str]]]:
    """People by service and number; by service, name and date of birth, which two of them may share; and by which
    former number or name some of them were found."""
    numbers = {text_of(cells.get("service_number")) for _line, cells in rows} - {""}
    names = {sort_name(cells) for _line, cells in rows if cells.get("born_on")}
    people = Person.objects.visible_to(by).current().filter(service__in=own_services).select_related("service", "rank")
    by_number = {
        (person.service_id, person.service_number): person for person in people.filter(service_number__in=numbers)
    }
    by_birth: dict[tuple[int, str, dt.date], list[Person]] = {}
    for person in people.filter(sort_name__in=names):
        if person.born_on:
            by_birth.setdefault((person.service_id, person.sort_name, person.born_on), []).append(person)
    former = set()
    every_name = {sort_name(cells) for _line, cells in rows}  # whoever is found by number may stand there by that name
    called_so = Q(service_number__in=numbers) | Q(sort_name__in=every_name)
    known_before = FormerName.objects.filter(called_so, person__in=people)
    for row in known_before.select_related("person__service", "person__rank"):
        person = row.person
        former |= {(person.pk, row.service_number), (person.pk, row.sort_name)}
        if row.service_id and row.service_number:
            by_number.setdefault((row.service_id, row.service_number), person)
        if person.born_on and row.sort_name in names:
            alike = by_birth.setdefault((person.service_id, row.sort_name, person.born_on), [])
            alike += [person] if person not in alike else []
    return by_number, by_birth, former
