"""What a mission and a position ask of whoever goes there."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from missions.models import Authorization, CredentialKind, Mission, Position, Requirement


@dataclass(frozen=True)
class Demand:
    """All that is asked for a stay from `first` through `last`: what is true of the post, not of anybody.

    `credentials` are (kind, mandatory) pairs: those of the lead organization, of the mission, of the position, and
    those of all who go armed. `language` is the language of operation on the first day ("" when none is known).
    """

    mission: Mission
    position: Position | None
    first: dt.date
    last: dt.date
    language: str
    armed: bool
    credentials: tuple[tuple[CredentialKind, bool], ...]

    @property
    def years_of_service(self) -> int:
        own = self.position.years_of_service if self.position else None
        return settings.YEARS_OF_SERVICE if own is None else own


def of(mission: Mission, position: Position | None, first: dt.date, last: dt.date) -> Demand:
    """What is asked of one stay, in three queries."""
    return of_many([(mission, position, first, last)])[0]


def of_many(stays: Iterable[tuple[Mission, Position | None, dt.date, dt.date]]) -> list[Demand]:
    """What is asked of several stays, in three queries for all of them. Each mission comes with its lead."""
    stays = list(stays)
    missions = {mission.pk for mission, _position, _first, _last in stays}
    leads = {mission.lead_id for mission, _position, _first, _last in stays}
    positions = {position.pk for _mission, position, _first, _last in stays if position}
    areas = {mission.area_id for mission, _position, _first, _last in stays}
    papers = list(Authorization.objects.issued().filter(area__in=areas))
    asked = list(
        Requirement.objects.filter(Q(lead__in=leads) | Q(mission__in=missions) | Q(position__in=positions))
        .filter(kind__is_active=True)
        .select_related("kind")
    )
    when_armed = list(CredentialKind.objects.filter(for_armed=True, is_active=True))
    return [_demand(*stay, papers, asked, when_armed) for stay in stays]


def goes_armed(mission: Mission, position: Position | None, paper: Authorization | None) -> bool:
    """The status of the position, else of the mission, else of the authorization in force."""
    own = position.armed if position and position.armed is not None else mission.armed
    return bool(paper and paper.armed) if own is None else own


def _demand(mission, position, first, last, papers, asked, when_armed) -> Demand:
    here = [paper for paper in papers if paper.area_id == mission.area_id]
    paper = next((paper for paper in here if paper.is_in_force(first)), None)
    armed = goes_armed(mission, position, paper)
    kinds: dict[CredentialKind, bool] = dict.fromkeys(when_armed, True) if armed else {}
    for requirement in asked:
        applies = (
            requirement.lead_id == mission.lead_id
            or requirement.mission_id == mission.pk
            or (position is not None and requirement.position_id == position.pk)
        )
        if applies:
            kinds[requirement.kind] = kinds.get(requirement.kind, False) or requirement.mandatory
    return Demand(
        mission=mission,
        position=position,
        first=first,
        last=last,
        language=mission.language or (paper.language if paper else ""),
        armed=armed,
        credentials=tuple(sorted(kinds.items(), key=lambda pair: (not pair[1], pair[0].code))),
    )
