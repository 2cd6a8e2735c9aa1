"""Figures and reports that go to readers each month: on which day, to whom, and what the e-mail says.

An e-mail holds the title, the day and a link. What the page shows depends on the rights of whoever opens it, so no
number and no name leaves the house.
"""

import calendar
import datetime as dt
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from flags.models import LetterChoice, Rhythm
from foundation.sentences import day as in_words
from outbox import notices
from outbox.notices import Notice
from reports import offered
from reports.measures import Measure
from reports.models import ReportSubscription
from reports.tables.base import Report

ONE_DAY = dt.timedelta(days=1)


def newest_day(day: int, today: dt.date) -> dt.date:
    """The newest day up to today on which that day of the month fell: in a shorter month its last day."""
    this_month = _in_the_month_of(today, day)
    return this_month if this_month <= today else _in_the_month_of(today.replace(day=1) - ONE_DAY, day)


def _in_the_month_of(date: dt.date, day: int) -> dt.date:
    return date.replace(day=min(day, calendar.monthrange(date.year, date.month)[1]))


def write_all(*, today: dt.date) -> int:
    """Write the e-mails that are due, those of days without a worker too; returns how many readers get one."""
    return sum(_write(row.pk, today) for row in ReportSubscription.objects.in_force().order_by("pk"))


@transaction.atomic
def _write(pk: int, today: dt.date) -> int:
    row = ReportSubscription.objects.in_force().select_for_update(no_key=True).filter(pk=pk).first()
    if row is None or (due := newest_day(row.day, today)) <= row.told_up_to:
        return 0
    row.told_up_to = due
    row.save(update_fields=["told_up_to"])
    asked = offered.named(row.page, row.of)
    if asked is None:
        return 0
    readers = [reader for reader in _wanting(row) if offered.may_open(reader, asked)]
    for reader in readers:
        notices.send(f"report {row.pk} {due} {reader.pk}", reader, partial(_compose, row, asked, due))
    return len(readers)


def _wanting(row: ReportSubscription) -> list[User]:
    """Its readers whose account is open, but for who chose to get no e-mails at all."""
    silent = LetterChoice.objects.filter(rhythm=Rhythm.NEVER).values("user")
    return list(row.readers.filter(is_active=True).exclude(pk__in=silent).order_by("pk"))


def _compose(row: ReportSubscription, asked: Report | Measure, due: dt.date) -> Notice:
    title = offered.title(asked)
    sentences = [
        _("“%(title)s” as of %(day)s is ready.") % {"title": title, "day": in_words(due)},
        _("The page shows what your own role may see. No figure is in this e-mail."),
    ]
    return Notice(
        subject=_("PeaceOps: %(title)s, %(day)s") % {"title": title, "day": in_words(due)},
        sentences=sentences,
        path=row.address(on=due),
        link_says=_("Open the report") if isinstance(asked, Report) else _("Open the figure"),
        why=_("The coordinators have this sent to you each month. Tell them when you no longer need it."),
    )
