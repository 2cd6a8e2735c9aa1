"""One question asked of several days or periods, with the numbers of all of them in one statement."""

import datetime as dt
from typing import Any

from django.db.models import Aggregate, Count, IntegerField, Value
from django.utils.translation import gettext as _

from foundation.sentences import day as in_words
from reports.measures import Question, fiscal_year
from reports.measures.measure import Rows

ONE_DAY = dt.timedelta(days=1)
SHOWN_YEARS = 5


def last_fiscal_years(day: dt.date) -> tuple[dt.date, dt.date]:
    """From the first day of the fiscal year four years before that of a day through the last day of this."""
    first, last = fiscal_year(day)
    return first.replace(year=first.year - SHOWN_YEARS + 1), last


def fiscal_years(question: Question) -> list[Question]:
    """The question of each fiscal year of the period; the first and the last are cut to it, none is one to come."""
    first, found = question.first, []
    while first <= min(question.last, question.today):
        last = min(fiscal_year(first)[1], question.last)
        found.append(question.narrowed(first=first, last=last))
        first = last + ONE_DAY
    return found


def named(year: Question) -> str:
    """ "2025–2026"; with its days where it is not whole."""
    whole = fiscal_year(year.first)
    said = f"{whole[0].year}\N{EN DASH}{whole[1].year}"
    if (year.first, year.last) == whole:
        return said
    days = {"year": said, "first": in_words(year.first), "last": in_words(year.last)}
    return _("%(year)s, from %(first)s through %(last)s") % days


def numbers(rows: Rows, asked: list[Question], *by: str, what: Aggregate | None = None) -> dict[tuple, Any]:
    """What the rows of each question make, by its place among those asked and the values of the fields.

    `what` is how many they are, unless it is something else.
    """
    parts = [
        rows(question)
        .order_by()
        .annotate(place=Value(place, IntegerField()))
        .values_list("place", *by)
        .annotate(number=what or Count("pk"))
        for place, question in enumerate(asked)
    ]
    if not parts:
        return {}
    return {tuple(key): number for *key, number in parts[0].union(*parts[1:], all=True)}
