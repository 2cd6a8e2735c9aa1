"""Nominations too long in one stage."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models import Nomination
from flags.found import ONE_DAY, Found, longest
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds


def _say(flag: Flag, params: dict[str, Any]) -> str:
    nomination = flag.subject
    params |= {
        "person": nomination.person,
        "position": nomination.position,
        "stage": nomination.get_stage_display(),
    }
    return _("%(person)s, %(position)s: in the stage “%(stage)s” since %(day)s.") % params


NOMINATION_WAITING = Kind(
    "nomination_waiting",
    _lazy("Nomination waiting"),
    (Nomination,),
    _say,
    Audience.SERVICES_BY_CHOICE,
    ("person__rank", "position"),
    name_of=lambda nomination: (nomination.person, nomination.position),
    closes=_lazy("It closes when the nomination moves on."),
    urgent_on=lambda flag, stages: flag.day + stages[-1] * ONE_DAY if len(stages) > 1 else None,
    threshold_label=_lazy("Nomination waiting: days in one stage"),
    default_thresholds=(60, 30),
)


@detects(NOMINATION_WAITING, sweep=Sweep.WAITING)
def find(today: dt.date) -> Iterator[Found]:
    """Nominations on which the office or the organization has not decided for as many days as a threshold says."""
    stages = thresholds().get(NOMINATION_WAITING.code, [])
    if not stages:
        return
    # Begins at midnight of the local day, because days in a stage are counted in local days.
    since = timezone.make_aware(dt.datetime.combine(today - (stages[0] - 1) * ONE_DAY, dt.time.min))
    waiting = Nomination.objects.at_the_office().filter(stage_since__lt=since)
    for row in waiting.select_related("position__mission"):
        day = timezone.localdate(row.stage_since)
        reached = longest(stages, (today - day).days)
        yield Found(
            kind=NOMINATION_WAITING,
            subject=row,
            stage=f"{row.stage} {reached}",
            severity=Severity.ACT if len(stages) > 1 and reached == stages[-1] else Severity.PLAN,
            day=day,
            area_id=row.position.mission.area_id,
            service_id=row.service_id,
        )
