"""Which steps a deployment may take, and the blockers of each. Steps are taken through `lifecycle` only."""

import copy
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.door import Table
from deployments.models import Deployment
from deployments.models.statuses import APPROVED_OR_IN_MISSION, COMING, NOT_OVER, TO_FOLLOW_UP, Status
from deployments.models.transitions import Act
from deployments.stays import approval, authorised_cap, tour
from deployments.stays.approval import Known
from deployments.stays.authorised_cap import ONE_DAY, Days
from deployments.stays.roles import team_elsewhere
from foundation.refusals import Blocker
from foundation.sentences import day as in_words
from missions.models import Role, Team

TABLE: dict[Act, tuple[frozenset[Status], Status | None]] = {
    Act.APPROVE: (frozenset({Status.PLANNED}), Status.APPROVED),
    Act.ARRIVE: (frozenset({Status.APPROVED}), Status.IN_MISSION),
    Act.COMPLETE: (frozenset({Status.IN_MISSION}), Status.COMPLETED),
    Act.END_EARLY: (frozenset({Status.IN_MISSION}), Status.ENDED_EARLY),
    Act.CANCEL: (frozenset(COMING), Status.CANCELLED),
    Act.CLOSE: (frozenset(TO_FOLLOW_UP), Status.CLOSED),
    Act.CHANGE: (frozenset(NOT_OVER), None),
}
"""Act → the statuses from which it may be taken, and the status that it leads to (None: it stays)."""

VERBS: dict[Act, Promise] = {
    Act.APPROVE: _lazy("Approve"),
    Act.ARRIVE: _lazy("Record arrival"),
    Act.COMPLETE: _lazy("Record departure"),
    Act.END_EARLY: _lazy("End early"),
    Act.CANCEL: _lazy("Cancel the deployment"),
    Act.CLOSE: _lazy("Close"),
    Act.CHANGE: _lazy("Change dates, duty station or roles"),
}
"""What the button of an act says."""

NEEDS_DAY = frozenset({Act.ARRIVE, Act.COMPLETE, Act.END_EARLY})
NEEDS_REASON = frozenset({Act.CANCEL, Act.END_EARLY, Act.CHANGE})
OF_MANY: dict[Act, Promise] = {
    Act.ARRIVE: _lazy("Record arrivals"),
    Act.COMPLETE: _lazy("Record departures"),
    Act.APPROVE: VERBS[Act.APPROVE],
    Act.CLOSE: VERBS[Act.CLOSE],
    Act.CANCEL: _lazy("Cancel the deployments"),
}
"""Acts that one form can take with many deployments: they ask for no more than a reason and a day."""


@dataclass(frozen=True)
class Step:
    """One step to take on `today`; `on_day` is the day of arrival or departure. None leaves a value as it is.

    Roles and team are given together: without roles both stay as they are. `still` says whether a row holds what the
    form of the step showed.
    """

    act: Act
    today: dt.date
    on_day: dt.date | None = None
    reason: str = ""
    end_reason: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    duty_station: str | None = None
    roles: Iterable[Role] | None = None
    team: Team | None = None
    still: Callable[[Deployment], bool] | None = None


def _write_fields(deployment: Deployment, step: Step) -> None:
    if step.act == Act.ARRIVE:
        deployment.arrived_on = step.on_day
    if step.act in {Act.COMPLETE, Act.END_EARLY}:
        deployment.departed_on = step.on_day
    if step.act == Act.END_EARLY:
        deployment.end_reason = step.end_reason
    if step.act == Act.CHANGE:
        deployment.starts_on = step.starts_on or deployment.starts_on
        deployment.ends_on = step.ends_on or deployment.ends_on
        deployment.duty_station = deployment.duty_station if step.duty_station is None else step.duty_station
        deployment.team = deployment.team if step.roles is None else step.team


STEPS = Table(
    state_field="status",
    transitions=TABLE,
    verbs=VERBS,
    write_fields=_write_fields,
    tracked_fields=("starts_on", "ends_on", "arrived_on", "departed_on", "duty_station", "team_id"),
    step_fields=("on_day",),
    in_one_click=frozenset({Act.APPROVE}),
    dangerous=frozenset({Act.CANCEL, Act.END_EARLY}),
)


def blockers(deployment: Deployment, step: Step, *, known: Known | None = None) -> list[Blocker]:
    """All blockers of a step, in the order in which a coordinator would deal with them.

    `known` are the facts and the demand for this very stay, where the caller has read them already.
    """
    if found := STEPS.wrong_step(deployment, step.act):
        return found
    if found := _missing_or_impossible(deployment, step):
        return found  # without sound dates nothing below can be judged
    after = _as_it_would_be(deployment, step)
    if step.act == Act.ARRIVE:
        return _before_arrival(deployment, after, step)
    approves = step.act == Act.APPROVE or _extends(deployment, after, step)
    begins = step.act in {Act.PLAN, Act.APPROVE}
    return [
        *(approval.mission_takes_nobody(after, today=step.today) if approves else []),
        *(approval.outside_the_mission(after) if approves else []),
        *(approval.person_cannot_go(after) if approves or begins else []),
        *(approval.roster_takes_nobody(after) if step.act == Act.PLAN else []),
        *(approval.kind_does_not_fit(after) if begins else []),
        *(team_elsewhere(after) if step.act in {Act.PLAN, Act.CHANGE} else []),
        *_person_is_elsewhere(deployment, after, step),
        *(approval.not_eligible(after, known or approval.read(after, today=step.today)) if approves else []),
        *_no_place_left(deployment, after, step),
        *_too_long_without_reason(after, step),
    ]


def wrong_at_arrival(deployment: Deployment, step: Step) -> list[Blocker]:
    """What stands against an arrival: no place, a paper, the mission. It is recorded all the same (rule 17)."""
    return _wrong_at_arrival(deployment, _as_it_would_be(deployment, step), step)


def _wrong_at_arrival(deployment: Deployment, after: Deployment, step: Step) -> list[Blocker]:
    arrival = step.on_day or step.today
    return [*approval.of_mission_and_person(after, today=arrival), *_no_place_left(deployment, after, step)]


def _as_it_would_be(deployment: Deployment, step: Step) -> Deployment:
    """A copy that has taken the step: the deployment itself stays as it is when a rule refuses."""
    after = copy.copy(deployment)
    STEPS.apply(after, step)
    return after


def _before_arrival(deployment: Deployment, after: Deployment, step: Step) -> list[Blocker]:
    """An arrival is a fact: it is refused only where it cannot be one. What is wrong with it asks for a reason."""
    found = [*_person_is_elsewhere(deployment, after, step), *_too_long_without_reason(after, step)]
    if step.reason.strip():
        return found
    if wrong := _wrong_at_arrival(deployment, after, step):
        message = _("Give a reason to record the arrival.")
        found += [*wrong, Blocker("reason_missing", message, rule=17)]
    return found


def _missing_or_impossible(deployment: Deployment, step: Step) -> list[Blocker]:
    found = []
    if step.act in NEEDS_REASON and not step.reason.strip():
        found.append(Blocker("reason_missing", _("Give a reason."), rule=0))
    if step.act == Act.END_EARLY and step.end_reason not in Deployment.EndReason.values:
        found.append(Blocker("end_reason_missing", _("Say why the deployment ended early."), rule=0))
    if step.act in NEEDS_DAY:
        found += _day_of_arrival_or_departure(deployment, step)
    if step.act == Act.CHANGE:
        starts_on, ends_on = step.starts_on or deployment.starts_on, step.ends_on or deployment.ends_on
        if ends_on < (deployment.arrived_on or starts_on):
            found.append(Blocker("ends_before_start", _("The last day cannot be before the first."), rule=17))
        if deployment.arrived_on and starts_on != deployment.starts_on:
            message = _("The first day cannot change any more: the person has arrived.")
            found.append(Blocker("has_arrived", message, rule=17))
    if step.act == Act.PLAN and deployment.ends_on < deployment.starts_on:
        found.append(Blocker("ends_before_start", _("The last day cannot be before the first."), rule=17))
    return found


def _day_of_arrival_or_departure(deployment: Deployment, step: Step) -> list[Blocker]:
    if step.on_day is None:
        return [Blocker("day_missing", _("Give the day."), rule=17)]
    found = []
    if step.on_day > step.today:
        message = _("A day that has not come yet cannot be recorded: %(day)s.") % {"day": in_words(step.on_day)}
        found.append(Blocker("day_in_future", message, rule=17, first_day=step.on_day))
    if step.act == Act.ARRIVE and deployment.ends_on < max(step.on_day, step.today):
        message = _("The planned stay ends on %(day)s. Change the dates first.") % {"day": in_words(deployment.ends_on)}
        found.append(Blocker("arrives_after_end", message, rule=17, first_day=step.on_day))
    if step.act != Act.ARRIVE and deployment.arrived_on and step.on_day < deployment.arrived_on:
        message = _("The departure cannot be before the arrival on %(day)s.") % {"day": in_words(deployment.arrived_on)}
        found.append(Blocker("departs_before_arrival", message, rule=17, first_day=step.on_day))
    return found


def may_take_places(deployment: Deployment, step: Step) -> bool:
    """Whether a step can add to the strength of an area on some day; all others only free places."""
    if step.act == Act.CHANGE:
        return bool(gained(deployment, _as_it_would_be(deployment, step), step.today))
    return step.act in {Act.PLAN, Act.APPROVE, Act.ARRIVE}


def gained(before: Deployment, after: Deployment, today: dt.date) -> list[Days]:
    """The stretches of days that a step adds to the stay, as (first, last), both included; all of a new stay."""
    first, last = after.stay(today)
    if not before.pk:
        return [(first, last)]
    old_first, old_last = before.stay(today)
    stretches = [(first, min(last, old_first - ONE_DAY)), (max(first, old_last + ONE_DAY), last)]
    return [(start, end) for start, end in stretches if start <= end]


def _extends(before: Deployment, after: Deployment, step: Step) -> bool:
    """Whether a change lengthens an approved plan.

    Looks at the planned days, not at those gained: an overdue posting holds the next days already and may gain none,
    and its extension needs the same consent.
    """
    live = before.status in APPROVED_OR_IN_MISSION
    longer = after.ends_on > before.ends_on or (before.arrived_on is None and after.starts_on < before.starts_on)
    return step.act == Act.CHANGE and live and longer


def _person_is_elsewhere(before: Deployment, after: Deployment, step: Step) -> list[Blocker]:
    """One deployment at a time, planned ones included; the next may begin the day after (rule 6).

    A change is judged on the days that it adds only: otherwise two stays that overlap could not be shortened one by
    one until they no longer do.
    """
    if step.act in {Act.CANCEL, Act.CLOSE}:
        return []
    days = gained(before, after, step.today) if step.act == Act.CHANGE else [after.stay(step.today)]
    return approval.person_is_elsewhere(after, days, today=step.today)


def _no_place_left(before: Deployment, after: Deployment, step: Step) -> list[Blocker]:
    if not after.uses_place:
        return []
    # A plan counts nowhere yet: its approval takes every day of the stay, not only the days that it adds.
    days = gained(before, after, step.today) if before.uses_place else [after.stay(step.today)]
    return authorised_cap.blockers(after, days, today=step.today)


def _too_long_without_reason(after: Deployment, step: Step) -> list[Blocker]:
    """A stay longer than `LONGEST_TOUR_MONTHS` needs a reason when it is planned, approved or begins (rule 8).

    An early arrival can make a stay too long that was not when it was approved.
    """
    if step.act not in {Act.PLAN, Act.APPROVE, Act.ARRIVE} or step.reason.strip():
        return []  # a change always carries its reason
    months, first = settings.LONGEST_TOUR_MONTHS, after.arrived_on or after.starts_on
    if not tour.is_longer_than(months, first, after.ends_on):
        return []
    if after.pk and after.transitions.filter(act__in=[Act.PLAN, Act.CHANGE]).exclude(reason="").exists():
        return []  # a reason was given when the stay was planned or changed
    message = ngettext(
        "A stay of more than %(months)s month in all needs a reason.",
        "A stay of more than %(months)s months in all needs a reason.",
        months,
    ) % {"months": months}
    return [Blocker("reason_missing", message, rule=8, first_day=tour.last_day(first, months) + ONE_DAY)]
