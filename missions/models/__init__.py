from missions.models.authority import HIGHEST_CAP, Area, AreaFormerName, Authorization, Ceiling, Language
from missions.models.demands import CredentialKind, MissionProfile, RankBand, Skill, ThematicArea, Tongue
from missions.models.leads import LeadOrganization
from missions.models.missions import Mission, MissionFormerName
from missions.models.positions import Position, Requirement
from missions.models.public_table import PublicTable
from missions.models.roles import Role, Team
from missions.models.states import MissionState
from missions.models.succession import AreaSuccession, FormerArea

__all__ = [
    "HIGHEST_CAP",
    "Area",
    "AreaFormerName",
    "AreaSuccession",
    "Authorization",
    "Ceiling",
    "CredentialKind",
    "FormerArea",
    "Language",
    "LeadOrganization",
    "Mission",
    "MissionFormerName",
    "MissionProfile",
    "MissionState",
    "Position",
    "PublicTable",
    "RankBand",
    "Requirement",
    "Role",
    "Skill",
    "Team",
    "ThematicArea",
    "Tongue",
]
