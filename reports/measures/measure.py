"""What a measure is: a name, a sentence, the rows that it counts, and how a number is made of them."""

import datetime as dt
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Model, QuerySet, Sum
from django.utils.functional import Promise

from deployments.models import Deployment
from reports.measures.question import Question

Rows = Callable[[Question], QuerySet]
Number = int | float | None
"""None where nothing can be said: a share of nobody, the middle of nothing, what is no longer known of a past day."""


class Time(Enum):
    """Of which time a measure is asked."""

    DAY = "day"
    PERIOD = "period"


class Unit(Enum):
    """What its number counts."""

    ROWS = "rows"
    DAYS = "days"
    PER_CENT = "per_cent"


PEOPLE = frozenset({"service", "category", "gender", "first_language"})
PLACES = frozenset({"area", "mission", "language"})
STAYS = PEOPLE | PLACES | {"role", "rank_band", "team", "armed"}
"""What narrows deployments."""


@dataclass(frozen=True)
class Answer:
    """The answer to one question: the rows, and the number that they make.

    Of a share `rows` are those counted and `whole` those it is a share of; `of_whole` is how many these are.
    """

    measure: "Measure"
    question: Question
    rows: QuerySet
    number: Number
    of_whole: Number = None

    @property
    def is_known(self) -> bool:
        return self.number is not None


def counted(rows: QuerySet) -> int:
    """How many rows there are."""
    return rows.order_by().count()


def added_up(name: str) -> Callable[[QuerySet], int]:
    """Makes a number of rows by adding up what each has under a name; a duration counts as days."""

    def number(rows: QuerySet) -> int:
        total = rows.order_by().aggregate(total=Sum(name))["total"] or 0
        return total.days if isinstance(total, dt.timedelta) else total

    return number


def middle(name: str) -> Callable[[QuerySet], float | None]:
    """Makes a number of rows by taking the median of what each has under a name; a duration counts as days."""

    def number(rows: QuerySet) -> float | None:
        found = [days_of(value) for value in rows.order_by().values_list(name, flat=True).iterator()]
        return tidy(statistics.median(found)) if found else None

    return number


def tidy(number: float) -> int | float:
    """A number with one decimal at most, as it is said: 12 and not 12.0."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def days_of(value: Any) -> float:
    """A duration in days; a number as it is."""
    return value / dt.timedelta(days=1) if isinstance(value, dt.timedelta) else value


@dataclass(frozen=True)
class Measure:
    """A figure, and `of` which model its rows are.

    `takes` are the parts of a question that narrow it; the others are left out of the question. `own` names what each
    row adds, where it is not one: its list shows it, and its numbers add up to the figure. `share_of` is the name of
    the measure of which it is a share. One that is `of_the_office` is asked by those only who see every service: a
    place under a cap is taken whoever looks.
    """

    name: str
    label: Promise | str
    sentence: Promise | str
    time: Time
    rows: Rows
    of: type[Model] = Deployment
    number: Callable[[QuerySet], Number] = counted
    unit: Unit = Unit.ROWS
    takes: frozenset[str] = STAYS
    own: str = ""
    own_label: Promise | str = ""
    share_of: str = ""
    of_the_office: bool = False
    is_known: Callable[[Question], bool] = field(default=lambda _question: True)
