"""What a report is: a table with a title, columns and rows, of which every number opens to the rows that it counts."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from accounts.access import Permission
from foundation.tables import Column, Table
from reports import saying
from reports.measures import MEASURES, Number, Question, Time, fiscal_year


@dataclass(frozen=True)
class Opened:
    """A number in a report, the address of the rows that it counts, and the name of the measure that counts them."""

    number: Number
    address: str
    measure: str = ""


@dataclass(frozen=True)
class Linked:
    """Words in a report that lead to a page."""

    words: str
    address: str

    def __str__(self) -> str:
        return self.words


Row = dict[str, Any]
"""What stands in each column, by its key: text, a number, a day, `Opened` or `Linked`."""


def opened(name: str, question: Question, number: Number) -> Opened:
    """A number that a measure gives to a question, which the report found together with others in one query."""
    return Opened(number, saying.rows_at(MEASURES[name], question), name)


@dataclass(frozen=True)
class Report:
    """A report. `rows` answers the rows of a question; `takes` are the parts of a question that narrow it.

    `period` are the first and the last day over which it goes of itself, as of a day. The columns in `added_up` make
    the row of totals, each with the name of the measure to which its total opens, and with what narrows the question of
    its column; `totals_of` is the question that the totals answer, None where its rows cannot be added up.
    `headline` says the rows in a sentence. One that is `of_the_office` is read by those only who see every service,
    and each by those only who have its `permission`.
    """

    name: str
    title: Promise | str
    sentence: Promise | str
    columns: tuple[tuple[str, Promise | str], ...]
    rows: Callable[[Question], Iterable[Row]]
    time: Time
    takes: frozenset[str] = frozenset()
    period: Callable[[dt.date], tuple[dt.date, dt.date]] = fiscal_year
    added_up: dict[str, str | tuple[str, dict[str, Any]]] = field(default_factory=dict)
    totals_of: Callable[[Question], Question | None] = lambda question: question
    headline: Callable[[Question, list[Row]], str] | None = None
    of_the_office: bool = False
    permission: Permission = Permission.REPORT_SEE
    table: Table = field(init=False)

    def __post_init__(self) -> None:
        columns = tuple(Column(key, label, _plain(key)) for key, label in self.columns)
        object.__setattr__(self, "table", Table(f"report_{self.name}", self.title, columns))

    def totals(self, rows: list[Row], question: Question) -> Row | None:
        """The row of totals; None where nothing is added up, or where there is nothing to add."""
        whole = self.totals_of(question)
        if not self.added_up or len(rows) < 2 or whole is None:
            return None
        found: Row = {key: None for key, _label in self.columns}
        for key, measure in self.added_up.items():
            name, of = (measure, {}) if isinstance(measure, str) else measure
            found[key] = opened(name, whole.narrowed(**of), sum(_number(row[key]) or 0 for row in rows))
        return found


def _number(value: Any) -> Any:
    return value.number if isinstance(value, Opened) else value


def _plain(key: str) -> Callable[[Row], Any]:
    """What stands in a column, without where it leads."""

    def value(row: Row) -> Any:
        found = _number(row.get(key))
        return str(found) if isinstance(found, Linked) else found

    return value
