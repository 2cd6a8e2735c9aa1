"""The policy ceiling: recording another from a day on, ending one, and the days on which it is exceeded (rule 2)."""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments import guards
from deployments.models import FOREVER
from deployments.stays import amendment, authorised_cap
from deployments.stays.amendment import StretchOverCap
from deployments.stays.authorised_cap import ONE_DAY, Strength
from deployments.stays.counting import stays_touching
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from foundation.sentences import day as in_words
from missions.models import Authorization, Ceiling


@dataclass(frozen=True)
class Proposal:
    """A change computed from what is stored: `rows` are to be saved in this order, `ceilings` all that then stand.

    `again` computes it anew, under the lock; it raises `StepRefused` when it can no longer be made.
    """

    again: Callable[[], "Proposal"]
    verb: Verb
    subject: Ceiling
    rows: list[Ceiling]
    ceilings: list[Ceiling]


def propose_new(new: Ceiling) -> Proposal:
    """A ceiling from its first day on; the one in force on that day ends on the day before. Raises `StepRefused`."""
    last = new.valid_to or FOREVER
    others = list(Ceiling.objects.exclude(pk=new.pk))
    if last < new.valid_from:
        raise StepRefused([_of("valid_to", "ends_before_start", _("The last day cannot be before the first."))])
    ended = []
    for other in others:
        if other.valid_from > last or (other.valid_to or FOREVER) < new.valid_from:
            continue
        if other.valid_from >= new.valid_from:
            message = _("Another ceiling begins on %(day)s; end this one before, or begin later.")
            raise StepRefused([_of("valid_from", "meets_another", message % {"day": in_words(other.valid_from)})])
        cut = copy.copy(other)
        cut.valid_to = new.valid_from - ONE_DAY
        ended.append(cut)
    kept = [other for other in others if other.pk not in {cut.pk for cut in ended}]
    # What ends comes first: the database allows one ceiling a day, at every moment.
    return Proposal(lambda: propose_new(new), Verb.RECORDED, new, [*ended, new], [*kept, *ended, new])


def propose_end(old: Ceiling, last_day: dt.date) -> Proposal:
    """The ceiling ends on a day; without one, everybody is allowed afterwards. Raises `StepRefused`."""
    old = Ceiling.objects.get(pk=old.pk)
    if last_day < old.valid_from:
        message = _("It is in force from %(day)s and cannot end before.") % {"day": in_words(old.valid_from)}
        raise StepRefused([_of("last_day", "ends_before_start", message)])
    if old.valid_to and last_day > old.valid_to:
        message = _("It ends on %(day)s already. Record another one for the days after.")
        raise StepRefused([_of("last_day", "longer_needs_another", message % {"day": in_words(old.valid_to)})])
    ended = copy.copy(old)
    ended.valid_to = last_day
    others = list(Ceiling.objects.exclude(pk=old.pk))
    return Proposal(lambda: propose_end(old, last_day), Verb.ENDED, ended, [ended], [*others, ended])


def carry_out(proposal: Proposal, *, by: User, reason: str) -> Ceiling:
    """Save a proposal; a ceiling below what is approved is allowed, and flagged until it is solved."""
    try:
        return _save(proposal, by, reason)
    except IntegrityError as error:
        raise StepRefused([guards.blocker(error)]) from error


@retry_after_deadlock
@transaction.atomic
def _save(proposal: Proposal, by: User, reason: str) -> Ceiling:
    authorised_cap.lock()
    proposal = proposal.again()  # what the preview was computed from may have changed since
    for row in proposal.rows:
        sign(row, by, reason)
        row.save()
    record(by, proposal.verb, proposal.subject)
    after_change_of(Authorization)
    return proposal.subject


def excesses(proposal: Proposal, *, today: dt.date) -> list[StretchOverCap]:
    """The stretches of days, from today on, on which more people would be deployed than the ceiling allows."""
    stays = stays_touching(today, FOREVER, today=today)
    return _above(authorised_cap.sweep(stays, proposal.ceilings, today, FOREVER))


def days_above(*, today: dt.date) -> list[StretchOverCap]:
    """Every stretch of days on which more people use places than the ceiling of the day allows, past and to come."""
    first = Ceiling.objects.order_by("valid_from").values_list("valid_from", flat=True).first()
    return [] if first is None else _above(authorised_cap.program_timeline(first, FOREVER, today=today))


def _above(steps: list[Strength]) -> list[StretchOverCap]:
    # A day without a ceiling allows everybody, unlike a day without an authorization.
    return amendment.over_cap([replace(step, cap=step.used) if step.cap is None else step for step in steps])


def _of(about: str, code: str, message: str) -> Blocker:
    return Blocker(code, message, rule=2, about=about)
