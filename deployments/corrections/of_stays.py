"""Corrections of deployments: which fields in which state, what stands against them, and which days they gain."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from background.enqueue import after_change_of
from deployments import door
from deployments.corrections import effects, values
from deployments.corrections.effects import Judgement
from deployments.models import Correction, Deployment, Excess
from deployments.models.statuses import ARRIVED, TO_FOLLOW_UP, Status
from deployments.models.transitions import Act
from deployments.news.deployments import tell_of_step
from deployments.stays import approval, authorised_cap, excess, steps
from deployments.stays.authorised_cap import ONE_DAY, Days
from foundation.refusals import Blocker
from foundation.sentences import day as in_words
from personnel.models import Person

OF_EVERY_STAY = ["mission", "position", "kind"]
AT_THE_TIME = ["service", "rank", "armed"]
"""Fixed by the arrival; until then they follow the record of the person (rule 22)."""
PLAN = ["starts_on", "ends_on"]
"""Of a stay that is over: while it is not, its dates are changed, not corrected."""

OF_WHO_DEPARTED = ["status", "arrived_on", "departed_on", "end_reason", *OF_EVERY_STAY, *AT_THE_TIME, *PLAN]
FIELDS: dict[Status, list[str]] = {
    Status.PLANNED: OF_EVERY_STAY,
    Status.APPROVED: OF_EVERY_STAY,
    Status.IN_MISSION: ["status", "arrived_on", *OF_EVERY_STAY, *AT_THE_TIME],
    Status.COMPLETED: OF_WHO_DEPARTED,
    Status.ENDED_EARLY: OF_WHO_DEPARTED,
    Status.CLOSED: OF_WHO_DEPARTED,
    Status.CANCELLED: ["status", *OF_EVERY_STAY, *PLAN],
}
"""What may be corrected of a deployment in each status."""

BACK_TO: dict[Status, list[Status]] = {
    Status.IN_MISSION: [Status.APPROVED],
    Status.COMPLETED: [Status.ENDED_EARLY, Status.IN_MISSION],
    Status.ENDED_EARLY: [Status.COMPLETED, Status.IN_MISSION],
    Status.CLOSED: [Status.COMPLETED, Status.ENDED_EARLY, Status.IN_MISSION],
    Status.CANCELLED: [Status.PLANNED],
}
"""The statuses to which a deployment may be put right: an arrival or a departure taken back, a file opened again."""

FOLLOWS = ["relieves", "team"]
"""What is never asked for: who is relieved changes with the area, the team with the mission."""

TRACKED = [*OF_WHO_DEPARTED, *FOLLOWS]


def lock(deployment: Deployment, wanted: Mapping[str, Any]) -> Deployment:
    """Lock the area of the stay and the one to which it would move, then the row; returns the row as it is now."""
    mission = wanted.get("mission") or deployment.mission
    authorised_cap.lock(*deployment.mission.area_ids, *mission.area_ids)
    rows = Deployment.objects.select_related(
        "person__service", "person__rank", "mission__area", "mission__lead", "position", "rank", "service"
    )
    return rows.select_for_update(of=("self",), no_key=True).get(pk=deployment.pk)


def judge(before: Deployment, wanted: Mapping[str, Any], *, by: User, today: dt.date) -> Judgement:
    """What the wanted values change of a deployment, and every reason against it."""
    after = _settled(before, wanted)
    changes = values.differences(before, after, TRACKED)
    found = _not_correctable(before, wanted) or _missing_or_impossible(before, after, changes, today)
    if found:  # without sound values nothing below can be judged
        return Judgement(changes, found, needs_second=False, effects=[], beyond=[])
    gained = _gained(before, after, today)
    counted = [before.stay(today)] if before.uses_place else []
    past, to_come = _until(gained, today), _after(gained, today)
    found = [
        *(approval.roster_takes_nobody(after) if "mission" in changes else []),
        *approval.kind_does_not_fit(after),
        *_rank_does_not_fit(after),
        *(approval.person_is_elsewhere(after, _days_added(before, after, today), today=today)),
        *_would_not_be_approved(before, after, changes, today),
        *authorised_cap.blockers(after, to_come, today=today, counted=counted),
    ]
    on_strength = effects.on_strength(before, after, today=today)
    beyond = authorised_cap.exceeded_days(after, past, today=today, counted=counted)
    needs_second = bool(on_strength) or _touches_the_past(before, after, changes)
    return Judgement(changes, found, needs_second, on_strength, beyond)


def make(before: Deployment, wanted: Mapping[str, Any], found: Judgement, correction: Correction, *, by: User) -> None:
    """Save what was judged, with the days beyond the cap that it records; `by` makes or confirms it."""
    after = _settled(before, wanted)
    if found.beyond:
        excess.record(
            after,
            found.beyond,
            cause=Excess.Cause.CORRECTION,
            reason=correction.reason,
            by=correction.asked_by,
            confirmed_by=by,
        )
    transition = door.save_step(
        after,
        Act.CORRECT,
        from_state=before.status,
        to_state=after.status,
        by=by,
        reason=correction.reason,
        changes=found.changes,
        correction=correction,
    )
    tell_of_step(transition)
    after_change_of(Deployment)


def _settled(before: Deployment, wanted: Mapping[str, Any]) -> Deployment:
    """The deployment with the wanted values, and with what follows from them.

    Who is in mission has not departed, who is approved has not arrived; a posting beside the missions is ancillary;
    nobody is relieved in another area; and the team is left with the mission.
    """
    after = values.with_values(before, wanted)
    if after.status in {Status.APPROVED, Status.PLANNED}:
        after.arrived_on = None
    if after.status not in {Status.COMPLETED, Status.ENDED_EARLY, Status.CLOSED}:
        after.departed_on = None
    if after.status not in {Status.ENDED_EARLY, Status.CLOSED}:
        after.end_reason = ""
    if not after.mission.uses_places:
        after.kind = Deployment.Kind.ANCILLARY
    if after.mission.area_id != before.mission.area_id:
        after.relieves = None
    if after.mission_id != before.mission_id:
        after.team = None
    return after


def _not_correctable(before: Deployment, wanted: Mapping[str, Any]) -> list[Blocker]:
    message = _("“%(field)s” is not corrected while the deployment is “%(status)s”.")
    return [
        Blocker(
            "not_correctable",
            message % {"field": values.label(Deployment, name), "status": before.get_status_display()},
            rule=0,
            about=name,
        )
        for name in wanted
        if name not in {*FIELDS[Status(before.status)], *FOLLOWS}
    ]


def _missing_or_impossible(
    before: Deployment, after: Deployment, changes: values.Changes, today: dt.date
) -> list[Blocker]:
    if not changes:
        return [Blocker("nothing_changes", _("Nothing would change: say what should be there instead."), rule=0)]
    status = Status(before.status)
    if after.status != status and after.status not in BACK_TO.get(status, []):
        message = _("A deployment that is “%(before)s” cannot be put right to “%(after)s”.") % {
            "before": before.get_status_display(),
            "after": after.get_status_display(),
        }
        return [Blocker("wrong_step", message, rule=0, about="status")]
    found = [*_facts(after, today), *_plan(after)]
    if after.status == Status.ENDED_EARLY and not after.end_reason:
        message = _("Say why the deployment ended early.")
        found.append(Blocker("end_reason_missing", message, rule=0, about="end_reason"))
    return found


def _facts(after: Deployment, today: dt.date) -> list[Blocker]:
    """Facts are days that have come, and an end is not before its start (rule 17)."""
    found = []
    for name in ("arrived_on", "departed_on"):
        day = getattr(after, name)
        if day and day > today:
            message = _("A day that has not come yet cannot be recorded: %(day)s.") % {"day": in_words(day)}
            found.append(Blocker("day_in_future", message, rule=17, first_day=day, about=name))
    if after.arrived_on and after.departed_on and after.departed_on < after.arrived_on:
        message = _("The departure cannot be before the arrival on %(day)s.") % {"day": in_words(after.arrived_on)}
        found.append(Blocker("departs_before_arrival", message, rule=17, about="departed_on"))
    if after.status == Status.IN_MISSION and after.arrived_on and after.ends_on < after.arrived_on:
        message = _("The planned stay ends on %(day)s, before this arrival.") % {"day": in_words(after.ends_on)}
        found.append(Blocker("arrives_after_end", message, rule=17, about="arrived_on"))
    return found


def _plan(after: Deployment) -> list[Blocker]:
    if after.ends_on >= after.starts_on or after.status == Status.IN_MISSION:
        return []
    return [Blocker("ends_before_start", _("The last day cannot be before the first."), rule=17, about="ends_on")]


def _rank_does_not_fit(after: Deployment) -> list[Blocker]:
    """The rank at the time is one of the service at the time; civilians have none."""
    if after.rank and after.rank.family != after.service.rank_family:
        message = _("This rank is not used by this police service.")
        return [Blocker("rank_does_not_fit", message, rule=22, about="rank")]
    if after.rank is None and after.person.category == Person.Category.POLICE:
        return [Blocker("rank_missing", _("Choose a rank: every police officer has one."), rule=22, about="rank")]
    return []


def _would_not_be_approved(
    before: Deployment, after: Deployment, changes: values.Changes, today: dt.date
) -> list[Blocker]:
    """An approved stay is put into another mission or position only where it would be approved today.

    Whoever has arrived is there whatever the papers say: what is wrong with it is flagged.
    """
    if before.status == Status.CANCELLED:
        return approval.person_cannot_go(after)
    if after.status != Status.APPROVED or not {"mission", "position"} & set(changes):
        return []
    return approval.of_mission_and_person(after, today=today)


def _gained(before: Deployment, after: Deployment, today: dt.date) -> list[Days]:
    """The days on which the area of the corrected stay has one person more."""
    if not after.uses_place:
        return []
    if not before.uses_place or not _same_areas(before, after, today):
        return [after.stay(today)]
    return steps.gained(before, after, today)


def _same_areas(before: Deployment, after: Deployment, today: dt.date) -> bool:
    """Whether both missions belong to the same areas on the same days of the corrected stay."""
    days = after.stay(today)
    return before.mission.areas_between(*days) == after.mission.areas_between(*days)


def _days_added(before: Deployment, after: Deployment, today: dt.date) -> list[Days]:
    """The days on which the person is in this deployment and was not before."""
    if before.status == Status.CANCELLED:
        return [after.stay(today)] if after.status != Status.CANCELLED else []
    return steps.gained(before, after, today)


def _until(days: list[Days], today: dt.date) -> list[Days]:
    return [(first, min(last, today)) for first, last in days if first <= today]


def _after(days: list[Days], today: dt.date) -> list[Days]:
    return [(max(first, today + ONE_DAY), last) for first, last in days if last > today]


def _touches_the_past(before: Deployment, after: Deployment, changes: values.Changes) -> bool:
    """Whether a fact changes: anything about somebody who has arrived, but for a closed file that is opened again."""
    opened_again = set(changes) == {"status"} and before.status == Status.CLOSED and after.status in TO_FOLLOW_UP
    return before.status in ARRIVED and not opened_again
