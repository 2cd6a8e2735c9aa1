from missions.models.authority import HIGHEST_CAP, Area, Authorization, Ceiling, Language
from missions.models.demands import CredentialKind, MissionProfile, RankBand, Skill, Tongue
from missions.models.missions import LeadOrganization, Mission
from missions.models.positions import Position, Requirement
from missions.models.states import MissionState

__all__ = [
    "HIGHEST_CAP",
    "Area",
    "Authorization",
    "Ceiling",
    "CredentialKind",
    "Language",
    "LeadOrganization",
    "Mission",
    "MissionProfile",
    "MissionState",
    "Position",
    "RankBand",
    "Requirement",
    "Skill",
    "Tongue",
]
