"""Recording, amending and ending authorizations, with a preview of who would exceed and from which day (rule 4).

Three proposals, one way to carry them out: what the preview judges is what is then saved.
"""

import copy
import datetime as dt
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments import guards
from deployments.models import FOREVER, Deployment
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import ONE_DAY
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.sentences import day as in_words
from missions.models import Area, Authorization


@dataclass(frozen=True)
class ChangeRequest:
    """What somebody asks for: a `new` authorization alone, `new` in the place of `old`, or the end of `old`.

    `last_day` is the last day of an `old` that ends; None withdraws it.
    """

    old: Authorization | None = None
    new: Authorization | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class Proposal:
    """A change of `subject`, computed from what is stored and not saved yet.

    `rows` are to be saved in this order; `authorizations` are all those issued for the area once they are saved.
    `request` is what it was computed from, so that it can be computed again under the lock.
    """

    request: ChangeRequest
    verb: Verb
    subject: Authorization
    rows: list[Authorization]
    authorizations: list[Authorization]

    @property
    def area(self) -> Area:
        return self.subject.area


@dataclass(frozen=True)
class StretchOverCap:
    """A stretch of days on which more people use places than the cap allows, with the figures of its worst day."""

    first: dt.date
    last: dt.date
    worst: dt.date
    used: int
    cap: int

    @property
    def over(self) -> int:
        return self.used - self.cap

    @property
    def has_end(self) -> bool:
        return self.last < FOREVER


def propose_new(new: Authorization) -> Proposal:
    """A first authorization of an area, or one after a gap. Raises `StepRefused` when it overlaps another."""
    others = _issued(new.area)
    _raise_if_any(_overlapping(new, others))
    issued = _copy_with(new, issued_until=new.valid_to)
    return Proposal(ChangeRequest(new=new), Verb.RECORDED, issued, [issued], [*others, issued])


def propose_amendment(old: Authorization, new: Authorization) -> Proposal:
    """`new` takes over from `old` on its first day; `old` ends the day before. Raises `StepRefused`."""
    old = _reloaded(old)
    others = [authorization for authorization in _issued(old.area) if authorization.pk != old.pk]
    found = []
    if not _is_newest(old):
        message = _("%(reference)s was amended or withdrawn already; amend the newest one.") % {"reference": old}
        found.append(Blocker("not_the_newest", message, rule=1))
    if new.valid_from <= old.valid_from:
        message = _("An amendment starts after the authorization that it amends, which is in force from %(day)s.") % {
            "day": in_words(old.valid_from)
        }
        found.append(Blocker("starts_too_early", message, rule=1, first_day=new.valid_from))
    _raise_if_any([*found, *_overlapping(new, others)])
    ended = _copy_with(old, valid_to=min(old.valid_to or FOREVER, new.valid_from - ONE_DAY))
    successor = _copy_with(new, area=old.area, supersedes=old, issued_until=new.valid_to)
    rows = [ended, successor]  # the end first: the database allows one authorization a day, at every moment
    return Proposal(ChangeRequest(old=old, new=new), Verb.AMENDED, successor, rows, [*others, *rows])


def propose_end(old: Authorization, last_day: dt.date | None) -> Proposal:
    """`old` ends on `last_day`; without a day it is withdrawn and counts on no day. Raises `StepRefused`.

    The authorization that a withdrawn amendment had superseded is in force again, until the end it was issued with.
    """
    old = _reloaded(old)
    others = [authorization for authorization in _issued(old.area) if authorization.pk != old.pk]
    found = []
    if not _is_newest(old):
        message = _("%(reference)s was amended or withdrawn already.") % {"reference": old}
        found.append(Blocker("not_the_newest", message, rule=1))
    if last_day and last_day < old.valid_from:
        message = _("It is in force from %(day)s and cannot end before. To take it back, leave the day empty.") % {
            "day": in_words(old.valid_from)
        }
        found.append(Blocker("ends_before_start", message, rule=1, first_day=last_day))
    if last_day and old.valid_to and last_day > old.valid_to:
        message = _("It ends on %(day)s already. Only an amendment can make it longer.") % {
            "day": in_words(old.valid_to)
        }
        found.append(Blocker("longer_needs_amendment", message, rule=1, first_day=last_day))
    _raise_if_any(found)

    request = ChangeRequest(old=old, last_day=last_day)
    if last_day:
        ended = _copy_with(old, valid_to=last_day, issued_until=last_day)
        return Proposal(request, Verb.ENDED, ended, [ended], [*others, ended])
    withdrawn = _copy_with(old, state=Authorization.State.WITHDRAWN, supersedes=None)
    if old.supersedes is None:
        return Proposal(request, Verb.ENDED, withdrawn, [withdrawn], others)
    predecessor = _reloaded(old.supersedes)
    restored = _copy_with(predecessor, valid_to=predecessor.issued_until)
    remaining = [authorization for authorization in others if authorization.pk != restored.pk]
    return Proposal(request, Verb.ENDED, withdrawn, [withdrawn, restored], [*remaining, restored])


def _propose(request: ChangeRequest) -> Proposal:
    """The proposal of a request from what is stored now. Raises `StepRefused` when it can no longer be made."""
    if request.old and request.new:
        return propose_amendment(request.old, request.new)
    if request.new:
        return propose_new(request.new)
    if request.old:
        return propose_end(request.old, request.last_day)
    raise ValueError("A request names an authorization.")


def _copy_with(authorization: Authorization, **values) -> Authorization:
    """An unsaved copy with other values: a preview must not change the instance of the form."""
    row = copy.copy(authorization)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def excesses(proposal: Proposal, *, today: dt.date) -> list[StretchOverCap]:
    """The stretches of days, from today on, on which the area would have more people than its cap allows.

    Days that follow on each other under the same cap are one stretch, whoever comes or goes on them.
    """
    stays = authorised_cap.stays_touching(today, FOREVER, today=today, area_ids=[proposal.area.pk])
    steps = authorised_cap.sweep(stays, proposal.authorizations, today, FOREVER)
    found: list[StretchOverCap] = []
    ends = [step.since - ONE_DAY for step in steps[1:]] + [FOREVER]
    for step, end in zip(steps, ends, strict=True):
        if step.free >= 0:
            continue
        excess = StretchOverCap(step.since, end, step.since, step.used, step.cap or 0)
        if found and found[-1].last + ONE_DAY == step.since and found[-1].cap == excess.cap:
            previous = found.pop()
            worst = max(previous, excess, key=lambda candidate: candidate.used)
            excess = replace(worst, first=previous.first, last=end)
        found.append(excess)
    return found


def people_on(area: Area, day: dt.date, *, today: dt.date) -> list[Deployment]:
    """The deployments that use places of an area on a day, the latest to begin first: those are beyond a lower cap."""
    rows = Deployment.objects.using_places().touching(day, day, today=today).filter(mission__area=area)
    return list(rows.select_related("person__rank", "mission", "service").order_by("-first_day", "-id"))


def carry_out(proposal: Proposal, *, by: User | None, reason: str) -> Authorization:
    """Save a proposal; returns its subject. A cap below what is approved is allowed, and flagged until it is solved.

    Raises `StepRefused` when the proposal can no longer be made, because somebody else has changed the authorizations
    of the area since it was computed.
    """
    try:
        return _save(proposal, by, reason)
    except IntegrityError as error:
        if guards.name_of(error):
            raise StepRefused([guards.blocker(error)]) from error
        message = _("Somebody else recorded or amended it meanwhile. Look at the newest authorization again.")
        raise StepRefused([Blocker("changed_meanwhile", message, rule=1)]) from error


@retry_after_deadlock
@transaction.atomic
def _save(proposal: Proposal, by: User | None, reason: str) -> Authorization:
    authorised_cap.lock(proposal.area.pk)
    # Computed again under the lock: what the preview was computed from may have changed since.
    proposal = _propose(proposal.request)
    for row in proposal.rows:
        sign(row, by, reason)
        row.save()
    after_change_of(Authorization)
    record(by, proposal.verb, proposal.subject)
    return proposal.subject


def _is_newest(authorization: Authorization) -> bool:
    return (
        authorization.state == Authorization.State.ISSUED
        and not Authorization.objects.filter(supersedes=authorization).exists()
    )


def _issued(area: Area) -> list[Authorization]:
    return list(area.authorizations.issued().order_by("valid_from"))


def _reloaded(row: Authorization) -> Authorization:
    return Authorization.objects.select_related("area", "supersedes").get(pk=row.pk)


def _raise_if_any(found: list[Blocker]) -> None:
    if found:
        raise StepRefused(found)


def _overlapping(new: Authorization, others: list[Authorization]) -> list[Blocker]:
    last = new.valid_to or FOREVER
    return [
        Blocker(
            "meets_another",
            _("%(reference)s is in force on some of these days: from %(first)s %(until)s.")
            % {
                "reference": other,
                "first": in_words(other.valid_from),
                "until": _("until %(day)s") % {"day": in_words(other.valid_to)} if other.valid_to else _("with no end"),
            },
            rule=1,
            first_day=max(new.valid_from, other.valid_from),
        )
        for other in others
        if other.valid_from <= last and (other.valid_to or FOREVER) >= new.valid_from
    ]
