"""Countries and regions that follow each other: one in the place of another, or parts that were split off.

From a day on the missions move; their people then count under the cap of the successor, day by day. The authorization
of an area that does not go on ends on the day before. The consequences are shown first.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

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
from deployments.stays import amendment, authorised_cap
from deployments.stays.amendment import StretchOverCap
from deployments.stays.authorised_cap import ONE_DAY
from deployments.stays.counting import stays_touching
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.sentences import day as in_words
from missions.models import Area, AreaSuccession, Authorization, FormerArea, Mission


@dataclass(frozen=True)
class Proposal:
    """From `from_day` on the `successors` stand in the place of `area`, and missions move as `moves` says.

    With `goes_on` the area stays, and only a part of it was split off. `reason` is by the columns of an entry.
    """

    area: Area
    successors: list[Area]
    from_day: dt.date
    goes_on: bool = False
    moves: dict[Mission, Area] = field(default_factory=dict)
    reason: dict[str, str] = field(default_factory=dict)


def missions_to_move(area: Area, day: dt.date) -> list[Mission]:
    """The missions that belong to an area on the day, or from a later one on, and are not closed by then."""
    there = Mission.objects.filter(area=area).not_closed(day)
    return [row for row in there.order_by("starts_on", "code") if row.area_since is None or row.area_since < day]


def blockers(proposal: Proposal) -> list[Blocker]:
    """Everything that stands against a succession; none when it can be made."""
    area, day = proposal.area, proposal.from_day
    found = []
    standing = list(AreaSuccession.objects.standing().filter(area=area).select_related("successor"))
    if not proposal.successors:
        found.append(_of("successors", "no_successor", _("Say which country or region follows.")))
    if area in proposal.successors:
        found.append(_of("successors", "its_own_successor", _("A country or region cannot succeed itself.")))
    for row in standing:
        if row.successor in proposal.successors:
            message = _("%(successor)s follows since %(day)s already.")
            message %= {"successor": row.successor, "day": in_words(row.from_day)}
            found.append(_of("successors", "follows_already", message))
        if not row.goes_on and row.from_day <= day:
            message = _("It ended when %(successor)s followed on %(day)s.")
            message %= {"successor": row.successor, "day": in_words(row.from_day)}
            found.append(_of("from_day", "ended_already", message))
    for mission, successor in proposal.moves.items():
        if successor not in proposal.successors:
            message = _("%(mission)s would move to %(area)s, which does not follow here.")
            found.append(_of(None, "moves_elsewhere", message % {"mission": mission, "area": successor}))
    for mission in missions_to_move(area, day):
        if mission not in proposal.moves and not proposal.goes_on:
            message = _("Say where %(mission)s belongs from then on.") % {"mission": mission}
            found.append(_of(None, "left_behind", message))
    if not proposal.goes_on:
        later = area.authorizations.issued().filter(valid_from__gte=day).first()
        if later:
            message = _("Authorization %(reference)s begins on %(day)s: end or withdraw it first.")
            message %= {"reference": later, "day": in_words(later.valid_from)}
            found.append(_of("from_day", "later_authorization", message))
    return found


def ends(proposal: Proposal) -> Authorization | None:
    """The authorization that the succession ends on the day before, if there is one."""
    if proposal.goes_on:
        return None
    return proposal.area.authorizations.issued().in_force(proposal.from_day).first()


def people_concerned(proposal: Proposal, *, today: dt.date) -> list[Deployment]:
    """Who is there, or approved to be, from the day on, in a mission that moves."""
    rows = Deployment.objects.filter(mission__in=list(proposal.moves), status__in=COUNTED)
    rows = rows.touching(proposal.from_day, FOREVER, today=today).select_related("person", "rank", "service", "mission")
    return list(rows.order_by("mission", "first_day", "id"))


def excesses(proposal: Proposal, *, today: dt.date) -> list[tuple[Area, StretchOverCap]]:
    """The stretches of days, from today on, on which a successor would have more people than its cap allows."""
    since = max(today, proposal.from_day)
    found = []
    for successor in proposal.successors:
        moving = {mission.pk for mission, area in proposal.moves.items() if area == successor}
        ids = set(Deployment.objects.filter(mission__in=moving).values_list("pk", flat=True))
        coming = [
            replace(stay, area_id=successor.pk, first=max(stay.first, since))
            for stay in stays_touching(since, FOREVER, today=today, area_ids=[proposal.area.pk])
            if stay.deployment_id in ids
        ]
        there = stays_touching(since, FOREVER, today=today, area_ids=[successor.pk])
        papers = list(successor.authorizations.issued().touching(since, FOREVER))
        steps = authorised_cap.sweep([*there, *coming], papers, since, FOREVER)
        found += [(successor, stretch) for stretch in amendment.over_cap(steps)]
    return found


def enter(proposal: Proposal, *, by: User | None) -> list[AreaSuccession]:
    """Save a succession: its rows, the moves, and the end of the authorization. Raises `StepRefused`."""
    try:
        return _enter(proposal, by)
    except IntegrityError as error:
        if guards.name_of(error):
            raise StepRefused([guards.blocker(error)]) from error
        message = _("Somebody else recorded a succession meanwhile. Look at it again.")
        raise StepRefused([Blocker("changed_meanwhile", message, rule=0)]) from error


@retry_after_deadlock
@transaction.atomic
def _enter(proposal: Proposal, by: User | None) -> list[AreaSuccession]:
    authorised_cap.lock(proposal.area.pk, *(area.pk for area in proposal.successors))
    if found := blockers(proposal):
        raise StepRefused(found)
    with one_act(by, Verb.RECORDED, proposal.area, **_told(proposal)):
        entered = [
            AreaSuccession.objects.create(
                area=proposal.area,
                successor=successor,
                from_day=proposal.from_day,
                goes_on=proposal.goes_on,
                recorded_by=by,
                **proposal.reason,
            )
            for successor in proposal.successors
        ]
        for mission, successor in proposal.moves.items():
            _move(mission.pk, successor, proposal, by)
        if old := ends(proposal):
            last_day = proposal.from_day - ONE_DAY
            # One that begins on the very day would be `later_authorization`.
            amendment.carry_out(amendment.propose_end(old, last_day), by=by, reason=entered[0].reason)
    after_change_of(Mission)
    return entered


def _move(mission_id: int, successor: Area, proposal: Proposal, by: User | None) -> None:
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission_id)
    if mission.area_id != proposal.area.pk or (mission.area_since and mission.area_since >= proposal.from_day):
        message = _("%(mission)s moved to another country or region meanwhile.") % {"mission": mission}
        raise StepRefused([_of(None, "moved_meanwhile", message)])
    FormerArea.objects.create(
        mission=mission,
        area=proposal.area,
        first_day=mission.area_since,
        last_day=proposal.from_day - ONE_DAY,
        recorded_by=by,
        **proposal.reason,
    )
    mission.area, mission.area_since = successor, proposal.from_day
    sign(mission, by, "")
    mission.save(update_fields=["area", "area_since"])


@retry_after_deadlock
@transaction.atomic
def withdraw(row: AreaSuccession, *, by: User, reason: str) -> None:
    """Take a succession back that was recorded wrongly: its missions belong where they did. Raises `StepRefused`.

    The authorization that it ended stays ended: its end is put right on its own.
    """
    authorised_cap.lock(row.area_id, row.successor_id)
    row = AreaSuccession.objects.select_related("area", "successor").get(pk=row.pk)
    if row.withdrawn_at:
        message = _("It was withdrawn already, on %(day)s.") % {"day": in_words(timezone.localdate(row.withdrawn_at))}
        raise StepRefused([Blocker("withdrawn", message, rule=0)])
    withdrawal = {"withdrawn_by": by, "withdrawn_at": timezone.now(), "withdrawal_reason": reason}
    moved = Mission.objects.select_for_update(no_key=True).filter(area=row.successor, area_since=row.from_day)
    with one_act(by, Verb.CORRECTED, row.area, **_told(row)):
        for mission in moved.order_by("pk"):
            of_mission = mission.former_areas.standing().filter(area=row.area, last_day=row.from_day - ONE_DAY)
            for former in of_mission:
                _save_withdrawn(former, withdrawal)
                mission.area, mission.area_since = row.area, former.first_day
                sign(mission, by, "")
                mission.save(update_fields=["area", "area_since"])
        _save_withdrawn(row, withdrawal)
    after_change_of(Mission)


def _told(succession: Proposal | AreaSuccession) -> dict[str, str]:
    """What the event says."""
    return {"part": "areasuccession", "from_day": succession.from_day.isoformat()}


def _save_withdrawn(entry: AreaSuccession | FormerArea, withdrawal: dict) -> None:
    for name, value in withdrawal.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(withdrawal))


def _of(about: str | None, code: str, message: str) -> Blocker:
    return Blocker(code, message, rule=0, about=about or "")
