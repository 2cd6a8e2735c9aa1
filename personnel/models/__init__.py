from personnel.models.people import Person
from personnel.models.services import PoliceService, Rank

__all__ = ["Person", "PoliceService", "Rank"]
