"""Recording, amending and ending authorizations, with a preview of who would exceed and from which day (rule 4).

Three proposals, one way to carry them out: what the preview judges is what is then saved.
"""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from audit.writes import one_act
from background.enqueue import after_change_of
from deployments import guards
from deployments.models import FOREVER, Deployment
from deployments.stays import authorised_cap
from deployments.stays.authorised_cap import ONE_DAY, Strength
from deployments.stays.counting import stays_touching
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.sentences import day as in_words
from missions.models import Area, Authorization, Mission
from missions.models.authority import HIGHEST_CAP


@dataclass(frozen=True)
class Proposal:
    """A change of `subject`, computed from what is stored and not saved yet.

    `rows` are to be saved in this order; `authorizations` are all those issued for the area once they are saved.
    `again` computes it anew from what is stored, under the lock; it raises `StepRefused` when it can no longer be made.
    """

    again: Callable[[], "Proposal"]
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
    return Proposal(lambda: propose_new(new), Verb.RECORDED, issued, [issued], [*others, issued])


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
    return Proposal(lambda: propose_amendment(old, new), Verb.AMENDED, successor, rows, [*others, *rows])


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
        message = _("It is in force from %(day)s and cannot end before. To withdraw it, leave the day empty.") % {
            "day": in_words(old.valid_from)
        }
        found.append(Blocker("ends_before_start", message, rule=1, first_day=last_day))
    if last_day and old.valid_to and last_day > old.valid_to:
        message = _("It ends on %(day)s already. Only an amendment can make it longer.") % {
            "day": in_words(old.valid_to)
        }
        found.append(Blocker("longer_needs_amendment", message, rule=1, first_day=last_day))
    _raise_if_any(found)

    def again() -> Proposal:
        return propose_end(old, last_day)

    if last_day:
        ended = _copy_with(old, valid_to=last_day, issued_until=last_day)
        return Proposal(again, Verb.ENDED, ended, [ended], [*others, ended])
    withdrawn = _copy_with(old, state=Authorization.State.WITHDRAWN, supersedes=None)
    if old.supersedes is None:
        return Proposal(again, Verb.ENDED, withdrawn, [withdrawn], others)
    predecessor = _reloaded(old.supersedes)
    restored = _copy_with(predecessor, valid_to=predecessor.issued_until)
    remaining = [authorization for authorization in others if authorization.pk != restored.pk]
    return Proposal(again, Verb.ENDED, withdrawn, [withdrawn, restored], [*remaining, restored])


def propose_correction(old: Authorization, *, cap: int, valid_from: dt.date, valid_to: dt.date | None) -> Proposal:
    """`old` with the cap and the dates of its instrument, recorded wrongly before. Raises `StepRefused`.

    What it supersedes then ends the day before its first day, or by its own words where these come first.
    """
    old = _reloaded(old)
    others = [authorization for authorization in _issued(old.area) if authorization.pk != old.pk]
    issued_until = old.issued_until if valid_to == old.valid_to else valid_to
    new = _copy_with(old, cap=cap, valid_from=valid_from, valid_to=valid_to, issued_until=issued_until)
    _raise_if_any(_not_to_be_corrected(old, new))
    found, rows = [], [new]
    if old.supersedes and valid_from != old.valid_from:
        before = _reloaded(old.supersedes)
        before.valid_to = min(before.issued_until or FOREVER, valid_from - ONE_DAY)
        others = [authorization for authorization in others if authorization.pk != before.pk]
        if valid_from <= before.valid_from:
            message = _("An amendment starts after the authorization that it amends, which is in force from %(day)s.")
            message %= {"day": in_words(before.valid_from)}
            found.append(Blocker("starts_too_early", message, rule=1, first_day=valid_from, about="valid_from"))
        # What ends earlier comes first: the database allows one authorization a day, at every moment.
        rows = [before, new] if valid_from < old.valid_from else [new, before]
    _raise_if_any([*found, *_overlapping(new, others)])

    def again() -> Proposal:
        return propose_correction(old, cap=cap, valid_from=valid_from, valid_to=valid_to)

    return Proposal(again, Verb.CORRECTED, new, rows, [*others, *rows])


def _not_to_be_corrected(old: Authorization, new: Authorization) -> list[Blocker]:
    if old.state != Authorization.State.ISSUED:
        message = _("%(reference)s was withdrawn: it counts on no day.") % {"reference": old}
        return [Blocker("withdrawn", message, rule=1)]
    if (new.cap, new.valid_from, new.valid_to) == (old.cap, old.valid_from, old.valid_to):
        return [Blocker("nothing_changes", _("Nothing would change: say what should be there instead."), rule=0)]
    if new.valid_to and new.valid_to < new.valid_from:
        message = _("The last day cannot be before the first.")
        return [Blocker("ends_before_start", message, rule=17, about="valid_to")]
    if not 1 <= new.cap <= HIGHEST_CAP:
        message = _("A cap is from 1 through %(highest)s.") % {"highest": HIGHEST_CAP}
        return [Blocker("cap_out_of_range", message, rule=1, about="cap")]
    return []


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
    stays = stays_touching(today, FOREVER, today=today, area_ids=[proposal.area.pk])
    return over_cap(authorised_cap.sweep(stays, proposal.authorizations, today, FOREVER))


def over_cap(steps: list[Strength]) -> list[StretchOverCap]:
    """The stretches of days of an endless timeline on which more people are there than the cap allows."""
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
    rows = Deployment.objects.using_places().touching(day, day, today=today)
    rows = rows.filter(mission__in=Mission.objects.in_area(area, day))
    return list(rows.select_related("person", "rank", "mission", "service").order_by("-first_day", "-id"))


def consequences(proposal: Proposal, *, today: dt.date) -> dict[str, object]:
    """For the preview: the stretches over the cap, and who is there on the worst day of the first of them."""
    found = excesses(proposal, today=today)
    people = people_on(proposal.area, found[0].worst, today=today) if found else []
    return {"excesses": found, "people": people, "over": found[0].over if found else 0}


def carry_out(proposal: Proposal, *, by: User | None, reason: str, **details) -> Authorization:
    """Save a proposal; returns its subject. A cap below what is approved is allowed, and flagged until it is solved.

    `details` are those of its event. Raises `StepRefused` when the proposal can no longer be made, because somebody
    else has changed the authorizations of the area since it was computed.
    """
    try:
        return _save(proposal, by, reason, details)
    except IntegrityError as error:
        if guards.name_of(error):
            raise StepRefused([guards.blocker(error)]) from error
        message = _("Somebody else recorded or amended it meanwhile. Look at the newest authorization again.")
        raise StepRefused([Blocker("changed_meanwhile", message, rule=1)]) from error


@retry_after_deadlock
@transaction.atomic
def _save(proposal: Proposal, by: User | None, reason: str, details: dict) -> Authorization:
    authorised_cap.lock(proposal.area.pk)
    # Computed again under the lock: what the preview was computed from may have changed since.
    proposal = proposal.again()
    with one_act(by, proposal.verb, proposal.subject, **details):
        for row in proposal.rows:
            sign(row, by, reason)
            row.save()
    after_change_of(Authorization)
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
