"""What a mission and a position ask of the person who goes there."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from missions.models import Authorization, CredentialKind, Mission, Position, Requirement


@dataclass(frozen=True)
class Demand:
    """Everything that is asked for a stay from `first` through `last`, the same for every candidate.

    `credentials` are (kind, mandatory) pairs, the mandatory ones first: those of the lead organization, the mission and
    the position, and those of all who go armed. What a lead organization asks of who serves in its missions it does
    not ask at an opportunity beside them, such as a course of two weeks. `language` is the language of operation on
    the first day, "" when none is known. `since` is the day from which papers must hold: the first day of a stay to
    come, a later one where somebody has been there for a while, so that what was renewed during the stay counts.
    """

    mission: Mission
    position: Position | None
    first: dt.date
    last: dt.date
    since: dt.date
    language: str
    armed: bool
    credentials: tuple[tuple[CredentialKind, bool], ...]

    @property
    def years_of_service(self) -> int:
        """How many years of police service are needed: those of the position, else those of the office."""
        of_position = self.position.years_of_service if self.position else None
        return settings.YEARS_OF_SERVICE if of_position is None else of_position


class Stay(NamedTuple):
    """One stay that is judged; `since` as in `Demand`, its first day when nothing else is said."""

    mission: Mission
    position: Position | None
    first: dt.date
    last: dt.date
    since: dt.date | None = None


def for_stay(mission: Mission, position: Position | None, first: dt.date, last: dt.date) -> Demand:
    """The demand of one stay, in three queries; two where nobody goes armed."""
    return for_stays([Stay(mission, position, first, last)])[0]


def for_stays(stays: Iterable[Stay]) -> list[Demand]:
    """The demands of several stays, in the same order, in three queries. Each mission comes with its lead."""
    stays = list(stays)
    missions = {stay.mission.pk for stay in stays}
    leads = {stay.mission.lead_id for stay in stays}
    positions = {stay.position.pk for stay in stays if stay.position}
    areas = {stay.mission.area_id_on(stay.first) for stay in stays}
    authorizations = list(Authorization.objects.issued().filter(area__in=areas))
    requirements = list(
        Requirement.objects.filter(Q(lead__in=leads) | Q(mission__in=missions) | Q(position__in=positions))
        .filter(kind__is_active=True)
        .select_related("kind")
    )
    # Not read before the first stay that goes armed.
    firearms_kinds = CredentialKind.objects.filter(for_armed=True, is_active=True)
    return [_demand(stay, authorizations, requirements, firearms_kinds) for stay in stays]


def goes_armed(mission: Mission, position: Position | None, authorization: Authorization | None) -> bool:
    """The armed status of the position, else of the mission, else of the authorization in force; without any: no."""
    specified = position.armed if position and position.armed is not None else mission.armed
    return bool(authorization and authorization.armed) if specified is None else specified


def _demand(
    stay: Stay,
    authorizations: list[Authorization],
    requirements: list[Requirement],
    firearms_kinds: Iterable[CredentialKind],
) -> Demand:
    mission, position, first, last, since = stay
    of_area = [authorization for authorization in authorizations if authorization.area_id == mission.area_id_on(first)]
    in_force = next((authorization for authorization in of_area if authorization.is_in_force(first)), None)
    armed = goes_armed(mission, position, in_force)
    kinds: dict[CredentialKind, bool] = dict.fromkeys(firearms_kinds, True) if armed else {}
    for requirement in requirements:
        applies = (
            (requirement.lead_id == mission.lead_id and mission.kind != Mission.Kind.OPPORTUNITY)
            or requirement.mission_id == mission.pk
            or (position is not None and requirement.position_id == position.pk)
        )
        if applies:  # a kind that one of them recommends and another demands is mandatory
            kinds[requirement.kind] = kinds.get(requirement.kind, False) or requirement.mandatory
    return Demand(
        mission=mission,
        position=position,
        first=first,
        last=last,
        since=since or first,
        language=mission.language or (in_force.language if in_force else ""),
        armed=armed,
        credentials=tuple(sorted(kinds.items(), key=lambda pair: (not pair[1], pair[0].code))),
    )
