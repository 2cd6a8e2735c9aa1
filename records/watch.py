"""Lists that somebody brought and never finished."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from flags.found import Found, longest
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds
from records.models import FOR_ITS_OWNER, Import


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["by"] = flag.subject.by
    return _("A list that %(by)s imported on %(day)s is not finished.") % params


def _page(subject: Import, reader: User) -> str | None:
    """The page of a list, which only its owner may open."""
    return subject.get_absolute_url() if subject.by == reader else None


LIST_LEFT = Kind(
    "list_left",
    _lazy("List not finished"),
    (Import,),
    _say,
    Audience.SERVICES,
    ("by",),
    page=_page,
    closes=_lazy("It closes when its owner saves the list, or cancels it."),
    threshold_label=_lazy("List not finished: days since it was imported"),
    default_thresholds=(14, 3),
    only_plans=True,
)


@detects(LIST_LEFT, sweep=Sweep.WAITING)
def find(today: dt.date) -> Iterator[Found]:
    """Lists that wait for their owner, by their age in days; their service is the first of the owner's services."""
    stages = thresholds().get(LIST_LEFT.code, [])
    if not stages:
        return
    unfinished = Import.objects.filter(state__in=FOR_ITS_OWNER, by__is_active=True)
    for row in unfinished.annotate(service=Min("by__services")):
        day = timezone.localdate(row.at)
        reached = longest(stages, (today - day).days)
        if reached is not None:
            yield Found(
                kind=LIST_LEFT,
                subject=row,
                stage=str(reached),
                severity=Severity.PLAN,
                day=day,
                service_id=row.service,
            )
