"""Offers that a home service has not answered."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models import Consent
from flags.found import ONE_DAY, Found, tightest
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params |= {"person": flag.subject.person, "mission": flag.subject.mission}
    return _("%(person)s, %(mission)s: the answer of the home service is due by %(day)s.") % params


OFFER_UNANSWERED = Kind(
    "offer_unanswered",
    _lazy("Request for consent not answered"),
    (Consent,),
    _say,
    Audience.SERVICES,
    ("person__rank", "mission"),
    name_of=lambda offer: (offer.person, offer.mission),
    closes=_lazy("It closes when the home service answers, or the office withdraws what it asked."),
    threshold_label=_lazy("Request for consent not answered: days before the last day to answer"),
    default_thresholds=(5,),
)


@detects(OFFER_UNANSWERED, sweep=Sweep.WAITING)
def find(today: dt.date) -> Iterator[Found]:
    """Offers whose last day to answer is near, or has passed."""
    stages = thresholds().get(OFFER_UNANSWERED.code, [])
    if not stages:
        return
    last = today + stages[-1] * ONE_DAY
    for row in Consent.objects.waiting().filter(answer_by__lte=last).select_related("mission"):
        left = (row.answer_by - today).days
        yield Found(
            kind=OFFER_UNANSWERED,
            subject=row,
            stage="late" if left < 0 else str(tightest(stages, left)),
            severity=Severity.ACT,
            day=row.answer_by,
            area_id=row.mission.area_id,
            service_id=row.service_id,
        )
