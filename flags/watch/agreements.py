"""Agreements with partner services at their stage of ending, with nothing to follow."""

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
    numbers=_lazy("Agreement ending: days before the end"),
    begins_with=(180, 90, 30),
)


@detects(AGREEMENT_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Binding agreements of active services; one that another follows the day after is not ending."""
    stages = thresholds().get(AGREEMENT_ENDING.code, [])
    if not stages:
        return
    following = PartnerAgreement.objects.binding().filter(
        service=OuterRef("service"), ends_on__gt=OuterRef("ends_on"), starts_on__lte=OuterRef("ends_on") + ONE_DAY
    )
    last = today + stages[-1] * ONE_DAY
    found = PartnerAgreement.objects.binding().filter(
        ~Exists(following), ends_on__range=(today, last), service__is_active=True
    )
    for paper in found:
        yield ending(AGREEMENT_ENDING, paper, paper.ends_on, stages, today, service_id=paper.service_id)
