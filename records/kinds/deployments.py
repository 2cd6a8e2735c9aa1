"""Deployments past and present: recorded as history (`deployments.stays.history`)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission
from accounts.models import User
from deployments.eligibility.demand import goes_armed
from deployments.models import Deployment, DeploymentRole, DeploymentTransition, Excess
from deployments.models.statuses import Status
from deployments.stays import approval, authorised_cap, history, roles
from foundation.bilingual import in_both_languages
from foundation.sentences import stretches
from foundation.text import normalised
from missions.models import Mission, Position
from personnel.models import Person
from records.columns import Column
from records.kinds import aliases, broken_rules
from records.kinds.days_of_stays import FILLED_IN, complete_days, refuse_without_place
from records.kinds.of_people import EXAMPLE_OF_WHO, WHO, OfPersonKind
from records.kinds.ranks import RankValue
from records.rows import JudgedRow, Outcome, in_both
from records.values import Choice, Day, Identifier, Line, Reference, References, YesNo
from records.world import World, identity, place_of


class DeploymentsKind(OfPersonKind):
    """A stay is found by its person, its mission and its first day; one on record is corrected on its page only."""

    code = "deployments"
    label = _("Deployments")
    model = Deployment
    permission = Permission.RECORDS_IMPORT
    judged_whole = True
    never_changed = _("This stay is on record with other values: correct it on its page.")
    key = ("person", "mission", "starts_on")
    parts = (DeploymentTransition, DeploymentRole, Excess)
    columns = [
        *WHO,
        Column("mission", _("Mission"), Reference("missions"), aliases.MISSION, required=True),
        Column("position", _("Position"), Identifier(), aliases.POSITION, hint=_("its number in the mission")),
        Column("kind", _("Kind"), Choice(Deployment.Kind), aliases.KIND, hint=_("standard tour when empty")),
        Column("starts_on", _("Planned first day"), Day(), aliases.FIRST_DAY),
        Column("ends_on", _("Planned last day"), Day(), aliases.LAST_DAY),
        Column(
            "arrived_on",
            _("Arrived on"),
            Day(),
            aliases.ARRIVED,
            hint=_("the planned first day when empty and past"),
        ),
        Column(
            "departed_on",
            _("Departed on"),
            Day(),
            aliases.DEPARTED,
            hint=_("the planned last day when empty and past"),
        ),
        Column("status", _("Status"), Choice(Status), aliases.STATE, hint=_("by the days when empty")),
        Column("end_reason", _("Reason for the early end"), Choice(Deployment.EndReason), aliases.REASON),
        Column("rank_then", _("Rank at the time"), RankValue(), aliases.RANK, stored=False),
        Column("service_then", _("Police service at the time"), Reference("services"), stored=False),
        Column("armed", _("Armed at the time"), YesNo(), ("armed", "armé")),
        Column("duty_station", _("Duty station"), Line(100), aliases.DUTY_STATION),
        Column("team", _("Team"), Reference("teams"), hint=_("mission/name")),
        Column("roles", pgettext_lazy("mission", "Roles"), References("roles"), hint=_("with semicolons between them")),
    ]
    example = {
        **EXAMPLE_OF_WHO,
        "mission": "exmis",
        "position": "P-001",
        "kind": Deployment.Kind.STANDARD,
        "starts_on": dt.date(2025, 2, 1),
        "ends_on": dt.date(2026, 1, 31),
        "arrived_on": dt.date(2025, 2, 3),
        "departed_on": dt.date(2026, 1, 31),
    }

    # --- Reading ------------------------------------------------------------------------------------------------------

    def of_people(self, ids: list[int]) -> models.QuerySet:
        return (
            super()
            .of_people(ids)
            .select_related(
                "mission__area",
                "mission__lead",
                "position",
                "rank",
                "service",
                "team",
                "person__service",
                "person__rank",
            )
        )

    def judge(self, row: JudgedRow, world: World) -> None:
        complete_days(row, self.fields, world)
        position = row.values.pop("position", None)
        if position and row.values.get("mission"):
            self._find_position(row, position, world)
        super().judge(row, world)
        if row.is_new:
            self._refuse_overlap(row, world)

    def _find_position(self, row: JudgedRow, number: str, world: World) -> None:
        mission: Mission = row.values["mission"]
        # Also as "mission/number", as other sheets name it.
        plain = number.split("/", 1)[1] if number.lower().startswith(f"{mission.code.lower()}/") else number
        found: Position | None = world.with_key("positions", (mission.code, normalised(plain)))
        if found is None:
            row.refuse(
                _("%(mission)s has no position “%(value)s”."),
                self.fields["position"],
                mission=mission.code,
                value=number[:60],
            )
        else:
            row.values["position"] = found

    def find(self, row: JudgedRow, world: World) -> Deployment | None:
        """A stay of the person in the mission that begins on the same day, by plan or in fact."""
        for stay in world.facts(Stays).of(row.values["person"]):
            same = identity(stay.mission) == identity(row.values["mission"]) and stay.pk
            days = {stay.starts_on, stay.arrived_on} - {None}
            if same and {row.values.get("starts_on"), row.values.get("arrived_on")} & days:
                return stay
        return None

    def _judge_changes(self, row: JudgedRow, existing: Any, world: World) -> None:
        # What the office has done since then is no difference from a row that says nothing of it.
        for name in row.more[FILLED_IN]:
            row.values.pop(name, None)
        super()._judge_changes(row, existing, world)

    def look_up(self, rows: list[JudgedRow], world: World) -> None:
        super().look_up(rows, world)
        world.facts(Stays).enter(world.records(self.code))

    def attributes(self, row: JudgedRow) -> dict[str, Any]:
        position = {"position": row.values["position"]} if "position" in row.values else {}
        return {**super().attributes(row), **position}

    def given(self, row: JudgedRow, world: World) -> dict[str, Any]:
        found, person, mission = super().given(row, world), row.values["person"], row.values["mission"]
        service = row.values.get("service_then") or person.service
        found |= {"service": service, "rank": self._rank(row, person, service)}
        if "kind" not in row.values and not mission.uses_places:
            found["kind"] = Deployment.Kind.ANCILLARY
        if row.values.get("armed") is None:
            first = row.values.get("arrived_on") or row.values.get("starts_on")
            found["armed"] = goes_armed(
                mission, row.values.get("position"), broken_rules.authorization_on(mission, first, world)
            )
        return found

    def _rank(self, row: JudgedRow, person: Person, service: Any) -> Any:
        ranks = row.values.get("rank_then")
        if ranks is None:
            return person.rank
        rank = next((each for each in ranks if each.family == service.rank_family), None)
        if rank is None:
            row.refuse(_("That service has no rank of this name."), self.fields["rank_then"])
        return rank

    def validate(self, row: JudgedRow, world: World) -> None:
        """What no file can say: a stay without days, or beside the kind of its mission."""
        try:
            row.record.clean()
        except ValidationError as error:
            self._refuse(row, error)
        rules = (approval.roster_takes_nobody, approval.kind_does_not_fit)
        for sentence in in_both(lambda: [blocker.message for rule in rules for blocker in rule(row.record)]):
            row.refuse(sentence, self.fields["mission"])

    def _refuse_overlap(self, row: JudgedRow, world: World) -> None:
        """One person is in one place: both rows are named, or the stay on record."""
        other = history.overlap(row.record, world.facts(Stays).of(row.values["person"]), today=world.today)
        if other is None:
            return
        first, last = other.stay(world.today)
        params = {"mission": other.mission.code, "first": first.isoformat(), "last": last.isoformat()}
        place = place_of(other)
        if place is None:
            row.refuse(
                _("The person has another stay on these days, on record: %(mission)s, %(first)s to %(last)s."),
                None,
                **params,
            )
        else:
            row.refuse(
                _("The person has another stay on these days, in line %(line)s: %(mission)s, %(first)s to %(last)s."),
                None,
                line=place[1],
                **params,
            )

    def enter(self, row: JudgedRow, world: World) -> None:
        if row.is_new:
            world.facts(Stays).enter([row.record])

    # --- Days above a cap ---------------------------------------------------------------------------------------------

    def conclude(self, rows: list[JudgedRow], world: World) -> None:
        """Say of each new stay what it would have broken, and of all of them together which days are above a cap."""
        new = _in_order(row for row in rows if row.is_new and row.is_saved)
        if world.is_preview:
            broken_rules.note(new, world)
        self._judge_places(new, world)

    def _judge_places(self, new: list[JudgedRow], world: World) -> None:
        on_record = list(
            Deployment.objects.using_places()
            .select_related("mission__area")
            .prefetch_related("mission__former_areas__area")
        )
        while True:
            beyond, found = history.days_beyond(
                [row.record for row in new],
                on_record,
                authorizations=world.records("authorizations"),
                ceilings=world.records("ceilings"),
                today=world.today,
            )
            # An excess serves facts only: who has not left yet goes where there is a place.
            if not any(new[place].record.status == Status.APPROVED for place in beyond):
                break
            for place, days in beyond.items():
                if (row := new[place]).record.status == Status.APPROVED:
                    refuse_without_place(row, self.fields["status"], days, found, world)
            new = [row for row in new if row.outcome != Outcome.REFUSED]
        for place, days in beyond.items():
            new[place].more["beyond"] = days
            [said] = in_both(lambda days=days: [stretches(days)])  # type: ignore[misc]
            new[place].note(_("Above the cap: %(days)s."), days=said)
        world.excesses += [
            {
                "area": in_both_languages(lambda each=each: str(each.area or _("All countries and regions"))),  # type: ignore[misc]
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "used": each.used,
                "cap": each.cap,
            }
            for each in found
        ]

    # --- Saving -------------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        authorised_cap.lock_all()

    def save(self, rows: list[JudgedRow], world: World) -> None:
        new = _in_order(rows)
        beyond = {place: row.more["beyond"] for place, row in enumerate(new) if "beyond" in row.more}
        history.record([row.record for row in new], beyond, by=world.by, reason=world.why)
        for row in new:
            if wanted := row.values.get("roles"):
                roles.write(row.record, wanted, by=world.by)

    # --- Writing out --------------------------------------------------------------------------------------------------

    def to_write(self, reader: User) -> models.QuerySet:
        rows = super().to_write(reader).select_related("position__mission", "rank", "team__mission", "person__rank")
        return rows.order_by("starts_on", "pk")

    def cell(self, record: Deployment, column: Column) -> Any:
        if column.field == "position":
            return record.position.number if record.position else None
        return super().cell(record, column)

    def row(self, record: Deployment) -> dict[str, Any]:
        then = {"service_then": record.service.code}
        if record.rank:
            then["rank_then"] = record.rank.name
        return {**super().row(record), **then}


class Stays:
    """The stays of the people whom rows name, on record and of the list itself. Facts of a `World`."""

    def __init__(self, world: World) -> None:
        self._of: dict[Any, list[Deployment]] = defaultdict(list)

    def enter(self, stays: Iterable[Deployment]) -> None:
        for stay in stays:
            self._of[identity(stay.person)].append(stay)

    def of(self, person: Person) -> list[Deployment]:
        return self._of[identity(person)]


def _in_order(rows: Iterable[JudgedRow]) -> list[JudgedRow]:
    """The order in which stays find their places: who came first, then as the file has them."""
    return sorted(rows, key=lambda row: (row.record.arrived_on or row.record.starts_on, row.table, row.line))
