"""Postings that end soon, are overdue, or are relieved late or by nobody (rules 18 and 19)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.models import Deployment
from deployments.models.transitions import Act
from deployments.watch import short_stays
from deployments.watch.about import EXTEND, WITH_PERSON, found, person_and_mission, relief, step, with_person
from flags.found import ONE_DAY, Found, tightest
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds
from missions.models import MissionState


def _ending(flag: Flag, params: dict[str, Any]) -> str:
    sentence = ngettext(
        "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s day.",
        "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s days.",
        params["days"],
    )
    return short_stays.explained(sentence % with_person(flag, params), params)


def _overdue(flag: Flag, params: dict[str, Any]) -> str:
    return ngettext(
        "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s day ago; no departure is recorded.",
        "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s days ago; no departure is recorded.",
        params["days"],
    ) % with_person(flag, params)


def _gap(flag: Flag, params: dict[str, Any]) -> str:
    sentence = ngettext(
        "%(person)s, %(mission)s: from %(day)s the post is empty for %(gap)s day, until the successor comes.",
        "%(person)s, %(mission)s: from %(day)s the post is empty for %(gap)s days, until the successor comes.",
        params["gap"],
    )
    return short_stays.explained(sentence % with_person(flag, params), params)


def _no_successor(flag: Flag, params: dict[str, Any]) -> str:
    sentence = _("%(person)s, %(mission)s: nobody is planned to relieve them by %(day)s.")
    return short_stays.explained(sentence % with_person(flag, params), params)


def _urgent_on(flag: Flag, stages: list[int]) -> dt.date | None:
    return flag.day - short_stays.shortened(stages[0], flag.subject, urgent=True) * ONE_DAY if stages else None


POSTING_ENDING = Kind(
    "posting_ending",
    _lazy("Posting ending"),
    (Deployment,),
    _ending,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the departure is recorded, or the posting is extended."),
    next_acts=(relief, EXTEND),
    urgent_on=_urgent_on,
    threshold_label=_lazy("Posting ending: days before the end"),
    default_thresholds=(180, 90, 60, 30),
)
POSTING_OVERDUE = Kind(
    "posting_overdue",
    _lazy("Posting overdue"),
    (Deployment,),
    _overdue,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the departure is recorded, or the posting is extended."),
    next_acts=(step(Act.COMPLETE), EXTEND),
)
NO_SUCCESSOR = Kind(
    "no_successor",
    _lazy("No successor"),
    (Deployment,),
    _no_successor,
    Audience.SERVICES_BY_CHOICE,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when somebody is planned who relieves them in time."),
    next_acts=(relief, EXTEND),
    threshold_label=_lazy("No successor: days before the end"),
    default_thresholds=(120,),
    only_plans=True,
)
GAP_BEFORE_SUCCESSOR = Kind(
    "gap_before_successor",
    _lazy("Gap before the successor"),
    (Deployment,),
    _gap,
    Audience.SERVICES_BY_CHOICE,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the successor comes earlier, or the posting is extended."),
    next_acts=(EXTEND,),
    threshold_label=_lazy("Gap before the successor: days before the end"),
    default_thresholds=(120,),
    only_plans=True,
)


@detects(POSTING_ENDING, POSTING_OVERDUE, NO_SUCCESSOR, GAP_BEFORE_SUCCESSOR, sweep=Sweep.POSTINGS)
def find(today: dt.date) -> Iterator[Found]:
    """Running deployments that end soon or are overdue, and those that nobody relieves in time.

    A posting has one flag about its end at a time: the one of 90 days resolves the one of 180. So it has about its
    successor: either nobody comes, or somebody does who comes too late. Going overdue closes neither. Of a short stay
    all of it comes later (`short_stays`).
    """
    numbers = thresholds()
    stages = numbers.get(POSTING_ENDING.code, [])
    running = Deployment.objects.in_mission().select_related("mission")
    for deployment in running:
        left = (deployment.ends_on - today).days
        stage = tightest(short_stays.reached(stages, deployment, left), left)
        if left < 0:
            yield found(POSTING_OVERDUE, deployment, "", Severity.ACT, deployment.ends_on)
        elif stage is not None:
            urgent = stage == stages[0]
            severity = Severity.ACT if urgent else Severity.PLAN
            facts: dict[str, Any] = {**short_stays.facts(stage, deployment, left, urgent=urgent)}
            yield found(POSTING_ENDING, deployment, str(stage), severity, deployment.ends_on, facts)

    latest = {kind: max(numbers.get(kind.code, [0])) for kind in (NO_SUCCESSOR, GAP_BEFORE_SUCCESSOR)}
    if not any(latest.values()):
        return
    for deployment in _without_successor(today + max(latest.values()) * ONE_DAY):
        if deployment.mission.state_on(deployment.ends_on + ONE_DAY) != MissionState.State.ACTIVE:
            continue  # nobody takes over in a mission that goes on without people, or not at all
        comes = deployment.somebody_comes_on
        kind = GAP_BEFORE_SUCCESSOR if comes else NO_SUCCESSOR
        left = (deployment.ends_on - today).days
        if not latest[kind] or left > short_stays.shortened(latest[kind], deployment):
            continue
        facts = {**short_stays.facts(latest[kind], deployment, left)}
        if comes:
            facts["gap"] = (comes - deployment.ends_on).days - 1
            yield found(kind, deployment, str(latest[kind]), Severity.PLAN, deployment.ends_on + ONE_DAY, facts)
        else:
            yield found(kind, deployment, str(latest[kind]), Severity.PLAN, deployment.ends_on, facts)


def _without_successor(latest: dt.date):
    """Running stays that end by `latest` and have no successor, with the first day of one who relieves them too late as
    `somebody_comes_on`.
    """
    relieves = Deployment.objects.not_cancelled().person_can_go().filter(relieves=OuterRef("pk"))
    return (
        Deployment.objects.in_mission()
        .without_successor()
        .filter(ends_on__lte=latest)
        .annotate(somebody_comes_on=Subquery(relieves.order_by("first_day").values("first_day")[:1]))
        .select_related("mission")
        .prefetch_related("mission__states")
    )
