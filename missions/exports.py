"""What the lists of countries and regions, missions, positions and rosters hold when they are taken along."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.models import CallOut, RosterEntry
from deployments.watch.rosters import with_standing
from foundation.as_of import AsOf
from foundation.tables import Column, Table
from missions.models import MissionState

AREAS = Table(
    "areas",
    _("Countries and regions"),
    (
        Column("name", _("Country or region"), "area"),
        Column("code", pgettext_lazy("row", "Code"), "area.code"),
        Column("kind", _("Kind"), "area.get_kind_display"),
        Column("authorization", _("Authorization"), "authorization.reference"),
        Column("cap", _("Authorized police deployments"), "authorization.cap"),
        Column("valid_from", _("In force from"), "authorization.valid_from"),
        Column("valid_to", _("In force until"), "authorization.valid_to"),
    ),
)
MISSIONS = Table(
    "missions",
    _("Missions"),
    (
        Column("name", _("Mission"), "name"),
        Column("code", pgettext_lazy("row", "Code"), "code"),
        Column("area", _("Country or region"), "area_shown"),
        Column("lead", _("Lead organization"), "lead"),
        Column("kind", _("Kind"), "get_kind_display"),
        Column("state", _("State"), lambda mission: MissionState.State(mission.state_then).label),
        Column("starts_on", _("First day"), "starts_on"),
        Column("ends_on", _("Last day"), "ends_on"),
        Column("deployed", _("Deployed on this day"), "deployed_then"),
    ),
)
POSITIONS = Table(
    "positions",
    _("Positions"),
    (
        Column("number", _("Number of the position"), "number"),
        Column("title", _("Position"), "title"),
        Column("mission", _("Mission"), "mission"),
        Column("mission_code", _("Code of the mission"), "mission.code"),
        Column("area", _("Country or region"), "area_shown"),
        Column("stream", _("Stream"), "get_stream_display"),
        Column("places", _("Places"), "places"),
        Column("taken", _("Places taken"), "taken"),
        Column("needed_from", _("Needed from"), "needed_from"),
        Column("call", _("Call"), "call_state.label"),
        Column("call_opens", _("Call opens"), "call_opens"),
        Column("call_closes", _("Call closes"), "call_closes"),
        Column("put_forward", _("Nominations"), "put_forward"),
    ),
)
ROSTER = Table(
    "roster",
    pgettext_lazy("title", "Roster"),
    (
        Column("person", _("Name"), "person"),
        Column("service_number", _("Service number"), "person.service_number"),
        Column("service", _("Police service"), "person.service"),
        Column("standing", _("Standing"), "standing_then.label"),
        Column("taken_off_on", _("Taken off on"), "taken_off_on"),
        Column("nominated_on", _("Nominated on"), "nominated_on"),
        Column("training_on", _("Training place on"), "training_then"),
        Column("certified_on", _("Certified on"), "certified_then"),
        Column("certified_until", _("Certified until"), "certified_until_then"),
        Column("call_outs", _("Call-outs"), "call_outs_in_words"),
    ),
)


def entries_told(rows: Iterable[RosterEntry], *, day: AsOf) -> list[RosterEntry]:
    """Entries with what was known of them on a day: their standing, the training, the certification, the call-outs."""
    entries: list[Any] = with_standing(rows, day.on)
    for entry in entries:
        is_certified = entry.certified_on is not None and entry.certified_on <= day.on
        was_trained = entry.training_on is not None and not (day.is_past and entry.training_on > day.on)
        entry.training_then = entry.training_on if was_trained else None
        entry.certified_then = entry.certified_on if is_certified else None
        entry.certified_until_then = entry.certified_until if is_certified else None
        known = [one for one in entry.call_outs.all() if not day.is_past or one.first_day <= day.on]
        entry.call_outs_in_words = "; ".join(_in_words(call_out) for call_out in known)
    return entries


def _in_words(call_out: CallOut) -> str:
    last = call_out.last_day or _("until further notice")
    return f"{call_out.first_day} – {last}, {call_out.place}"
