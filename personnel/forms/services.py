"""Police services and the agreements with them."""

import datetime as dt

from audit.conflicts import VersionedForm
from foundation.days import day_formfield
from personnel.forms.days import not_in_future
from personnel.models import PartnerAgreement, PoliceService


class AgreementForm(VersionedForm):
    class Meta:
        model = PartnerAgreement
        fields = ["reference", "state", "starts_on", "ends_on", "needs_province", "province_approved_on"]
        formfield_callback = day_formfield

    def clean_province_approved_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["province_approved_on"])


class ServiceForm(VersionedForm):
    """The redline of a service: how many people it can spare. Beyond it there is a warning, no refusal."""

    class Meta:
        model = PoliceService
        fields = ["officers", "redline_heads", "redline_percent"]
        formfield_callback = day_formfield
