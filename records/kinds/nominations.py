"""Candidatures under way: nominations of which the office kept the file elsewhere until now."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from deployments.candidates import lifecycle
from deployments.models import Nomination, NominationTransition
from deployments.models.nominations import LIVE
from personnel.expiry import last_day
from records.columns import Column
from records.kinds import aliases
from records.kinds.of_people import EXAMPLE_OF_WHO, WHO, OfPersonKind
from records.rows import JudgedRow
from records.values import Choice, Day, Line, Reference
from records.world import World


class NominationsKind(OfPersonKind):
    """Each stands in the stage that the file says; it moves on from there on its page, and by no further list."""

    code = "nominations"
    label = _("Nominations under way")
    model = Nomination
    permission = Permission.RECORDS_IMPORT
    key = ("person", "position")
    parts = (NominationTransition,)
    never_changed = _("This nomination is already on record: continue it on its page.")
    columns = [
        *WHO,
        Column(
            "position", _("Position"), Reference("positions"), aliases.POSITION, required=True, hint=_("mission/number")
        ),
        Column("stage", _("Stage"), Choice(Nomination.Stage), aliases.STATE, required=True),
        Column("since", _("In this stage since"), Day(has_come=True), ("since", "depuis"), stored=False),
        Column("starts_on", _("Earliest start"), Day(), aliases.FIRST_DAY, needed_for_new=True),
        Column("ends_on", _("Last day of the stay"), Day(), aliases.LAST_DAY, hint=_("a usual tour when empty")),
        Column("deferred_until", _("Deferred until"), Day()),
        Column("statement", _("Why this person"), Line(2000, lines=True)),
    ]
    example = {
        **EXAMPLE_OF_WHO,
        "position": "exmis/P-001",
        "stage": Nomination.Stage.SCREENING,
        "starts_on": dt.date(2027, 5, 1),
        "ends_on": dt.date(2028, 4, 30),
    }

    def of_people(self, ids: list[int]) -> models.QuerySet:
        return super().of_people(ids).filter(stage__in=LIVE).select_related("position__mission")

    def judge(self, row: JudgedRow, world: World) -> None:
        stage = row.values.get("stage")
        if stage and stage not in LIVE:
            row.refuse(_("This is not a stage of a nomination under way."), self.fields["stage"])
        if stage == Nomination.Stage.DEFERRED and not row.values.get("deferred_until"):
            row.refuse(_("Say until when it is deferred."), self.fields["deferred_until"])
        super().judge(row, world)

    def given(self, row: JudgedRow, world: World) -> dict[str, Any]:
        found, person = super().given(row, world), row.values["person"]
        since = row.values.get("since") or world.today
        found |= {"service": person.service, "created_by": world.by}
        noon = dt.datetime.combine(since, dt.time(12), tzinfo=timezone.get_current_timezone())
        found["stage_since"] = min(noon, timezone.now())
        if row.values.get("ends_on") is None and row.values.get("starts_on"):
            found["ends_on"] = last_day(row.values["starts_on"], row.values["position"].mission.tour_months)
        return found

    def create(self, records: list[Any], world: World) -> None:
        lifecycle.record_under_way(records, by=world.by, reason=world.why)

    def to_write(self, reader: User) -> models.QuerySet:
        rows = super().to_write(reader).filter(stage__in=LIVE)
        return rows.select_related("position__mission", "person__service")

    def cell(self, record: Nomination, column: Column) -> Any:
        if column.field == "since":
            return timezone.localdate(record.stage_since)
        return super().cell(record, column)
