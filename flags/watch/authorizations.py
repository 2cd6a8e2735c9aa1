"""Flags authorizations that end soon, in areas with an active mission and with no other to follow."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from flags.found import ONE_DAY, Found, at_the_smallest, ending
from flags.kinds import Kind, NextAct, Sweep, detects
from flags.models import Flag, thresholds
from missions.models import Authorization, Mission


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["area"] = flag.subject.area
    return _("%(area)s: authorization %(subject)s ends on %(day)s, and none follows.") % params


def _authorization(flag: Flag, reader: User) -> NextAct | None:
    if not reader.may(Permission.AUTHORIZATION_RECORD):
        return None
    return NextAct(_("Record an authorization"), reverse("authorization_record", args=[flag.subject.area_id]))


AUTHORIZATION_ENDING = Kind(
    "authorization_ending",
    _lazy("Authorization ending"),
    (Authorization,),
    _say,
    related=("area",),
    name_of=lambda authorization: (authorization.area,),
    closes=_lazy("It closes when an authorization that follows is recorded."),
    next_acts=(_authorization,),
    urgent_on=at_the_smallest,
    threshold_label=_lazy("Authorization ending: days before the end"),
    default_thresholds=(180, 90, 30),
)


@detects(AUTHORIZATION_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Issued authorizations of areas with an active mission that end within the greatest threshold.

    One that another continues without a day between is not flagged.
    """
    stages = thresholds().get(AUTHORIZATION_ENDING.code, [])
    if not stages:
        return
    active_missions = Mission.objects.active(today).filter(area=OuterRef("area"))
    last = today + stages[-1] * ONE_DAY
    authorizations = (
        Authorization.objects.issued().not_continued().filter(Exists(active_missions), valid_to__range=(today, last))
    )
    for row in authorizations:
        if row.valid_to:  # always so within that range; the type allows None
            yield ending(AUTHORIZATION_ENDING, row, row.valid_to, stages, today, area_id=row.area_id)
