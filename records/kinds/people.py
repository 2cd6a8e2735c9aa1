"""People, and their being put forward: the list of candidates of a home service, and the office's own records."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from deployments.candidates import lifecycle, pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.models import Nomination
from deployments.models.transitions import Move
from foundation.text import normalised
from missions.models import Position
from personnel import plausible
from personnel.expiry import last_day
from personnel.models import FormerName, Person
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.kinds.candidates import Calls, CallValue
from records.kinds.of_people import look_up_people, name_in, refuse_without_service
from records.kinds.ranks import RankValue
from records.kinds.services import ServiceOfReader
from records.people import People, sort_name
from records.rows import JudgedRow, LazyName, Outcome, in_both, in_words
from records.values import Choice, Day, Identifier, Line
from records.world import World, identity

IDENTITY = {"family_name", "given_name", "born_on"}
"""What says who somebody is: a change of it under the same number needs a tick."""


class PeopleKind(Kind):
    code = "people"
    label = _("People")
    model = Person
    permission = Permission.CANDIDATE_IMPORT
    parts = (FormerName,)
    columns = [
        Column("service", _("Police service"), ServiceOfReader(), aliases.SERVICE),
        Column(
            "service_number",
            _("Service number"),
            Identifier(),
            aliases.NUMBER,
            hint=_("this or the date of birth identifies a person"),
        ),
        Column("family_name", _("Family name"), Line(100), aliases.FAMILY_NAME, required=True),
        Column("given_name", _("Given name"), Line(100), aliases.GIVEN_NAME, required=True),
        Column(
            "category",
            _("Category"),
            Choice(Person.Category, aliases.CATEGORIES),
            aliases.CATEGORY,
            hint=_("police or civilian; police when empty"),
        ),
        Column("rank", _("Rank"), RankValue(), aliases.RANK, hint=_("name or abbreviation; needed for new police")),
        Column(
            "gender",
            _("Gender"),
            Choice(Person.Gender, aliases.GENDERS),
            aliases.GENDER,
            needed_for_new=True,
            hint=_("woman, man, another gender, not said; needed for a new person"),
        ),
        Column(
            "first_language",
            _("First official language"),
            Choice(Person.OfficialLanguage, aliases.LANGUAGES),
            aliases.FIRST_LANGUAGE,
            needed_for_new=True,
            hint=_("English or French; needed for a new person"),
        ),
        Column("born_on", _("Date of birth"), Day(dt.date(1920, 1, 1)), aliases.BORN_ON),
        Column("joined_on", _("Start of service"), Day(dt.date(1940, 1, 1)), aliases.JOINED_ON),
        Column("state", _("State"), Choice(Person.State, aliases.STATES), aliases.STATE, hint=_("active when empty")),
        Column(
            "position",
            _("Position"),
            CallValue(),
            aliases.POSITION,
            hint=_("as its page says, for instance minusma/P-101: the person is put forward as a draft"),
            stored=False,
        ),
    ]
    example = {
        "service": "example-police",
        "service_number": "00417",
        "family_name": ("Specimen", "Exemple"),
        "given_name": "Camille",
        "category": Person.Category.POLICE,
        "rank": "sergeant-major",
        "gender": Person.Gender.NOT_SAID,
        "first_language": Person.OfficialLanguage.FRENCH,
        "born_on": dt.date(1986, 4, 3),
        "joined_on": dt.date(2009, 9, 1),
    }

    def on_record(self, world: World) -> list[Any]:
        return []  # people are looked up by `People`, for they are many

    def key_of(self, record: Person) -> tuple:
        return (identity(record),)

    def name_of(self, record: Person) -> str:
        return record.service_number

    def look_up(self, rows: list[JudgedRow], world: World) -> None:
        look_up_people(rows, world)
        world.facts(Calls).look_up_nominated(world.facts(People), rows)

    def judge(self, row: JudgedRow, world: World) -> None:
        row.shown = name_in(row)
        refuse_without_service(row, self.fields)
        self._find_rank(row)
        self._refuse_repeated_person(row, world)
        super().judge(row, world)
        position = row.values.get("position")
        if position and not row.reasons and (row.record.pk, position.pk) not in world.facts(Calls).nominated:
            self._put_forward(row, position, world)
        row.person = row.record if row.record and row.record.pk else None
        if row.person:
            self._refuse_repeated_person(row, world)

    def _find_rank(self, row: JudgedRow) -> None:
        """Replace the names of the rank by the rank of the family that the service uses."""
        service, ranks = row.values.get("service"), row.values.get("rank")
        if ranks is None or service is None:
            row.values.pop("rank", None)
            return
        row.values["rank"] = next((rank for rank in ranks if rank.family == service.rank_family), None)
        if row.values["rank"] is None:
            said = str(row.cells["rank"])[:60]
            row.refuse(
                _("“%(value)s” is not a rank of %(service)s."),
                self.fields["rank"],
                value=said,
                service=LazyName(service),
            )

    def find(self, row: JudgedRow, world: World) -> Person | None:
        people = world.facts(People)
        person = people.of(row, self.fields)
        if person and people.refuse_somebody_else(row, person, self.fields["service_number"]):
            return None
        return person

    def _judge_changes(self, row: JudgedRow, existing: Person, world: World) -> None:
        """A name or number that the person had before is not brought back."""
        people = world.facts(People)
        if (existing.pk, sort_name(row.values)) in people.former:
            row.values.pop("family_name", None)
            row.values.pop("given_name", None)
        if (existing.pk, row.values.get("service_number", "")) in people.former:
            row.values.pop("service_number", None)
        super()._judge_changes(row, existing, world)
        changed = {name for name, _before, _after in row.changes}
        known = [name for name in IDENTITY if name in changed and getattr(existing, name)]
        if any(self._says_another(row, existing, name) for name in known):
            row.outcome = Outcome.RENAMED

    @staticmethod
    def _says_another(row: JudgedRow, existing: Person, name: str) -> bool:
        """Whether it is another name or day, and not the same name with its accents."""
        old, new = getattr(existing, name), row.values[name]
        return old != new if isinstance(old, dt.date) else normalised(old) != normalised(new)

    def validate(self, row: JudgedRow, world: World) -> None:
        """Refuse what is wrong about a person; odd dates too, which only the form lets somebody tick as checked."""
        if {"born_on", "joined_on"} & {change[0] for change in row.changes}:
            for doubt in plausible.doubts(row.record.born_on, row.record.joined_on, today=world.today):
                row.refuse(doubt.message, self.fields[doubt.about])
        try:
            row.record.clean()
        except ValidationError as error:
            self._refuse(row, error)

    def _put_forward(self, row: JudgedRow, position: Position, world: World) -> None:
        first = max(position.needed_from or world.today, world.today)
        nomination = Nomination(
            person=row.record,
            position=position,
            service=row.record.service,
            starts_on=first,
            ends_on=last_day(first, position.mission.tour_months),
        )
        step = NominationStep(Move.DRAFT, today=world.today)
        blockers = in_both(lambda: [blocker.message for blocker in pipeline.draft_blockers(nomination, step)])
        for sentence in blockers:
            row.refuse(sentence, self.fields["position"])
        if not blockers:
            row.more["nomination"] = nomination
            column = self.fields["position"]
            row.changes.append(["position", in_words(None, column), in_words(position, column)])
            if row.outcome == Outcome.UNCHANGED:
                row.outcome = Outcome.CHANGED

    def refuse_repeated(self, row: JudgedRow, world: World) -> None:
        """Nothing yet: who a row is about is known once the person is found."""

    def _refuse_repeated_person(self, row: JudgedRow, world: World) -> None:
        """Refuse a row about the person of an earlier row: by what it says, and again once its person is found."""
        first = min((world.first_place_with(self.code, key, row.place) for key in _who(row)), default=row.place)
        if first != row.place:
            row.refuse(_("This person is already in line %(line)s."), line=first[1])

    def enter(self, row: JudgedRow, world: World) -> None:
        if row.outcome == Outcome.NEW:
            world.facts(People).enter(row.record)

    # --- Saving -------------------------------------------------------------------------------------------------------

    def update(self, rows: list[JudgedRow], world: World) -> None:
        before = list(Person.objects.filter(pk__in=[row.record.pk for row in rows]))
        super().update(rows, world)
        FormerName.objects.keep_all(before, [row.record for row in rows])

    def save(self, rows: list[JudgedRow], world: World) -> None:
        super().save(rows, world)
        drafting = [row for row in rows if "nomination" in row.more]
        for row in drafting:
            row.more["nomination"].person = row.record  # assigned again: a new person has an id only now
        lifecycle.draft_many([row.more["nomination"] for row in drafting], by=world.by)
        for row in drafting:
            row.before["nomination"] = row.more["nomination"].pk

    def take_back(self, added: dict[int, dict[str, Any]], changed: dict[int, dict[str, Any]], *, by: User) -> None:
        drafts = [before["nomination"] for before in [*added.values(), *changed.values()] if "nomination" in before]
        lifecycle.take_back_drafts(drafts)
        super().take_back(added, changed, by=by)

    def to_write(self, reader: User) -> models.QuerySet:
        return Person.objects.visible_to(reader).current().select_related("service", "rank").order_by("pk")

    def cell(self, record: Person, column: Column) -> Any:
        return None if column.field == "position" else super().cell(record, column)


def _who(row: JudgedRow) -> Iterator[tuple]:
    """Whom a row is about, by several keys: one row may say the service number and another the date of birth."""
    service = row.values.get("service")
    if service is None:
        return
    if number := row.values.get("service_number"):
        yield (service.code, number)
    if born_on := row.values.get("born_on"):
        yield (service.code, sort_name(row.values), born_on)
    if row.record and row.record.pk:
        yield ("person", row.record.pk)
