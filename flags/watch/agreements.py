"""Flags agreements with partner services that end soon, with no other to follow."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from flags.found import ONE_DAY, Found, ending
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, thresholds
from personnel.models import PartnerAgreement


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["service"] = flag.subject.service
    return _("%(service)s: agreement %(subject)s ends on %(day)s, and none follows.") % params


AGREEMENT_ENDING = Kind(
    "agreement_ending",
    _lazy("Agreement ending"),
    (PartnerAgreement,),
    _say,
    Audience.SERVICES,
    ("service",),
    threshold_label=_lazy("Agreement ending: days before the end"),
    default_thresholds=(180, 90, 30),
)


@detects(AGREEMENT_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Binding agreements of active services that end within the greatest threshold.

    One that another continues without a day between is not flagged.
    """
    stages = thresholds().get(AGREEMENT_ENDING.code, [])
    if not stages:
        return
    following = PartnerAgreement.objects.binding().filter(
        service=OuterRef("service"), ends_on__gt=OuterRef("ends_on"), starts_on__lte=OuterRef("ends_on") + ONE_DAY
    )
    last = today + stages[-1] * ONE_DAY
    agreements = PartnerAgreement.objects.binding().filter(
        ~Exists(following), ends_on__range=(today, last), service__is_active=True
    )
    for agreement in agreements:
        yield ending(AGREEMENT_ENDING, agreement, agreement.ends_on, stages, today, service_id=agreement.service_id)
