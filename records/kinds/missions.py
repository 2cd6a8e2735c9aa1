"""Missions with their states and teams, and the positions in them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission
from accounts.models import User
from deployments.stays import mission_states
from foundation.bilingual import in_both_languages
from foundation.text import normalised
from missions.models import Mission, MissionState, Position, RankBand, Skill, Team, Tongue
from missions.models.authority import Language
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.kinds.reference import CODE_AND_NAMES, CodedKind
from records.rows import BilingualSentence, JudgedRow
from records.values import Choice, Day, Identifier, Line, Reference, References, Whole, YesNo
from records.world import World


class MissionsKind(CodedKind):
    code = "missions"
    label = _("Missions")
    names_itself = True
    model = Mission
    columns = [
        *CODE_AND_NAMES,
        Column("area", _("Country or region"), Reference("areas"), ("country", "region", "pays"), needed_for_new=True),
        Column("lead", _("Lead organization"), Reference("leads"), ("lead", "organisation"), needed_for_new=True),
        Column("kind", _("Kind"), Choice(Mission.Kind), aliases.KIND, hint=_("mission when empty")),
        Column("starts_on", _("First day"), Day(), aliases.FIRST_DAY),
        Column("ends_on", _("Last day"), Day(), aliases.LAST_DAY),
        Column("dates_note_en", _("Note on the dates, in English"), Line()),
        Column("dates_note_fr", _("Note on the dates, in French"), Line()),
        Column("mandate_en", _("Mandate in English"), Line(2000, lines=True)),
        Column("mandate_fr", _("Mandate in French"), Line(2000, lines=True)),
        Column("objectives_en", _("Objectives in English"), Line(2000, lines=True)),
        Column("objectives_fr", _("Objectives in French"), Line(2000, lines=True)),
        Column("language", _("Own language of operation"), Choice(Language, aliases.LANGUAGES)),
        Column("language_level", _("Level of the language of operation"), Choice(Skill)),
        Column("armed", _("Own armed status"), YesNo()),
        Column("tour_months", _("Usual tour, in months"), Whole(least=1, most=36)),
        Column("profile", _("Mission profile"), Reference("profiles")),
        Column("successor", _("Successor"), Reference("missions"), hint=_("a mission in a line above, or on record")),
    ]
    example = {
        "code": "exmis",
        "name_en": "Example Mission",
        "name_fr": "Mission Exemple",
        "area": "exampleland",
        "lead": "example-coalition",
        "kind": Mission.Kind.MISSION,
        "starts_on": dt.date(2024, 1, 15),
        "tour_months": 12,
    }

    def on_record(self, world: World) -> Iterable[Mission]:
        return Mission.objects.select_related("area", "lead", "profile").prefetch_related(
            "states", "former_areas__area", "former_names"
        )


class MissionStatesKind(Kind):
    """States by the day from which on they hold; entered as on the page of the mission."""

    code = "mission_states"
    label = _("States of missions")
    model = MissionState
    permission = Permission.RECORDS_IMPORT
    key = ("mission", "from_day")
    kept_by_the_database = True
    never_changed = _("Another state is on record from this day: withdraw it on the page of the mission first.")
    columns = [
        Column("mission", _("Mission"), Reference("missions"), aliases.MISSION, required=True),
        Column("state", _("State"), Choice(MissionState.State), aliases.STATE, required=True),
        Column("from_day", _("From"), Day(), aliases.FIRST_DAY, required=True),
        Column("reason_en", _("Reason in English"), Line(2000, lines=True), aliases.REASON),
        Column("reason_fr", _("Reason in French"), Line(2000, lines=True)),
    ]
    example = {
        "mission": "exmis",
        "state": MissionState.State.SUSPENDED,
        "from_day": dt.date(2025, 3, 1),
        "reason_en": "Evacuated for reasons of security.",
        "reason_fr": "Évacuée pour des raisons de sécurité.",
    }

    def on_record(self, world: World) -> Iterable[MissionState]:
        return MissionState.objects.standing().select_related("mission")

    def names(self, record: MissionState) -> Iterator[str]:
        yield from ()

    def validate(self, row: JudgedRow, world: World) -> None:
        super().validate(row, world)
        if row.record.mission.pk:
            found = in_both_languages(lambda: mission_states.blockers(row.record))
            for english, french in zip(found["en"], found["fr"], strict=True):
                sentence = BilingualSentence(english.message, french.message)
                row.refuse(sentence, self.fields.get(english.about or ""))

    def create(self, records: list[Any], world: World) -> None:
        for state in sorted(records, key=lambda state: state.from_day):
            mission_states.enter(state, by=world.by)

    def to_write(self, reader: User) -> models.QuerySet:
        return MissionState.objects.standing().select_related("mission").order_by("mission", "from_day")


class TeamsKind(Kind):
    code = "teams"
    label = _("Teams")
    model = Team
    permission = Permission.RECORDS_IMPORT
    key = ("mission", "name_en")
    columns = [
        Column("mission", _("Mission"), Reference("missions"), aliases.MISSION, required=True),
        Column("name_en", _("Name in English"), Line(), aliases.NAME_EN, required=True),
        Column("name_fr", _("Name in French"), Line(), aliases.NAME_FR, needed_for_new=True),
        Column("first_day", _("First day"), Day(), aliases.FIRST_DAY),
        Column("last_day", _("Last day"), Day(), aliases.LAST_DAY),
    ]
    example = {"mission": "exmis", "name_en": "Example team", "name_fr": "Équipe Exemple"}

    def on_record(self, world: World) -> Iterable[Team]:
        return Team.objects.select_related("mission")

    def names(self, record: Team) -> Iterator[str]:
        """In all missions together: "exmis/Example team"."""
        yield from (f"{record.mission.code}/{record.name_en}", f"{record.mission.code}/{record.name_fr}")

    def name_of(self, record: Team) -> str:
        return f"{record.mission.code}/{record.name}"


class PositionsKind(Kind):
    code = "positions"
    label = _("Positions")
    model = Position
    permission = Permission.RECORDS_IMPORT
    key = ("mission", "number")
    columns = [
        Column("mission", _("Mission"), Reference("missions"), aliases.MISSION, required=True),
        Column("number", _("Number"), Identifier(), ("position", "poste", "numéro de poste"), required=True),
        Column("title_en", _("Title in English"), Line(), ("title", "english title"), needed_for_new=True),
        Column("title_fr", _("Title in French"), Line(), ("titre", "french title"), needed_for_new=True),
        Column("stream", _("Stream"), Choice(Position.Stream), needed_for_new=True),
        Column("description_en", _("Description in English"), Line(2000, lines=True)),
        Column("description_fr", _("Description in French"), Line(2000, lines=True)),
        Column("tasks_en", _("Tasks in English"), Line(2000, lines=True)),
        Column("tasks_fr", _("Tasks in French"), Line(2000, lines=True)),
        Column("duty_station", _("Duty station"), Line(100), aliases.DUTY_STATION),
        Column("places", _("Number of places"), Whole(least=1, most=200)),
        Column("needed_from", _("Needed from"), Day()),
        Column("rank_from", _("Lowest rank"), Choice(RankBand)),
        Column("rank_to", _("Highest rank"), Choice(RankBand)),
        Column("years_of_service", _("Years of service"), Whole(most=40)),
        Column("language", _("Further language"), Choice(Tongue, aliases.LANGUAGES)),
        Column("language_level", _("Level of the further language"), Choice(Skill)),
        Column("armed", _("Own armed status"), YesNo()),
        Column("call_opens", _("Call opens"), Day()),
        Column("call_closes", _("Call closes"), Day()),
        Column("team", _("Team"), Reference("teams"), hint=_("mission/name")),
        Column("roles", pgettext_lazy("mission", "Roles"), References("roles"), hint=_("with semicolons between them")),
    ]
    example = {
        "mission": "exmis",
        "number": "P-001",
        "title_en": "Police adviser",
        "title_fr": "Conseillère ou conseiller de police",
        "stream": Position.Stream.ADVISER,
        "duty_station": "Example City",
        "places": 1,
    }

    def on_record(self, world: World) -> Iterable[Position]:
        return Position.objects.select_related("mission", "team").prefetch_related("roles")

    def names(self, record: Position) -> Iterator[str]:
        """In all missions together: "exmis/P-001"."""
        yield self.name_of(record)

    def name_of(self, record: Position) -> str:
        return f"{record.mission.code}/{record.number}"

    def key_of(self, record: Position) -> tuple:
        return (record.mission.code, normalised(record.number))

    def find(self, row: JudgedRow, world: World) -> Position | None:
        return world.with_key(self.code, (row.values["mission"].code, normalised(row.values["number"])))
