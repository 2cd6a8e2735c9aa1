"""How long people stay."""

import calendar
import datetime as dt


def last_day(first_day: dt.date, months: int) -> dt.date:
    """The last day of a tour of whole months, both days included (rule 7): the day before the anniversary.

    2015-11-17 and 12 months → 2016-11-16. Where the anniversary does not exist (29 February, the 31st) the tour ends
    with the month: 2024-02-29 and 12 months → 2025-02-28.
    """
    years, month = divmod(first_day.month - 1 + months, 12)
    year, month = first_day.year + years, month + 1
    days_in_month = calendar.monthrange(year, month)[1]
    if first_day.day > days_in_month:
        return dt.date(year, month, days_in_month)
    return dt.date(year, month, first_day.day) - dt.timedelta(days=1)


def is_longer_than(months: int, first_day: dt.date, final_day: dt.date) -> bool:
    """Whether a stay goes beyond so many months in all (rule 8)."""
    return final_day > last_day(first_day, months)
