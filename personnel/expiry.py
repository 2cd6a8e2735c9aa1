"""How long papers are valid: the last day of a number of months, and the standing of a paper on a day."""

import calendar
import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

ONE_DAY = dt.timedelta(days=1)


class Standing(models.TextChoices):
    """Whether a paper is valid on a day."""

    COMING = "coming", _("Not valid yet")
    VALID = "valid", _("Valid")
    ENDING = "ending", _("Ending soon")
    EXPIRED = "expired", _("Expired")
    NOT_MET = "not_met", _("Not met")
    ENDED = "ended", _("Ended by a later “not met”")


def last_day(first_day: dt.date, months: int) -> dt.date:
    """The last of so many whole months, both days included: the day before the anniversary.

    2015-11-17 and 12 months → 2016-11-16. Where the anniversary does not exist (29 February, the 31st) it ends with the
    month: 2024-02-29 and 12 months → 2025-02-28.
    """
    years, month = divmod(first_day.month - 1 + months, 12)
    year, month = first_day.year + years, month + 1
    days_in_month = calendar.monthrange(year, month)[1]
    if first_day.day > days_in_month:
        return dt.date(year, month, days_in_month)
    return dt.date(year, month, first_day.day) - ONE_DAY


def standing(valid_from: dt.date, valid_to: dt.date | None, *, on: dt.date, reminder_days: int) -> Standing:
    """The standing on a day of a paper valid from `valid_from` through `valid_to` (None: without end)."""
    if on < valid_from:
        return Standing.COMING
    if valid_to is None:
        return Standing.VALID
    if on > valid_to:
        return Standing.EXPIRED
    return Standing.ENDING if (valid_to - on).days <= reminder_days else Standing.VALID


def age(born_on: dt.date, on: dt.date) -> int:
    """Years completed on a day; a person born on 29 February completes them on 1 March in other years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
