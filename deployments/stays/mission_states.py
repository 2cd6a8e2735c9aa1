"""In which state a mission is from a day on: entering one, seeing who is there, and taking a wrong one back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from audit.writes import one_act
from background.enqueue import after_change_of
from deployments import guards
from deployments.models import FOREVER, Deployment
from deployments.models.statuses import COUNTED
from deployments.stays import authorised_cap
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.sentences import day as in_words
from missions.models import Mission, MissionState
from missions.models.states import ONE_DAY


def people_from(mission: Mission, day: dt.date, *, today: dt.date) -> list[Deployment]:
    """Who is in the mission, or approved to be, on the day or on a later one: whom a state from that day concerns."""
    rows = mission.deployments.filter(status__in=COUNTED).touching(day, FOREVER, today=today)
    related = ("person", "rank", "service", "mission", "position")
    return list(rows.select_related(*related).order_by("first_day", "id"))


def blockers(new: MissionState) -> list[Blocker]:
    """Why a state cannot be recorded, against what is recorded of the mission; none when it can."""
    mission, day = new.mission, new.from_day
    standing = list(mission.states.standing())
    same_day = next((row for row in standing if row.from_day == day), None)
    if same_day:
        message = _("From this very day it is recorded as “%(state)s”. Withdraw that first.")
        return [_of_day(new, "another_from_this_day", message % {"state": same_day.get_state_display()})]
    found = []
    if mission.starts_on and day < mission.starts_on + (
        ONE_DAY if new.state == MissionState.State.CLOSED else dt.timedelta()
    ):
        message = _("%(mission)s begins on %(day)s only.") % {"mission": mission, "day": in_words(mission.starts_on)}
        found.append(_of_day(new, "before_the_mission", message))
    before = [row for row in standing if row.from_day < day]
    if new.state == (before[-1].state if before else MissionState.State.ACTIVE):
        message = _("It is “%(state)s” on that day already.") % {"state": new.get_state_display()}
        found.append(Blocker("no_other_state", message, rule=16, about="state"))
    if new.state == MissionState.State.CLOSED and len(before) < len(standing):
        message = _("A later state is recorded: withdraw it before the mission is closed.")
        found.append(_of_day(new, "later_state", message))
    if (
        new.state != MissionState.State.CLOSED
        and mission.ends_on
        and day > mission.ends_on
        and not _is_closed(standing)
    ):
        message = _("The last day of %(mission)s is %(day)s.") % {"mission": mission, "day": in_words(mission.ends_on)}
        found.append(_of_day(new, "after_the_mission", message))
    return found


def enter(new: MissionState, *, by: User) -> MissionState:
    """Save a state that is not stored yet; a closing sets the last day of the mission, to go on again frees it.

    Raises `StepRefused`.
    """
    try:
        return _enter(new, by)
    except IntegrityError as error:
        if guards.name_of(error):
            raise StepRefused([guards.blocker(error)]) from error
        message = _("Somebody else recorded a state from this day meanwhile. Look at the mission again.")
        raise StepRefused([_of_day(new, "changed_meanwhile", message)]) from error


@retry_after_deadlock
@transaction.atomic
def _enter(new: MissionState, by: User) -> MissionState:
    new.mission = _locked(new.mission)
    if found := blockers(new):
        raise StepRefused(found)
    new.recorded_by, new.recorded_at = by, timezone.now()
    with one_act(by, Verb.RECORDED, new.mission, **_told(new)):
        _save_with_last_day(new, by)
    return new


@retry_after_deadlock
@transaction.atomic
def withdraw(row: MissionState, *, by: User, reason: str) -> MissionState:
    """Take back a state that was recorded wrongly; it stays on record. Raises `StepRefused`."""
    _locked(row.mission)
    row = MissionState.objects.select_related("mission").get(pk=row.pk)
    if row.withdrawn_at:
        message = _("It was withdrawn already, on %(day)s.") % {"day": in_words(timezone.localdate(row.withdrawn_at))}
        raise StepRefused([Blocker("withdrawn", message, rule=16)])
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = by, timezone.now(), reason
    with one_act(by, Verb.CORRECTED, row.mission, **_told(row)):
        _save_with_last_day(row, by)
    return row


def _told(row: MissionState) -> dict[str, str]:
    """What the event says."""
    return {"part": "missionstate", "state": row.state, "from_day": row.from_day.isoformat()}


def _locked(mission: Mission) -> Mission:
    """The mission as it is now. Its area is locked first: whoever approves somebody waits, and then looks again."""
    authorised_cap.lock(*mission.area_ids)
    return Mission.objects.select_for_update(no_key=True, of=("self",)).get(pk=mission.pk)


def _save_with_last_day(changed: MissionState, by: User) -> None:
    """Save the row, and the last day of its mission with it: the day before the closing, when it is closed in the end.

    A last day that no closing gave is left as it is.
    """
    mission = changed.mission
    was_closed = _is_closed(list(mission.states.standing()))
    others = [row for row in mission.states.standing() if row.pk != changed.pk]
    after = sorted([*others, *([] if changed.withdrawn_at else [changed])], key=lambda row: row.from_day)
    if _is_closed(after):
        _move_last_day(mission, after[-1].from_day - ONE_DAY, by)  # first: the database asks for it at every moment
        changed.save()
    else:
        changed.save()
        if was_closed:
            _move_last_day(mission, None, by)
    after_change_of(Mission)


def _move_last_day(mission: Mission, day: dt.date | None, by: User) -> None:
    if mission.ends_on != day:
        mission.ends_on = day
        sign(mission, by, "")
        mission.save(update_fields=["ends_on"])


def _is_closed(rows: list[MissionState]) -> bool:
    """Whether the last of these standing rows, in order, closes the mission."""
    return bool(rows) and rows[-1].state == MissionState.State.CLOSED


def _of_day(new: MissionState, code: str, message: str) -> Blocker:
    return Blocker(code, message, rule=16, first_day=new.from_day, about="from_day")
