"""Agreements with partner services at their stage of ending, with nothing to follow."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from flags.detect.found import ONE_DAY, Found, ending
from flags.models import Kind, thresholds
from personnel.models import PartnerAgreement

KINDS = [Kind.AGREEMENT_ENDING]


def find(today: dt.date) -> Iterator[Found]:
    """Binding agreements of active services; one that another follows the day after is not ending."""
    stages = thresholds().get(Kind.AGREEMENT_ENDING, [])
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
        yield ending(Kind.AGREEMENT_ENDING, paper, paper.ends_on, stages, today, service_id=paper.service_id)
