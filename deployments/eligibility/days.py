"""Calculations with the days of a stay: first and last day are always included."""

import datetime as dt
from collections.abc import Iterable

from foundation.sentences import day as in_words
from personnel.expiry import ONE_DAY

Period = tuple[dt.date, dt.date | None]
"""First and last day; None as the last: no end."""


def first_day_open(periods: Iterable[Period], first: dt.date, last: dt.date) -> dt.date | None:
    """The first day from `first` through `last` that no period covers; None when all days are covered."""
    day = first
    for begins, ends in sorted(periods, key=lambda period: period[0]):
        if begins > day:
            break
        if ends is None or ends >= last:
            return None
        day = max(day, ends + ONE_DAY)
    return day if day <= last else None


def peak(stays: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> tuple[int, dt.date]:
    """The most stays on one day from `first` through `last`, and the first day with so many."""
    changes: dict[dt.date, int] = {first: 0}
    for begins, ends in stays:
        if begins > last or ends < first:
            continue
        start = max(begins, first)
        changes[start] = changes.get(start, 0) + 1
        if ends < last:
            changes[ends + ONE_DAY] = changes.get(ends + ONE_DAY, 0) - 1
    count, most, day_of_most = 0, 0, first
    for day in sorted(changes):
        count += changes[day]
        if count > most:
            most, day_of_most = count, day
    return most, day_of_most


def nth_day(day: dt.date, first: dt.date, last: dt.date) -> dict[str, object]:
    """Parameters of a sentence about a day of a stay: its date, its number from 1, and how many days the stay has."""
    return {
        "day": in_words(day),
        "number": (day - first).days + 1,
        "days": (last - first).days + 1,
    }
