"""Agreements with partner services."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from personnel.models import PartnerAgreement
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.values import Choice, Day, Line, Reference, YesNo


class AgreementsKind(Kind):
    code = "agreements"
    label = _("Agreements")
    model = PartnerAgreement
    permission = Permission.RECORDS_IMPORT
    key = ("reference",)
    columns = [
        Column("service", _("Police service"), Reference("services"), aliases.SERVICE, needed_for_new=True),
        Column("reference", _("Document reference"), Line(60), aliases.REFERENCE, required=True),
        Column("starts_on", _("First day"), Day(), aliases.FIRST_DAY, needed_for_new=True),
        Column("ends_on", _("Last day"), Day(), aliases.LAST_DAY, needed_for_new=True),
        Column("state", _("State"), Choice(PartnerAgreement.State), aliases.STATE, needed_for_new=True),
        Column("needs_province", _("The province must approve"), YesNo()),
        Column("province_approved_on", _("Approved by the province on"), Day()),
    ]
    example = {
        "service": "example-police",
        "reference": "AGR-EX-2024",
        "starts_on": dt.date(2024, 4, 1),
        "ends_on": dt.date(2029, 3, 31),
        "state": PartnerAgreement.State.SIGNED,
        "needs_province": False,
    }

    def names(self, record: PartnerAgreement) -> Iterator[str]:
        yield record.reference
