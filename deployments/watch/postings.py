"""Postings that end soon, are overdue, or have no successor (rules 18 and 19)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.models import Deployment
from deployments.watch.about import WITH_PERSON, with_person
from flags.found import Found, tightest
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds
from missions.models import Mission


def _ending(flag: Flag, params: dict[str, Any]) -> str:
    return ngettext(
        "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s day.",
        "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s days.",
        params["days"],
    ) % with_person(flag, params)


def _overdue(flag: Flag, params: dict[str, Any]) -> str:
    return ngettext(
        "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s day ago; no departure is recorded.",
        "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s days ago; no departure is recorded.",
        params["days"],
    ) % with_person(flag, params)


def _no_successor(flag: Flag, params: dict[str, Any]) -> str:
    sentence = _("%(person)s, %(mission)s: nobody is planned to relieve them by %(day)s.")
    return sentence % with_person(flag, params)


POSTING_ENDING = Kind(
    "posting_ending",
    _lazy("Posting ending"),
    (Deployment,),
    _ending,
    Audience.SERVICES,
    WITH_PERSON,
    threshold_label=_lazy("Posting ending: days before the end"),
    default_thresholds=(180, 90, 60, 30),
)
POSTING_OVERDUE = Kind(
    "posting_overdue", _lazy("Posting overdue"), (Deployment,), _overdue, Audience.SERVICES, WITH_PERSON
)
NO_SUCCESSOR = Kind(
    "no_successor",
    _lazy("No successor"),
    (Deployment,),
    _no_successor,
    Audience.SERVICES_BY_CHOICE,
    WITH_PERSON,
    threshold_label=_lazy("No successor: days before the end"),
    default_thresholds=(120,),
)


@detects(POSTING_ENDING, POSTING_OVERDUE, NO_SUCCESSOR, sweep=Sweep.POSTINGS)
def find(today: dt.date) -> Iterator[Found]:
    """Running deployments that end soon or are overdue, and those without a successor in time.

    A posting has one flag about its end at a time: the one of 90 days resolves the one of 180.
    """
    numbers = thresholds()
    stages, latest_days = numbers.get(POSTING_ENDING.code, []), max(numbers.get(NO_SUCCESSOR.code, [0]))
    running = Deployment.objects.in_mission().select_related("mission")
    for deployment in running:
        left = (deployment.ends_on - today).days
        stage = tightest(stages, left)
        if left < 0:
            yield _found(deployment, POSTING_OVERDUE, "", Severity.ACT)
        elif stage is not None:
            urgent = stage == stages[0]
            severity = Severity.ACT if urgent else Severity.PLAN
            yield _found(deployment, POSTING_ENDING, str(stage), severity)

    if latest_days:
        for deployment in _without_successor(today, today + dt.timedelta(days=latest_days)):
            yield _found(deployment, NO_SUCCESSOR, str(latest_days), Severity.PLAN)


def _without_successor(today: dt.date, latest: dt.date):
    """Running postings in active missions that end by `latest` and that no live deployment relieves."""
    successors = Deployment.objects.not_cancelled().filter(relieves=OuterRef("pk"))
    return (
        Deployment.objects.in_mission()
        .not_ancillary()
        .filter(ends_on__range=(today, latest), mission__state=Mission.State.ACTIVE)
        .exclude(Exists(successors))
        .select_related("mission")
    )


def _found(deployment: Deployment, kind: Kind, stage: str, severity: Severity) -> Found:
    return Found(
        kind=kind,
        subject=deployment,
        stage=stage,
        severity=severity,
        day=deployment.ends_on,
        area_id=deployment.mission.area_id,
        service_id=deployment.service_id,
    )
