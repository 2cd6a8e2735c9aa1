from personnel.models.agreements import PartnerAgreement
from personnel.models.contacts import Availability, EmergencyContact
from personnel.models.credentials import Attestation, Credential, LanguageTest
from personnel.models.identities import FormerName, TwoPeople
from personnel.models.people import Person
from personnel.models.services import PoliceService, Rank, ServiceFormerName

__all__ = [
    "Attestation",
    "Availability",
    "Credential",
    "EmergencyContact",
    "FormerName",
    "LanguageTest",
    "PartnerAgreement",
    "Person",
    "PoliceService",
    "Rank",
    "ServiceFormerName",
    "TwoPeople",
]
