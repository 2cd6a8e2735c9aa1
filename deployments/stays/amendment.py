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
class Wish:
    """What somebody asks for: a `new` authorization alone, `new` in the place of `old`, or the end of `old`.

    `last_day` is the last day of `old`; None takes it back.
    """

    old: Authorization | None = None
    new: Authorization | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class Proposal:
    """A change of `subject`: `rows` are to be saved in this order, `papers` are then all those issued for its area.

    It is computed from what is stored, and changes none of the rows that were handed in; `wish` is what was asked for.
    """

    wish: Wish
    verb: Verb
    subject: Authorization
    rows: list[Authorization]
    papers: list[Authorization]

    @property
    def area(self) -> Area:
        return self.subject.area


@dataclass(frozen=True)
class Excess:
    """A stretch of days on which more people use places than the cap in force allows; the figures of its worst day."""

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
    """A first authorization of an area, or one after a gap. Raises `StepRefused` when it meets another."""
    others = _issued(new.area)
    _refuse(_meets_another(new, others))
    first = _changed(new, issued_until=new.valid_to)
    return Proposal(Wish(new=new), Verb.RECORDED, first, [first], [*others, first])


def propose_amendment(old: Authorization, new: Authorization) -> Proposal:
    """`new` takes over from `old` on its own first day; `old` then ends the day before."""
    old = _stored(old)
    others = [paper for paper in _issued(old.area) if paper.pk != old.pk]
    found = []
    if not _is_newest(old):
        message = _("%(reference)s was amended or withdrawn already; amend the newest one.") % {"reference": old}
        found.append(Blocker("not_the_newest", message, rule=1))
    if new.valid_from <= old.valid_from:
        message = _("An amendment starts after the authorization that it amends, which is in force from %(day)s.") % {
            "day": in_words(old.valid_from)
        }
        found.append(Blocker("starts_too_early", message, rule=1, first_day=new.valid_from))
    _refuse([*found, *_meets_another(new, others)])
    ended = _changed(old, valid_to=min(old.valid_to or FOREVER, new.valid_from - ONE_DAY))
    next_one = _changed(new, area=old.area, supersedes=old, issued_until=new.valid_to)
    rows = [ended, next_one]
    return Proposal(Wish(old=old, new=new), Verb.AMENDED, next_one, rows, [*others, *rows])


def propose_end(old: Authorization, last_day: dt.date | None) -> Proposal:
    """`old` ends on `last_day`; without a day it is withdrawn and counts on no day.

    The authorization that a withdrawn amendment had superseded is in force again, until the end by its own words.
    """
    old = _stored(old)
    others = [paper for paper in _issued(old.area) if paper.pk != old.pk]
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
    _refuse(found)

    wish = Wish(old=old, last_day=last_day)
    if last_day:
        ended = _changed(old, valid_to=last_day, issued_until=last_day)
        return Proposal(wish, Verb.ENDED, ended, [ended], [*others, ended])
    withdrawn = _changed(old, state=Authorization.State.WITHDRAWN, supersedes=None)
    if old.supersedes is None:
        return Proposal(wish, Verb.ENDED, withdrawn, [withdrawn], others)
    before = _stored(old.supersedes)
    before = _changed(before, valid_to=before.issued_until)
    papers = [paper for paper in others if paper.pk != before.pk]
    return Proposal(wish, Verb.ENDED, withdrawn, [withdrawn, before], [*papers, before])


def _propose(wish: Wish) -> Proposal:
    """The same proposal from what is stored now. Raises `StepRefused` when it can no longer be made."""
    if wish.old and wish.new:
        return propose_amendment(wish.old, wish.new)
    if wish.new:
        return propose_new(wish.new)
    if wish.old:
        return propose_end(wish.old, wish.last_day)
    raise ValueError("A wish names an authorization.")


def _changed(paper: Authorization, **values) -> Authorization:
    """A copy of a row with other values, unsaved: a preview leaves what was handed in as it is."""
    row = copy.copy(paper)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def excesses(proposal: Proposal, *, today: dt.date) -> list[Excess]:
    """The stretches, from today on, on which the area would hold more people than allowed."""
    stays = authorised_cap.stays_touching(today, FOREVER, today=today, area_ids=[proposal.area.pk])
    steps = authorised_cap.sweep(stays, proposal.papers, today, FOREVER)
    found: list[Excess] = []
    ends = [step.since - ONE_DAY for step in steps[1:]] + [FOREVER]
    for step, end in zip(steps, ends, strict=True):
        if step.free >= 0:
            continue
        here = Excess(step.since, end, step.since, step.used, step.cap or 0)
        if found and found[-1].last + ONE_DAY == step.since and found[-1].cap == here.cap:
            before = found.pop()
            worst = max(before, here, key=lambda excess: excess.used)
            here = replace(worst, first=before.first, last=end)
        found.append(here)
    return found


def people_on(area: Area, day: dt.date, *, today: dt.date) -> list[Deployment]:
    """Those who use the places of an area on a day, the latest to begin first: they are the ones beyond a lower cap."""
    rows = Deployment.objects.using_places().touching(day, day, today=today).filter(mission__area=area)
    return list(rows.select_related("person__rank", "mission", "service").order_by("-first_day", "-id"))


def carry_out(proposal: Proposal, *, by: User | None, reason: str) -> Authorization:
    """Save a proposal. A cap below what is approved is allowed: the sweep then flags it until it is solved.

    Raises `StepRefused` when somebody else changed the authorizations of the area meanwhile, so that the proposal can
    no longer be made.
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
    # Judged again under the lock: what the preview showed may have changed meanwhile.
    proposal = _propose(proposal.wish)
    for row in proposal.rows:
        sign(row, by, reason)
        row.save()
    after_change_of(Authorization)
    record(by, proposal.verb, proposal.subject)
    return proposal.subject


def _is_newest(paper: Authorization) -> bool:
    return paper.state == Authorization.State.ISSUED and not Authorization.objects.filter(supersedes=paper).exists()


def _issued(area: Area) -> list[Authorization]:
    return list(area.authorizations.issued().order_by("valid_from"))


def _stored(row: Authorization) -> Authorization:
    return Authorization.objects.select_related("area", "supersedes").get(pk=row.pk)


def _refuse(found: list[Blocker]) -> None:
    if found:
        raise StepRefused(found)


def _meets_another(new: Authorization, others: list[Authorization]) -> list[Blocker]:
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
