"""Flags what is recorded beyond a cap, until it is confirmed, over, and has been there to be seen for a while."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.models import Excess
from deployments.watch.about import person_and_mission
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
    name_of=lambda excess: person_and_mission(excess.deployment),
    closes=_lazy("It closes when a second coordinator has confirmed it and its days are over."),
    threshold_label=_lazy("Recorded beyond the cap: days for which it is shown after it was recorded"),
    default_thresholds=(30,),
)


def _say_of_list(flag: Flag, params: dict[str, Any]) -> str:
    params["who"] = flag.subject.recorded_by
    params["recorded"] = in_words(timezone.localdate(flag.subject.recorded_at))
    return (
        ngettext(
            "A list that %(who)s imported (%(recorded)s) recorded %(stretches)s period over a cap; a second "
            "coordinator has not confirmed all of it.",
            "A list that %(who)s imported (%(recorded)s) recorded %(stretches)s periods over a cap; a second "
            "coordinator has not confirmed all of it.",
            params["stretches"],
        )
        % params
    )


EXCESSES_OF_LIST = Kind(
    "excesses_of_list",
    _lazy("Recorded beyond the cap by a list"),
    (Excess,),
    _say_of_list,
    related=("recorded_by",),
    name_of=lambda _first: (_("Recorded beyond the cap by a list"),),
    closes=_lazy("It closes when a second coordinator has confirmed all of it."),
    page=lambda first, _reader: f"{reverse('excess_list')}?{urlencode({'list': first.pk})}",
)


@detects(EXCESSES_OF_LIST, sweep=Sweep.CAPS)
def find_lists(_today: dt.date) -> Iterator[Found]:
    """Lists of which something waits for a second coordinator: one flag for all that a list recorded."""
    for first in Excess.objects.lists().select_related("recorded_by").order_by("pk"):
        rows = Excess.objects.of_list(first).order_by()
        told = rows.aggregate(
            stretches=Count("pk"), first_day=Min("first_day"), waiting=Count("pk", filter=Q(confirmed_at=None))
        )
        if told["waiting"]:
            yield Found(
                kind=EXCESSES_OF_LIST,
                subject=first,
                stage="waiting",
                severity=Severity.ACT,
                day=told["first_day"],
                facts={"stretches": told["stretches"]},
            )


@detects(EXCESS_RECORDED, sweep=Sweep.CAPS)
def find(today: dt.date) -> Iterator[Found]:
    """Recorded excesses that wait for a second coordinator, are not over, or were recorded less than the days of the
    threshold ago: one of the past shows too. Those of a list are flagged together."""
    shown = max(thresholds().get(EXCESS_RECORDED.code, [0]))
    since = timezone.make_aware(dt.datetime.combine(today - shown * ONE_DAY, dt.time()))
    going_on = Q(last_day__gte=today) & (Q(deployment__departed_on=None) | Q(deployment__departed_on__gte=today))
    single = Excess.objects.exclude(cause=Excess.Cause.HISTORY)
    rows = single.filter(Q(confirmed_at=None) | going_on | Q(recorded_at__gte=since))
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
