"""What each row of a list would change: a new person, a changed one, nothing; or why it is refused.

Functions of `Facts` only: no query, no clock. Nothing is ruled here a second time: the fields of the form of a person
check the cells, the model the person, and the pipeline the nomination.
"""

import copy
import datetime as dt
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from deployments.candidates import pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.importing import cells
from deployments.importing.columns import FIELDS
from deployments.importing.facts import Facts, Row, sort_name
from deployments.importing.reading import LONGEST_CELL, Cell
from deployments.importing.rows import (
    CHOICES,
    BilingualSentence,
    JudgedRow,
    LazyName,
    Outcome,
    in_words,
)
from deployments.models import Nomination
from deployments.models.transitions import Move
from foundation.bilingual import in_both_languages
from foundation.text import normalised
from missions.models import Position
from personnel import plausible
from personnel.expiry import last_day
from personnel.models import Person, PoliceService
from personnel.person_fields import PERSON_FIELDS

TEXTS = ["family_name", "given_name", "service_number"]
DAYS = ["born_on", "joined_on"]
PERSON_COLUMNS = [*TEXTS, *DAYS, *CHOICES, "rank"]
"""The fields that a row may set, also on a person who is on record."""


def judge(rows: list[Row], facts: Facts, *, day_first: bool) -> Iterator[JudgedRow]:
    """Each row with its result, in the order of the list. With `day_first`, 02/03/2026 is 2 March."""
    seen: dict[tuple, int] = {}
    for line, cells_of_row in rows:
        row = JudgedRow(line, cells_of_row)
        _read(row, facts, day_first=day_first)
        if not row.reasons:
            _compare(row, facts)
        _refuse_repeated_person(row, seen)
        yield row


# --- Cells become values ----------------------------------------------------------------------------------------------


def _read(row: JudgedRow, facts: Facts, *, day_first: bool) -> None:
    for name, cell in row.cells.items():
        if isinstance(cell, str) and cell.startswith("="):
            row.refuse(_("This is a formula: paste its value instead."), name)
        elif isinstance(cell, str) and len(cell) > LONGEST_CELL:
            row.refuse(_("The cell is too long."), name)
        elif text := cells.text_of(cell):
            try:
                _read_cell(row, name, cell, text, facts, day_first=day_first)
            except ValidationError as error:
                row.refuse(error, name)
    if row.cells.get("service") in {None, ""}:
        if len(facts.own_services) == 1:
            row.service = facts.own_services[0]
        else:
            row.refuse(_("Say which police service."), "service")
    # Last, because ranks depend on the service, whose column may come after that of the rank.
    if row.service and "rank" in row.values:
        _find_rank(row, row.service, facts)


def _read_cell(row: JudgedRow, name: str, cell: Cell, text: str, facts: Facts, *, day_first: bool) -> None:
    if name == "service":
        row.service = _service_named(text, facts)
    elif name == "position":
        row.position = _position_named(text, facts)
    elif name == "rank":
        row.values[name] = text[:200]
    elif name in DAYS:
        day = cells.day(text if isinstance(cell, str) else cell, day_first=day_first)
        row.values[name] = PERSON_FIELDS[name].clean(day and day.isoformat())
    elif name in CHOICES:
        row.values[name] = cells.choice(text, CHOICES[name])
    else:
        row.values[name] = PERSON_FIELDS[name].clean(text)


def _service_named(text: str, facts: Facts) -> PoliceService:
    service = facts.services.get(normalised(text))
    if service is None:
        raise ValidationError(_("You bring nobody of a service “%(value)s”."), params={"value": text[:60]})
    return service


def _position_named(text: str, facts: Facts) -> Position:
    positions = facts.positions.get(normalised(text), [])
    if not positions:
        raise ValidationError(_("There is no call for a position “%(value)s”."), params={"value": text[:60]})
    if len(positions) > 1:
        message = _("Several missions have a position “%(value)s”: write mission/number.")
        raise ValidationError(message, params={"value": text[:60]})
    return positions[0]


def _find_rank(row: JudgedRow, service: PoliceService, facts: Facts) -> None:
    """Replace the name of the rank in `row.values` by the rank itself, of the family that the service uses."""
    text = row.values["rank"]
    rank = facts.ranks.get((service.rank_family, normalised(text)))
    if rank is None:
        message = _("“{value}” is no rank of {service}.")
        row.refuse(format_lazy(message, value=text, service=LazyName(service)), "rank")
    row.values["rank"] = rank


# --- Values are compared with what is on record -----------------------------------------------------------------------


def _compare(row: JudgedRow, facts: Facts) -> None:
    if row.service is None:
        return  # already refused, by `_read`
    existing = _find_person(row, row.service, facts)
    if row.reasons:
        return
    if existing is None:
        _judge_new_person(row, row.service, facts)
    else:
        _judge_changes(row, existing, facts)
    nominated = bool(existing and row.position and (existing.pk, row.position.pk) in facts.nominated)
    if row.position and not row.reasons and not nominated:
        _put_forward(row, row.position, facts)


def _find_person(row: JudgedRow, service: PoliceService, facts: Facts) -> Person | None:
    """The person whom a row is about, by service number, else by name and date of birth.

    None when the person is new, or when the row is refused because the person cannot be told.
    """
    number, born_on = row.values.get("service_number"), row.values.get("born_on")
    name = sort_name(row.cells)
    by_number = facts.people_by_number.get((service.pk, number)) if number else None
    if by_number:
        # A corrected name or a corrected date is usual; both at once mean a wrong service number.
        if born_on and by_number.born_on and by_number.born_on != born_on and by_number.sort_name != name:
            row.refuse(
                _("This service number belongs to somebody with another name and date of birth."), "service_number"
            )
            return None
        return by_number
    by_birth = facts.people_by_birth.get((service.pk, name, born_on), []) if born_on else []
    if len(by_birth) > 1:
        row.refuse(_("Two people have this name and date of birth: give the service number."))
        return None
    if by_birth and number and by_birth[0].service_number:
        message = _("There is a record with this name and date of birth and the service number {number}.")
        row.refuse(format_lazy(message, number=by_birth[0].service_number), "service_number")
        return None
    if not number and not born_on:
        row.refuse(_("Give the service number or the date of birth: the person cannot be told from others."))
    return by_birth[0] if by_birth else None


def _judge_new_person(row: JudgedRow, service: PoliceService, facts: Facts) -> None:
    row.outcome = Outcome.NEW
    for name in ("family_name", "gender", "first_language"):
        if name not in row.values:
            row.refuse(_("This is needed for a new person."), name)
    values = {name: row.values[name] for name in PERSON_COLUMNS if name in row.values}
    row.changes += [[name, in_words(None), in_words(value, name)] for name, value in values.items()]
    row.person = Person(service=service, **values)
    _validate_person(row, row.person, facts.today)


def _judge_changes(row: JudgedRow, existing: Person, facts: Facts) -> None:
    """What the row changes of a person; a name or number that the person had before is not brought back."""
    names = {"given_name", "family_name"} if (existing.pk, sort_name(row.cells)) in facts.former else set()
    number = row.values.get("service_number", "")
    kept = names | ({"service_number"} if (existing.pk, number) in facts.former else set())
    row.person = copy.copy(existing)  # the facts are shared by all rows and must stay as they are on record
    for name in PERSON_COLUMNS:
        if name in row.values and name not in kept and getattr(existing, name) != row.values[name]:
            setattr(row.person, name, row.values[name])
            row.changes.append([name, in_words(getattr(existing, name), name), in_words(row.values[name], name)])
    if row.changes:
        row.outcome = Outcome.CHANGED
        _validate_person(row, row.person, facts.today)


def _validate_person(row: JudgedRow, person: Person, today: dt.date) -> None:
    """Refuse what is wrong about a person; odd dates too, which only the form lets somebody tick as checked."""
    if {"born_on", "joined_on"} & {change[0] for change in row.changes}:
        for doubt in plausible.doubts(person.born_on, person.joined_on, today=today):
            row.refuse(doubt.message, doubt.about)
    try:
        person.clean()
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            for reason in errors:
                row.refuse(reason, name if name in FIELDS else "")


def _put_forward(row: JudgedRow, position: Position, facts: Facts) -> None:
    first = max(position.needed_from or facts.today, facts.today)
    nomination = Nomination(
        person=row.person,
        position=position,
        service=row.service,
        starts_on=first,
        ends_on=last_day(first, position.mission.tour_months),
    )
    step = NominationStep(Move.DRAFT, today=facts.today)
    # Messages of blockers are not lazy, so they are computed once in each language.
    found = in_both_languages(lambda: [blocker.message for blocker in pipeline.draft_blockers(nomination, step)])
    for english, french in zip(found["en"], found["fr"], strict=True):
        row.refuse(BilingualSentence(english, french), "position")
    if not found["en"]:
        row.nomination = nomination
        row.changes.append(["position", in_words(None), in_words(position.number)])
        if row.outcome == Outcome.UNCHANGED:
            row.outcome = Outcome.CHANGED


# --- One person in two rows -------------------------------------------------------------------------------------------


def _refuse_repeated_person(row: JudgedRow, seen: dict[tuple, int]) -> None:
    """Refuse a row about the person of an earlier row. `seen` maps each key to the first line with it.

    Several keys, because one row may identify a person by service number and another by date of birth.
    """
    keys = _keys(row)
    line = next((seen[key] for key in keys if key in seen), None)
    if line is not None:
        row.refuse(format_lazy(_("This person stands in line {line} already."), line=line))
    for key in keys:
        seen.setdefault(key, row.line)


def _keys(row: JudgedRow) -> list[tuple]:
    """All keys that identify the person of a row: service number, name with date of birth, and the id on record."""
    if row.service is None:
        return []
    keys: list[tuple] = []
    if number := row.values.get("service_number"):
        keys.append((row.service.pk, number))
    if born_on := row.values.get("born_on"):
        keys.append((row.service.pk, sort_name(row.cells), born_on))
    if row.person and row.person.pk:
        keys.append(("person", row.person.pk))
    return keys
