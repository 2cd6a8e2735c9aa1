"""The policy ceiling, and the Ministerial Authorizations with their amendments."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from deployments.models import FOREVER, Deployment
from deployments.stays import amendment, authorised_cap, ceilings
from deployments.stays.authorised_cap import ONE_DAY
from missions.models import Authorization, Ceiling, Mission
from missions.models.authority import HIGHEST_CAP, Language
from records.columns import Column
from records.in_use import StillInUse
from records.kinds import aliases
from records.kinds.base import Kind
from records.rows import JudgedRow
from records.values import Choice, Day, Line, Reference, Whole, YesNo
from records.world import World

CAP = ("cap", "up to", "maximum", "plafond", "jusqu'à")
REASONS_AND_SOURCES = [
    Column("reason_en", _("Reason in English"), Line(2000, lines=True), aliases.REASON),
    Column("reason_fr", _("Reason in French"), Line(2000, lines=True)),
    Column("source_en", _("Source in English"), Line(300), ("source",)),
    Column("source_fr", _("Source in French"), Line(300)),
]


class InstrumentsKind(Kind):
    """Instruments that are amended or ended on their pages: a list adds what is missing and changes none on record."""

    permission = Permission.RECORDS_IMPORT
    kept_by_the_database = True
    never_changed = _("It is on record with other values: amend or correct it on its page.")

    def lock(self) -> None:
        authorised_cap.lock_all()


class CeilingsKind(InstrumentsKind):
    code = "ceilings"
    label = _("Policy ceilings")
    model = Ceiling
    key = ("valid_from",)
    columns = [
        Column("cap", _("Ceiling"), Whole(least=1, most=HIGHEST_CAP), CAP, required=True),
        Column("valid_from", _("In force from"), Day(), aliases.FIRST_DAY, required=True),
        Column("valid_to", _("In force until"), Day(), aliases.LAST_DAY, hint=_("no end when empty")),
        *REASONS_AND_SOURCES,
    ]
    example = {"cap": 150, "valid_from": dt.date(2024, 1, 1), "reason_en": "Policy renewed.", "reason_fr": "Renouvelé."}

    def names(self, record: Ceiling) -> Iterator[str]:
        yield from ()

    def validate(self, row: JudgedRow, world: World) -> None:
        super().validate(row, world)
        last = row.record.valid_to or FOREVER
        for other in world.records(self.code):
            meets = other.valid_from <= last and (other.valid_to or FOREVER) >= row.record.valid_from
            if meets and other.valid_from >= row.record.valid_from:
                row.refuse(
                    _("Another ceiling begins on %(day)s: end this one before it."),
                    self.fields["valid_to"],
                    day=other.valid_from.isoformat(),
                )

    def create(self, records: list[Any], world: World) -> None:
        for ceiling in sorted(records, key=lambda row: row.valid_from):
            ceilings.carry_out(ceilings.propose_new(ceiling), by=world.by, reason=ceiling.reason)


class AuthorizationsKind(InstrumentsKind):
    code = "authorizations"
    label = _("Authorizations")
    names_itself = True
    model = Authorization
    key = ("reference",)
    columns = [
        Column("area", _("Country or region"), Reference("areas"), ("country", "region", "pays"), required=True),
        Column("reference", _("Reference"), Line(60), aliases.REFERENCE, required=True),
        Column("cap", _("Cap"), Whole(least=1, most=HIGHEST_CAP), CAP, required=True),
        Column("valid_from", _("In force from"), Day(), aliases.FIRST_DAY, required=True),
        Column("valid_to", _("In force until"), Day(), aliases.LAST_DAY, hint=_("no end when empty")),
        Column("language", _("Language of operation"), Choice(Language, aliases.LANGUAGES), needed_for_new=True),
        Column("armed", _("Armed"), YesNo(), needed_for_new=True),
        Column("decided_on", _("Date of the decision"), Day()),
        Column(
            "supersedes",
            _("Amends"),
            Reference("authorizations"),
            ("supersedes", "amendment of", "modifie", "remplace"),
            hint=_("the reference of the one that it amends: that ends the day before"),
        ),
        *REASONS_AND_SOURCES,
    ]
    example = {
        "area": "exampleland",
        "reference": "MA-EX-2024-01",
        "cap": 25,
        "valid_from": dt.date(2024, 1, 1),
        "valid_to": dt.date(2027, 12, 31),
        "language": Language.ENGLISH,
        "armed": False,
        "reason_en": "First authorization.",
        "reason_fr": "Première autorisation.",
    }

    def on_record(self, world: World) -> Iterable[Authorization]:
        return Authorization.objects.select_related("area", "supersedes")

    def name_of(self, record: Authorization) -> str:
        return record.reference

    def _change(self, row: JudgedRow, existing: Authorization, name: str, value: Any) -> None:
        """The end that an instrument was issued with is no change, though an amendment cut its days short."""
        if name != "valid_to" or value != existing.issued_until:
            super()._change(row, existing, name, value)

    def enter(self, row: JudgedRow, world: World) -> None:
        super().enter(row, world)
        if amended := row.values.get("supersedes"):
            world.facts(Amended).last_days[amended.reference] = row.record.valid_from - ONE_DAY

    def validate(self, row: JudgedRow, world: World) -> None:
        super().validate(row, world)
        new, amended = row.record, row.values.get("supersedes")
        if amended and (amended.area.code != new.area.code or new.valid_from <= amended.valid_from):
            row.refuse(
                _("An amendment begins after the authorization of the same country or region that it amends."),
                self.fields["supersedes"],
            )
        others = [
            other
            for other in world.records(self.code)
            if other.area.code == new.area.code
            and other.state == Authorization.State.ISSUED
            and other.reference not in {new.reference, amended.reference if amended else ""}
        ]
        cut = world.facts(Amended).last_days
        for other in others:
            last = min(other.valid_to or FOREVER, cut.get(other.reference, FOREVER))
            if other.valid_from <= (new.valid_to or FOREVER) and last >= new.valid_from:
                row.refuse(_("%(reference)s is in force on some of these days."), None, reference=other.reference)

    def create(self, records: list[Any], world: World) -> None:
        for new in sorted(records, key=lambda row: row.valid_from):
            amended, new.supersedes = new.supersedes, None
            proposal = amendment.propose_amendment(amended, new) if amended else amendment.propose_new(new)
            new.pk = amendment.carry_out(proposal, by=world.by, reason=new.reason).pk

    def take_back(self, added: dict[int, dict[str, Any]], changed: dict[int, dict[str, Any]], *, by: User) -> None:
        rows = list(Authorization.objects.filter(pk__in=list(added)).select_related("area"))
        for row in rows:
            _refuse_used(row)
        # What they amended is in force again as it was issued; the newest is taken away first.
        for row in sorted(rows, key=lambda row: row.valid_from, reverse=True):
            before = row.supersedes
            row.delete()
            if before and before.pk not in added:
                before.valid_to = before.issued_until
                before.save()

    def to_write(self, reader: User) -> models.QuerySet:
        issued = Authorization.objects.issued().select_related("area", "supersedes")
        return issued.order_by("area__code", "valid_from")


class Amended:
    """The last days of what a list itself amends, by reference. Facts of a `World`."""

    def __init__(self, world: World) -> None:
        self.last_days: dict[str, dt.date] = {}


def _refuse_used(authorization: Authorization) -> None:
    """Raises `StillInUse` for a stay that uses a place under it: without it, nobody would be allowed there."""
    last = authorization.valid_to or FOREVER
    used = Deployment.objects.using_places().filter(first_day__lte=last, last_day__gte=authorization.valid_from)
    stay = used.filter(mission__in=Mission.objects.ever_in([authorization.area_id])).first()
    if stay:
        raise StillInUse(stay)
