"""Acts on flags that take one click: what is ready to be chosen, and needs no form."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from flags import ledger
from flags.models import Flag, FlagAct

WEEK = dt.timedelta(days=7)
BEFORE = dt.timedelta(days=30)


class Ready(StrEnum):
    """What a button does at once."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN_TO_ME = "to_me"
    SNOOZE_WEEK = "week"
    SNOOZE_BEFORE = "before"


def may_wait(flags: Sequence[Flag], *, today: dt.date) -> bool:
    """Whether the 30th day before what each of them is about is still to come."""
    return all(_days_before(flag) > today for flag in flags)


def take(act: Ready, flags: Sequence[Flag], *, by: User, today: dt.date) -> list[FlagAct]:
    """Take this act on all of these flags; returns the acts, which one click can undo.

    Raises `StepRefused`, and changes none, when one was resolved meanwhile or cannot wait so long.
    """
    if act == Ready.ACKNOWLEDGE:
        return ledger.acknowledge(flags, note="", by=by)
    if act == Ready.ASSIGN_TO_ME:
        return ledger.assign(flags, to=by, note="", by=by)
    if act == Ready.SNOOZE_WEEK:
        return ledger.snooze(flags, until=today + WEEK, note=_("For one week."), by=by, today=today)
    note = _("Until 30 days before the day that it is about.")
    return ledger.snooze(flags, until=_days_before, note=note, by=by, today=today)


def said(act: Ready, n: int) -> str:
    """What was done, in words."""
    sentence = {
        Ready.ACKNOWLEDGE: ngettext("You acknowledged %(n)s flag.", "You acknowledged %(n)s flags.", n),
        Ready.ASSIGN_TO_ME: ngettext("%(n)s flag is assigned to you now.", "%(n)s flags are assigned to you now.", n),
        Ready.SNOOZE_WEEK: ngettext("You snoozed %(n)s flag for one week.", "You snoozed %(n)s flags for one week.", n),
        Ready.SNOOZE_BEFORE: ngettext(
            "You snoozed %(n)s flag until 30 days before.", "You snoozed %(n)s flags until 30 days before.", n
        ),
    }[act]
    return sentence % {"n": n}


def _days_before(flag: Flag) -> dt.date:
    return flag.day - BEFORE
