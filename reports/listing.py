"""The rows behind a figure as its page lists them: which columns they have, and where each of them leads."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission
from accounts.models import User
from deployments.models import Consent, Deployment, Nomination, NominationTransition
from deployments.models.nominations import Stage
from deployments.models.statuses import Status
from foundation.as_of import AsOf
from foundation.tables import Column, Table
from missions.models import Area, Authorization, Mission
from missions.models.names import named_as_of
from missions.models.succession import areas_on
from personnel.models import Credential, PartnerAgreement, Person
from reports import naming
from reports.measures import MEASURES, Measure

STAYS = (
    Column("person", _("Name"), "person_as_then"),
    Column("service", _("Police service"), "service"),
    Column("area", _("Country or region"), "area_shown"),
    Column("mission", _("Mission"), "mission"),
    Column("first_day", _("First day"), "first_day"),
    Column("last_day", _("Last day"), "last_day"),
    Column("status", _("Status"), "status_then"),
)
PEOPLE = (
    Column("person", _("Name"), str),
    Column("category", _("Category"), "get_category_display"),
    Column("service", _("Police service"), "service"),
)
AREAS = (
    Column("name", _("Country or region"), "name"),
    Column("kind", _("Kind"), "get_kind_display"),
)
AUTHORIZATIONS = (
    Column("area", _("Country or region"), "area"),
    Column("reference", _("Reference"), "reference"),
    Column("valid_from", _("In force from"), "valid_from"),
    Column("valid_to", _("In force until"), "valid_to"),
)
MISSIONS = (
    Column("name", _("Mission"), "name"),
    Column("area", _("Country or region"), "area_shown"),
    Column("lead", _("Lead organization"), "lead"),
    Column("kind", _("Kind"), "get_kind_display"),
)
NOMINATIONS = (
    Column("person", _("Name"), "person"),
    Column("service", _("Home service"), "service"),
    Column("position", _("Position"), "position"),
    Column("mission", _("Mission"), "position.mission"),
    Column("stage", _("Stage"), lambda row: Stage(row.stage_then).label),
)
MOVES = (
    Column("person", _("Name"), "nomination.person"),
    Column("service", _("Home service"), "nomination.service"),
    Column("position", _("Position"), "nomination.position"),
    Column("state", _("State"), "get_from_status_display"),
    Column("left_at", pgettext_lazy("state", "Left at"), "at"),
    Column("next", pgettext_lazy("state", "Then"), "get_to_status_display"),
)

CREDENTIALS = (
    Column("person", _("Name"), "person"),
    Column("service", _("Police service"), "person.service"),
    Column("credential", _("Credential"), str),
    Column("issued_on", _("Issued on"), "issued_on"),
    Column("expires_on", _("Valid until"), "expires_on"),
)
AGREEMENTS = (
    Column("service", _("Police service"), "service"),
    Column("reference", _("Document reference"), "reference"),
    Column("starts_on", _("First day"), "starts_on"),
    Column("ends_on", _("Last day"), "ends_on"),
)
CONSENTS = (
    Column("person", _("Name"), "person"),
    Column("service", _("Home service"), "service"),
    Column("mission", _("Mission"), "mission"),
    Column("starts_on", _("First day"), "starts_on"),
    Column("last_day", _("Last day"), lambda row: row.covered()[1]),
    Column("state", _("State"), "get_state_display"),
)


@dataclass(frozen=True)
class Listing:
    """How rows of one model are listed: columns, order, what comes with them, and who may follow the link of a row."""

    columns: tuple[Column, ...]
    order: tuple[str, ...]
    related: tuple[str, ...] = ()
    leads_to: str = ""
    permission: Permission = Permission.DEPLOYMENT_SEE


LISTINGS: dict[type[Model], Listing] = {
    Deployment: Listing(STAYS, ("person__sort_name", "id"), ("person", "rank", "service", "mission__area")),
    Person: Listing(PEOPLE, ("sort_name", "id"), ("service", "rank"), permission=Permission.PERSON_SEE),
    Area: Listing(AREAS, ("listing_order", "id"), permission=Permission.MISSION_SEE),
    Authorization: Listing(
        AUTHORIZATIONS, ("area__listing_order", "id"), ("area",), "area", permission=Permission.MISSION_SEE
    ),
    Credential: Listing(
        CREDENTIALS,
        ("expires_on", "person__sort_name", "id"),
        ("person__rank", "person__service", "kind", "profile"),
        "person",
        permission=Permission.PERSON_SEE,
    ),
    PartnerAgreement: Listing(AGREEMENTS, ("ends_on", "id"), ("service",), permission=Permission.SERVICE_SEE),
    Consent: Listing(
        CONSENTS,
        ("ends_on", "id"),
        ("person__rank", "service", "mission"),
        permission=Permission.NOMINATION_SEE,
    ),
    Mission: Listing(MISSIONS, ("code", "id"), ("area", "lead"), permission=Permission.MISSION_READ),
    Nomination: Listing(
        NOMINATIONS,
        ("person__sort_name", "id"),
        ("person__rank", "service", "position__mission"),
        permission=Permission.NOMINATION_SEE,
    ),
    NominationTransition: Listing(
        MOVES,
        ("-at", "-id"),
        ("nomination__person__rank", "nomination__service", "nomination__position__mission"),
        "nomination",
        permission=Permission.NOMINATION_SEE,
    ),
}


def _whole(value: Any) -> Any:
    """A duration as whole days."""
    return value.days if isinstance(value, dt.timedelta) else value


def _table(measure: Measure, model: type[Model]) -> Table:
    columns = LISTINGS[model].columns
    if measure.own:
        columns = (*columns, Column(measure.own, measure.own_label, lambda row: _whole(getattr(row, measure.own))))
    return Table(f"figure_{measure.name}", measure.label, columns)


TABLES = {name: _table(measure, measure.of) for name, measure in MEASURES.items()}
"""The table of each measure, by its name."""


def ordered(rows: QuerySet) -> QuerySet:
    """The rows of a figure in the order of their list, with what their columns show."""
    listing = LISTINGS[rows.model]
    return rows.select_related(*listing.related).order_by(*listing.order)


def told(rows: Iterable[Any], day: AsOf) -> list[Any]:
    """Rows with what their columns show of a day: names and areas of then, and the status that the dates give."""
    found = list(rows)
    if not found:
        return found
    if isinstance(found[0], Deployment):
        naming.stays_in_areas_as_of(found, day.on, today=day.today)
        for stay in found:
            then = stay.status_on(day.on) if day.is_past else None
            stay.status_then = Status(then or stay.status).label
    elif isinstance(found[0], Mission):
        areas = areas_on(found, day.on)
        named_as_of([*found, *areas.values()], day.on, today=day.today)
        for mission in found:
            mission.area_shown = areas[mission.pk]
    elif isinstance(found[0], Area):
        named_as_of(found, day.on, today=day.today)
    return found


def link(row: Any, reader: User) -> str:
    """The address to which a row leads; empty where the reader may not open it."""
    listing = LISTINGS[type(row)]
    if not reader.may(listing.permission):
        return ""
    return (getattr(row, listing.leads_to) if listing.leads_to else row).get_absolute_url()
