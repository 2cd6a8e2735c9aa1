from personnel.forms.days import not_in_future
from personnel.forms.papers import AttestationForm, AvailabilityForm, CredentialForm, LanguageForm, VerificationForm
from personnel.forms.people import (
    ContactForm,
    ContactReasonForm,
    EligibilityForm,
    PersonForm,
    check_change_of_service,
    check_dates,
)
from personnel.forms.services import AgreementForm, ServiceForm

__all__ = [
    "AgreementForm",
    "AttestationForm",
    "AvailabilityForm",
    "ContactForm",
    "ContactReasonForm",
    "CredentialForm",
    "EligibilityForm",
    "LanguageForm",
    "PersonForm",
    "ServiceForm",
    "VerificationForm",
    "check_change_of_service",
    "check_dates",
    "not_in_future",
]
