"""Authorizations at their stage of ending, with a mission at work and nothing to follow."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from flags.detect.found import ONE_DAY, Found, ending
from flags.models import Kind, thresholds
from missions.models import Authorization, Mission

KINDS = [Kind.AUTHORIZATION_ENDING]


def find(today: dt.date) -> Iterator[Found]:
    """Of areas with a mission that goes on; one that another follows the day after is not ending."""
    stages = thresholds().get(Kind.AUTHORIZATION_ENDING, [])
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
            yield ending(Kind.AUTHORIZATION_ENDING, paper, paper.valid_to, stages, today, area_id=paper.area_id)
