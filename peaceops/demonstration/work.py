"""What people do in the missions: teams, what positions are about, and the roles of those who are there or to come."""

import tomllib
from pathlib import Path

from deployments.models import Deployment, DeploymentRole
from missions.models import Mission, Position, Role, Team
from personnel.models import Person

WORK = tomllib.loads((Path(__file__).parent / "work.toml").read_text(encoding="utf-8"))


def share_out() -> None:
    """Name teams, describe positions, and say what everybody does who is there or approved to come."""
    roles = {role.code: role for role in Role.objects.all()}
    teams = {code: _team(code, name_en, name_fr) for code, name_en, name_fr in WORK["teams"]}
    told = {row["number"]: row for row in WORK["positions"]}
    filled: dict[int, Position] = {}  # by stay
    for position in Position.objects.filter(number__in=told).select_related("mission").order_by("number"):
        _describe(position, told[position.number], roles, teams)
        if stay := _first_who_fits(position, filled):
            filled[stay.pk] = position
    stays = Deployment.objects.approved_or_in_mission().select_related("mission").order_by("mission", "starts_on", "id")
    for number, stay in enumerate(stays):
        usual = WORK["roles"][stay.mission.code]
        codes = usual[number % len(usual)]
        if stay.pk in filled:
            stay.position, codes = filled[stay.pk], told[filled[stay.pk].number]["roles"]
        stay.team = None if "leadership" in codes else teams.get(stay.mission.code)
        stay.save()
        DeploymentRole.objects.bulk_create(DeploymentRole(deployment=stay, role=roles[code]) for code in codes)


def _team(code: str, name_en: str, name_fr: str) -> Team:
    return Team.objects.create(mission=Mission.objects.get(code=code), name_en=name_en, name_fr=name_fr)


def _describe(position: Position, told: dict, roles: dict[str, Role], teams: dict[str, Team]) -> None:
    for language in ("en", "fr"):
        setattr(position, f"description_{language}", told[f"description_{language}"])
        setattr(position, f"tasks_{language}", "\n".join(told[f"tasks_{language}"]))
    position.team = None if "leadership" in told["roles"] else teams.get(position.mission.code)
    position.save()
    position.roles.set([roles[code] for code in told["roles"]])


def _first_who_fits(position: Position, filled: dict[int, Position]) -> Deployment | None:
    """Who fills a position without a call: of those who are there, and fill no other, the one who stays longest."""
    if position.call_opens:
        return None
    civilian = position.stream == Position.Stream.ANALYST
    category = Person.Category.CIVILIAN if civilian else Person.Category.POLICE
    there = Deployment.objects.in_mission().filter(mission=position.mission, person__category=category)
    return there.exclude(pk__in=filled).order_by("-ends_on", "id").first()
