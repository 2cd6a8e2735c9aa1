"""What the lists of deployments, nominations, waivers and corrections hold when they are taken along."""

from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from deployments.candidates.matching import Match
from deployments.corrections import values
from deployments.models import Consent, Correction, Deployment
from deployments.models.statuses import Status
from foundation.as_of import AsOf
from foundation.tables import Column, Table
from personnel.models import Person

DEPLOYMENTS = Table(
    "deployments",
    _("Deployments"),
    (
        Column("person", _("Name"), "person_as_then"),
        Column("service_number", _("Service number"), "service_number_told"),
        Column("area", _("Country or region"), "area_shown"),
        Column("mission", _("Mission"), "mission"),
        Column("mission_code", _("Code of the mission"), "mission.code"),
        Column("service", _("Police service"), "service"),
        Column("first_day", _("First day"), "first_day"),
        Column("last_day", _("Last day"), "last_day"),
        Column("status", _("Status"), "status_then"),
        Column("overdue", _("Overdue"), "overdue_then"),
    ),
)
NOMINATIONS = Table(
    "nominations",
    _("Nominations"),
    (
        Column("person", _("Name"), "person"),
        Column("service_number", _("Service number"), "person.service_number"),
        Column("position_number", _("Number of the position"), "position.number"),
        Column("position", _("Position"), "position.title"),
        Column("mission", _("Mission"), "position.mission"),
        Column("mission_code", _("Code of the mission"), "position.mission.code"),
        Column("service", _("Home service"), "service"),
        Column("stage", _("Stage"), "get_stage_display"),
        Column("stage_since", _("Since"), "stage_since"),
        Column("starts_on", _("First day"), "starts_on"),
        Column("ends_on", _("Last day"), "ends_on"),
    ),
)
WAIVERS = Table(
    "waivers",
    _("Waivers"),
    (
        Column("person", _("Name"), "person"),
        Column("service_number", _("Service number"), "person.service_number"),
        Column("mission", _("Mission"), "mission"),
        Column("mission_code", _("Code of the mission"), "mission.code"),
        Column("state", _("State"), "get_state_display"),
        Column("asked_by", _("Asked for by"), "asked_by"),
        Column("asked_at", _("Asked for at"), "asked_at"),
        Column("decided_by", _("Decided by"), "decided_by"),
        Column("decided_at", _("Decided at"), "decided_at"),
        Column("ends_on", _("Until"), "ends_on"),
    ),
)
EXCESSES = Table(
    "beyond-the-cap",
    _("Recorded beyond the cap"),
    (
        Column("person", _("Name"), "deployment.person_as_then"),
        Column("service_number", _("Service number"), "deployment.person.service_number"),
        Column("mission", _("Mission"), "deployment.mission"),
        Column("mission_code", _("Code of the mission"), "deployment.mission.code"),
        Column("first_day", _("First day"), "first_day"),
        Column("last_day", _("Last day"), "last_day"),
        Column("cause", _("Cause"), "get_cause_display"),
        Column("reason", _("Reason"), "reason_in_words"),
        Column("recorded_by", _("Recorded by"), "recorded_by"),
        Column("recorded_at", _("Recorded at"), "recorded_at"),
        Column("confirmed_by", _("Confirmed by"), "confirmed_by"),
        Column("confirmed_at", _("Confirmed at"), "confirmed_at"),
    ),
)
CORRECTIONS = Table(
    "corrections",
    _("Corrections"),
    (
        Column("kind", _("Kind"), lambda correction: capfirst(correction.subject._meta.verbose_name)),
        Column("subject", _("What"), "subject"),
        Column("state", _("State"), "get_state_display"),
        Column("changes", _("What is put right"), "changes_in_words"),
        Column("asked_by", _("Asked for by"), "asked_by"),
        Column("asked_at", _("Asked for at"), "asked_at"),
        Column("decided_by", _("Decided by"), "decided_by"),
        Column("decided_at", _("Decided at"), "decided_at"),
    ),
)


class Placed(NamedTuple):
    """A candidate for a position: the place, the first being the best, and the newest consent that was asked for."""

    place: int
    match: Match
    consent: Consent | None


def _consent(placed: Placed) -> object:
    if placed.consent:
        return placed.consent.get_state_display()
    return None if placed.match.nomination.service.is_partner else _("Not needed")


SELECTION = Table(
    "selection",
    pgettext_lazy("title", "Selection"),
    (
        Column("place", pgettext_lazy("rank", "Place"), "place"),
        Column("person", _("Name"), "match.nomination.person"),
        Column("service_number", _("Service number"), "match.nomination.person.service_number"),
        Column("service", _("Home service"), "match.nomination.service"),
        Column("stage", _("Stage"), "match.nomination.get_stage_display"),
        Column("reasons", _("Why this place"), lambda placed: " ".join(placed.match.reasons)),
        Column("consent", _("Consent"), _consent),
        Column("reserve_rank", _("Reserve"), "match.nomination.reserve_rank"),
    ),
)


def deployments_told(stays: list[Deployment], reader: User, day: AsOf) -> list[Deployment]:
    """Deployments with their status of a day, and with the service number where the reader sees the person."""
    people = Person.objects.visible_to(reader).filter(pk__in=[stay.person_id for stay in stays])
    visible = set(people.values_list("pk", flat=True))
    for stay in stays:
        then = stay.status_on(day.on) if day.is_past else None
        stay.status_then = Status(then or stay.status).label  # type: ignore[attr-defined]
        stay.service_number_told = stay.person.service_number if stay.person_id in visible else ""  # type: ignore[attr-defined]
        stay.overdue_then = day.is_today and stay.is_overdue(day.today)  # type: ignore[attr-defined]
    return stays


def corrections_told(corrections: list[Correction]) -> list[Correction]:
    """Corrections with what each puts right, in words."""
    known = values.referred((type(row.subject), row.changes) for row in corrections)
    for row in corrections:
        told = values.lines(type(row.subject), row.changes, known)
        row.changes_in_words = "; ".join(f"{line.label}: {line.old} → {line.new}" for line in told)  # type: ignore[attr-defined]
    return corrections
