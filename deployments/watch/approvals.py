"""Stays that are approved or under way and would not be approved today, as they now stand."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.eligibility.facts import Facts
from deployments.models import Deployment
from deployments.stays import approval
from deployments.watch import reasons
from deployments.watch.about import WITH_PERSON, found, person_and_mission, with_person
from flags.found import ONE_DAY, Found
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds
from foundation.refusals import Blocker


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params = with_person(flag, params) | {"reasons": reasons.in_words(params["reasons"])}
    if flag.subject.arrived_on:
        return _("%(person)s, %(mission)s, there since %(day)s: would not be approved today (%(reasons)s).") % params
    return _("%(person)s, %(mission)s, from %(day)s: would not be approved today (%(reasons)s).") % params


def _urgent_on(flag: Flag, stages: list[int]) -> dt.date | None:
    return flag.day - stages[-1] * ONE_DAY if stages else None


NOT_APPROVABLE = Kind(
    "not_approvable",
    _lazy("Would not be approved today"),
    (Deployment,),
    _say,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when every reason is settled."),
    urgent_on=_urgent_on,
    threshold_label=_lazy("Would not be approved today: act now from so many days before the first day"),
    default_thresholds=(30,),
    lists="reasons",
)

FLAGGED_BY_ITSELF = frozenset({"person_cannot_go"})
"""Codes that have a flag of their own whoever is there (`postings.PERSON_CANNOT_GO`)."""

FLAGGED_WHILE_THERE = frozenset(
    {
        "mission_takes_nobody",  # stopped_missions
        "consent_missing",  # papers
        "consent_waiting",
        "consent_too_short",
        "consent_recalled",
        "person_elsewhere",  # only an overdue stay meets another: postings
    }
)
"""Codes that have a flag of their own once the person has arrived."""


@detects(NOT_APPROVABLE, sweep=Sweep.APPROVALS)
def find(today: dt.date) -> Iterator[Found]:
    """Approved stays, and stays in mission, overdue or not, that have an objection other than for want of a place.

    Areas over their cap have flags of their own. Urgent from the threshold's days before the first day, and always when
    the person is there.
    """
    urgent = thresholds().get(NOT_APPROVABLE.code, [])
    if not urgent:
        return
    deployments = list(Deployment.objects.approved_or_in_mission().select_related(*approval.RELATED))
    judged = approval.apart_from_places(deployments, today=today)
    for row, ((known, _demand), objections) in zip(deployments, judged, strict=True):
        told = [one for one in objections if not _is_flagged_elsewhere(row, one, known, today)]
        if not told:
            continue
        act = row.arrived_on or row.first_day <= today + urgent[-1] * ONE_DAY
        facts = {"reasons": [[one.code, one.about, getattr(one, "restricted", False)] for one in told]}
        yield found(NOT_APPROVABLE, row, "", Severity.ACT if act else Severity.PLAN, row.first_day, facts)


def _is_flagged_elsewhere(row: Deployment, objection: Blocker, facts: Facts, today: dt.date) -> bool:
    if objection.code in FLAGGED_BY_ITSELF:
        return True
    if not row.arrived_on:
        return False
    if objection.code.startswith("agreement_"):
        # Flagged with the agreement that ran out; where there never was one, nothing else would say so.
        return any(each.is_binding and each.ends_on < today for each in facts.agreements)
    return objection.code in FLAGGED_WHILE_THERE
