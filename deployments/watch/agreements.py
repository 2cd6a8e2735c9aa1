"""Flags agreements with partner services that end soon, or ended while people are away, with no other to follow."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from deployments.models import Deployment
from flags.found import ONE_DAY, Found, at_the_smallest, ending
from flags.kinds import Audience, Kind, NextAct, Sweep, detects
from flags.models import Flag, Severity, thresholds
from personnel.models import PartnerAgreement

ENDED = "ended"
"""The stage of an agreement that ran out while people of the service are away."""


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["service"] = flag.subject.service
    if flag.stage == ENDED:
        return _("%(service)s: agreement %(subject)s ended on %(day)s, none is in force, and people are away.") % params
    return _("%(service)s: agreement %(subject)s ends on %(day)s, and none follows.") % params


def _agreement(flag: Flag, reader: User) -> NextAct | None:
    if not reader.may(Permission.SERVICE_EDIT):
        return None
    return NextAct(_("Record an agreement"), reverse("agreement_add", args=[flag.subject.service_id]))


AGREEMENT_ENDING = Kind(
    "agreement_ending",
    _lazy("Agreement ending"),
    (PartnerAgreement,),
    _say,
    Audience.SERVICES,
    ("service",),
    name_of=lambda agreement: (agreement.service,),
    closes=_lazy("It closes when an agreement that follows is recorded."),
    next_acts=(_agreement,),
    urgent_on=at_the_smallest,
    threshold_label=_lazy("Agreement ending: days before the end"),
    default_thresholds=(180, 90, 30),
)


@detects(AGREEMENT_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Binding agreements of active services that end within the greatest threshold; and those that have ended, as long
    as people of the service are in mission and no other is in force.

    One that another continues without a day between is not flagged.
    """
    stages = thresholds().get(AGREEMENT_ENDING.code, [])
    if not stages:
        return
    last = today + stages[-1] * ONE_DAY
    binding = PartnerAgreement.objects.binding().not_continued()
    agreements = binding.filter(ends_on__range=(today, last), service__is_active=True)
    for agreement in agreements:
        yield ending(AGREEMENT_ENDING, agreement, agreement.ends_on, stages, today, service_id=agreement.service_id)
    yield from _ended(today)


def _ended(today: dt.date) -> Iterator[Found]:
    later = PartnerAgreement.objects.binding().filter(
        service=OuterRef("service"), ends_on__gt=OuterRef("ends_on"), starts_on__lte=today
    )
    away = Deployment.objects.in_mission().filter(service=OuterRef("service"))
    agreements = PartnerAgreement.objects.binding().filter(~Exists(later), Exists(away), ends_on__lt=today)
    for agreement in agreements:
        yield Found(
            kind=AGREEMENT_ENDING,
            subject=agreement,
            stage=ENDED,
            severity=Severity.ACT,
            day=agreement.ends_on,
            service_id=agreement.service_id,
        )
