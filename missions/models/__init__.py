from missions.models.authority import HIGHEST_CAP, Area, Authorization, Ceiling, Language
from missions.models.missions import LeadOrganization, Mission, Position

__all__ = [
    "HIGHEST_CAP",
    "Area",
    "Authorization",
    "Ceiling",
    "Language",
    "LeadOrganization",
    "Mission",
    "Position",
]
