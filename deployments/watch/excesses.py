"""Flags what is recorded beyond a cap, until it is confirmed, over, and has been there to be seen for a while."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models import Excess
from flags.found import ONE_DAY, Found
from flags.kinds import Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds
from foundation.sentences import day as in_words


def _say(flag: Flag, params: dict[str, Any]) -> str:
    deployment = flag.subject.deployment
    params |= {"person": deployment.person_as_then, "mission": deployment.mission}
    params["last"] = in_words(flag.subject.last_day)
    if flag.stage == "confirmed":
        return _("%(person)s, %(mission)s: recorded beyond the cap from %(day)s to %(last)s, and confirmed.") % params
    return (
        _(
            "%(person)s, %(mission)s: recorded beyond the cap from %(day)s to %(last)s; a second coordinator has not "
            "confirmed it."
        )
        % params
    )


EXCESS_RECORDED = Kind(
    "excess_recorded",
    _lazy("Recorded beyond the cap"),
    (Excess,),
    _say,
    related=("deployment__person", "deployment__rank", "deployment__mission"),
    threshold_label=_lazy("Recorded beyond the cap: days for which it is shown after it was recorded"),
    default_thresholds=(30,),
)


@detects(EXCESS_RECORDED, sweep=Sweep.CAPS)
def find(today: dt.date) -> Iterator[Found]:
    """Recorded excesses that wait for a second coordinator, are not over, or were recorded less than the days of the
    threshold ago: one of the past shows too."""
    shown = max(thresholds().get(EXCESS_RECORDED.code, [0]))
    since = timezone.make_aware(dt.datetime.combine(today - shown * ONE_DAY, dt.time()))
    going_on = Q(last_day__gte=today) & (Q(deployment__departed_on=None) | Q(deployment__departed_on__gte=today))
    rows = Excess.objects.filter(Q(confirmed_at=None) | going_on | Q(recorded_at__gte=since))
    for row in rows.select_related("deployment__mission"):
        confirmed = row.confirmed_at is not None
        yield Found(
            kind=EXCESS_RECORDED,
            subject=row,
            stage="confirmed" if confirmed else "waiting",
            severity=Severity.PLAN if confirmed else Severity.ACT,
            day=row.first_day,
            area_id=row.deployment.mission.area_id,
        )
