"""Authorizations at their stage of ending, with a mission at work and nothing to follow."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from flags.found import ONE_DAY, Found, ending
from flags.kinds import Kind, Sweep, detects
from flags.models import Flag, thresholds
from missions.models import Authorization, Mission


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["area"] = flag.subject.area
    return _("%(area)s: authorization %(subject)s ends on %(day)s, and none follows.") % params


AUTHORIZATION_ENDING = Kind(
    "authorization_ending",
    _lazy("Authorization ending"),
    (Authorization,),
    _say,
    related=("area",),
    numbers=_lazy("Authorization ending: days before the end"),
    begins_with=(180, 90, 30),
)


@detects(AUTHORIZATION_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Of areas with a mission that goes on; one that another follows the day after is not ending."""
    stages = thresholds().get(AUTHORIZATION_ENDING.code, [])
    if not stages:
        return
    following = Authorization.objects.issued().filter(
        area=OuterRef("area"), valid_from__gt=OuterRef("valid_from"), valid_from__lte=OuterRef("valid_to") + ONE_DAY
    )
    at_work = Mission.objects.filter(area=OuterRef("area"), state=Mission.State.ACTIVE)
    last = today + stages[-1] * ONE_DAY
    found = Authorization.objects.issued().filter(Exists(at_work), ~Exists(following), valid_to__range=(today, last))
    for paper in found:
        if paper.valid_to:
            yield ending(AUTHORIZATION_ENDING, paper, paper.valid_to, stages, today, area_id=paper.area_id)
