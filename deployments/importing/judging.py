"""What each row of a list would do: new, changed, unchanged, or refused with every reason.

The fields of the form that people use by hand clean the cells, the model judges the person, the pipeline judges the
nomination; only what would cost a query per row (service, rank, position, who is there already) is looked up for the
whole list at once.
"""

import datetime as dt
from collections import defaultdict

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deployments.candidates import pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.importing import cells
from deployments.importing.columns import FIELDS
from deployments.importing.reading import LONGEST_CELL, Cell
from deployments.importing.rows import CHOICES, Judged, Lazy, Outcome, Told, in_both, in_words
from deployments.models import Nomination
from deployments.models.transitions import Move
from foundation.text import normalised
from missions.models import Position
from personnel.expiry import last_day
from personnel.models import Person, PoliceService, Rank

PLAIN = ["family_name", "given_name", "service_number"]
DAYS = ["born_on", "joined_on"]
KEPT = [*PLAIN, *DAYS, *CHOICES, "rank"]
"""What a row may change of a person who is there."""


class Judge:
    """Judges the rows of one list, brought by one user, in a fixed number of queries for all of them."""

    def __init__(self, rows: list[tuple[int, dict[str, Cell]]], *, by: User, today: dt.date, form_fields, french: bool):
        self.rows, self.by, self.today, self.form_fields = rows, by, today, form_fields
        self.day_first = french
        self.services = self._services()
        self.ranks = self._ranks()
        self.positions = self._positions()

    def _services(self) -> dict[str, PoliceService]:
        found: dict[str, PoliceService] = {}
        self.own = list(PoliceService.objects.visible_to(self.by).filter(is_active=True))
        for one in self.own:
            for name in (one.code, one.name_en, one.name_fr, one.abbreviation_en, one.abbreviation_fr):
                found.setdefault(normalised(name), one)
        return found

    def _ranks(self) -> dict[tuple[str, str], Rank]:
        found: dict[tuple[str, str], Rank] = {}
        for one in Rank.objects.order_by("level"):
            for name in (one.code, one.name_en, one.name_fr, one.abbreviation_en, one.abbreviation_fr):
                found.setdefault((one.family, normalised(name)), one)
                for half in name.split(" / "):
                    found.setdefault((one.family, normalised(half)), one)
        return found

    def _positions(self) -> dict[str, list[Position]]:
        """Open calls by "mission/number" and by number; positions whose call is closed by the long form only."""
        found = defaultdict(list)
        rows = Position.objects.filter(call_opens__isnull=False).select_related("mission")
        if not self.by.sees_every_service:
            rows = rows.filter(call_opens__lte=self.today)
        for one in rows:
            found[normalised(f"{one.mission.code}/{one.number}")].append(one)
            if one.call(self.today) == Position.Call.OPEN:
                found[normalised(one.number)].append(one)
        return found

    def judge(self, progress=lambda done: True) -> list[Judged]:
        """All rows with their results. `progress(done)` is called now and then; it answers False to stop."""
        judged = [Judged(line, row) for line, row in self.rows]
        every = max(1, len(judged) // 10)
        for number, one in enumerate(judged, start=1):
            self._read(one)
            if number % every == 0 and not progress(number // 2):
                return []
        people, twins = self._people_there(judged)
        # Also those that are over: the same list brought again puts nobody forward a second time.
        nominated = set(Nomination.objects.filter(person__in=people.values()).values_list("person", "position"))
        for number, one in enumerate(judged, start=1):
            if not one.reasons:
                self._compare(one, people, twins, nominated)
            if number % every == 0 and not progress(len(judged) // 2 + number // 2):
                return []
        self._same_person_twice(judged)
        return judged

    # --- One row: cells become values -----------------------------------------------------------------------------

    def _read(self, one: Judged) -> None:
        for name, cell in one.cells.items():
            if isinstance(cell, str) and cell.startswith("="):
                one.refuse(_("This is a formula: paste its value instead."), name)
            elif isinstance(cell, str) and len(cell) > LONGEST_CELL:
                one.refuse(_("The cell is too long."), name)
            else:
                self._read_cell(one, name, _without_escape(cell))
        service = one.values.get("service")
        if one.cells.get("service") in {None, ""}:
            service = self.own[0] if len(self.own) == 1 else None
            if service is None:
                one.refuse(_("Say which police service."), "service")
        one.values["service"] = service
        if service and (rank := one.values.get("rank")):
            found = self.ranks.get((service.rank_family, normalised(rank)))
            if found is None:
                message = _("“{value}” is no rank of {service}.")
                one.refuse(format_lazy(message, value=rank, service=Lazy(service)), "rank")
            one.values["rank"] = found

    def _read_cell(self, one: Judged, name: str, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        try:
            if name == "service":
                one.values[name] = self._service(str(cell))
            elif name == "position":
                one.values[name] = self._position(str(cell))
            elif name == "rank":
                one.values[name] = str(cell)[:200]
            elif name in DAYS:
                found = cells.day(cell, day_first=self.day_first)
                one.values[name] = self.form_fields[name].clean(found.isoformat())
            elif name in CHOICES:
                one.values[name] = cells.choice(cell, CHOICES[name])
            else:
                one.values[name] = self.form_fields[name].clean(str(cell))
        except ValidationError as error:
            one.refuse(error, name)

    def _service(self, text: str) -> PoliceService:
        found = self.services.get(normalised(text))
        if found is None:
            raise ValidationError(_("You bring nobody of a service “%(value)s”."), params={"value": text[:60]})
        return found

    def _position(self, text: str) -> Position:
        found = self.positions.get(normalised(text), [])
        if not found:
            raise ValidationError(_("There is no call for a position “%(value)s”."), params={"value": text[:60]})
        if len(found) > 1:
            message = _("Several missions have a position “%(value)s”: write mission/number.")
            raise ValidationError(message, params={"value": text[:60]})
        return found[0]

    # --- All rows: who is there already ---------------------------------------------------------------------------

    def _people_there(self, judged: list[Judged]):
        """Key → person, for service numbers and for names with days of birth; and names that two people share."""
        numbers = {number for one in judged if (number := one.values.get("service_number"))}
        names = {_name(one) for one in judged if one.values.get("born_on")}
        mine = Person.objects.visible_to(self.by).current().select_related("service", "rank")
        mine = mine.filter(service__in=[service.pk for service in self.own])
        people: dict[tuple, Person] = {}
        twins = set()
        for person in mine.filter(sort_name__in=names, born_on__isnull=False):
            key = (person.service_id, person.sort_name, person.born_on)
            if key in people:
                twins.add(key)
            people[key] = person
        for person in mine.filter(service_number__in=numbers).exclude(service_number=""):
            same = people.get((person.service_id, person.sort_name, person.born_on))
            people[person.service_id, person.service_number] = same if same == person else person  # one object a person
        return people, twins

    def _there(self, one: Judged, people: dict[tuple, Person], twins: set) -> Person | None:
        """Who a row is about: by the service number, else by name and day of birth."""
        number, born = one.values.get("service_number"), one.values.get("born_on")
        service = one.values["service"].pk
        if number and (service, number) in people:
            found = people[service, number]
            if born and found.born_on and found.born_on != born and found.sort_name != _name(one):
                one.refuse(
                    _("This service number belongs to somebody with another name and date of birth."), "service_number"
                )
                return None
            return found
        key = (service, _name(one), born)
        if born and key in twins:
            one.refuse(_("Two people have this name and date of birth: give the service number."))
            return None
        same = people.get(key) if born else None
        if same and number and same.service_number:
            message = _("There is a record with this name and date of birth and the service number {number}.")
            one.refuse(format_lazy(message, number=same.service_number), "service_number")
            return None
        if same is None and not number and not born:
            one.refuse(_("Give the service number or the date of birth: the person cannot be told from others."))
        return same

    def _compare(self, one: Judged, people: dict[tuple, Person], twins: set, nominated: set) -> None:
        there = self._there(one, people, twins)
        if one.reasons:
            return
        if there is None:
            self._new(one)
        else:
            self._changed(one, there)
        position = one.values.get("position")
        if one.reasons or position is None or (there is not None and (there.pk, position.pk) in nominated):
            return
        self._put_forward(one, position)

    def _new(self, one: Judged) -> None:
        one.outcome = Outcome.NEW
        for name in ("family_name", "given_name", "gender", "first_language"):
            if name not in one.values:
                one.refuse(_("This is needed for a new person."), name)
        values = {name: one.values[name] for name in KEPT if name in one.values}
        one.changes += [[name, in_words(None), in_words(value, name)] for name, value in values.items()]
        person = Person(service=one.values["service"], **values)
        _judged_by_the_model(one, person)
        one.person = person

    def _changed(self, one: Judged, there: Person) -> None:
        for name in KEPT:
            if name in one.values and getattr(there, name) != one.values[name]:
                before = getattr(there, name)
                setattr(there, name, one.values[name])
                one.changes.append([name, in_words(before, name), in_words(one.values[name], name)])
        one.person = there
        if one.changes:
            one.outcome = Outcome.CHANGED
            _judged_by_the_model(one, there)

    def _put_forward(self, one: Judged, position: Position) -> None:
        first = max(position.needed_from or self.today, self.today)
        nomination = Nomination(
            person=one.person,
            position=position,
            service=one.values["service"],
            starts_on=first,
            ends_on=last_day(first, position.mission.tour_months),
        )
        step = NominationStep(Move.DRAFT, today=self.today)
        found = in_both(lambda: [blocker.message for blocker in pipeline.draft_blockers(nomination, step)])
        for english, french in zip(found["en"], found["fr"], strict=True):
            one.refuse(Told({"en": english, "fr": french}), "position")
        if not found["en"]:
            one.nomination = nomination
            one.changes.append(["position", in_words(None), in_words(position.number)])
            if one.outcome == Outcome.UNCHANGED:
                one.outcome = Outcome.CHANGED

    def _same_person_twice(self, judged: list[Judged]) -> None:
        """Each row is known by its service number, by name and day of birth, and by whom it was found to be."""
        seen: dict[tuple, int] = {}
        for one in judged:
            keys = _keys(one)
            line = next((seen[key] for key in keys if key in seen), None)
            if line is not None:
                one.refuse(format_lazy(_("This person stands in line {line} already."), line=line))
            for key in keys:
                seen.setdefault(key, one.line)


def _without_escape(cell: Cell) -> Cell:
    """Exports put an apostrophe before what a spreadsheet would take for a formula."""
    if isinstance(cell, str) and len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@":
        return cell[1:]
    return cell


def _judged_by_the_model(one: Judged, person: Person) -> None:
    try:
        person.clean()
    except ValidationError as error:
        for name, found in error.error_dict.items():
            for each in found:
                one.refuse(each, name if name in FIELDS else "")


def _name(one: Judged) -> str:
    return normalised(f"{one.values.get('family_name', '')} {one.values.get('given_name', '')}")


def _keys(one: Judged) -> list[tuple]:
    service = one.values.get("service")
    if service is None:
        return []
    keys: list[tuple] = []
    if number := one.values.get("service_number"):
        keys.append((service.pk, number))
    if born := one.values.get("born_on"):
        keys.append((service.pk, _name(one), born))
    if one.person and one.person.pk:
        keys.append(("person", one.person.pk))
    return keys
