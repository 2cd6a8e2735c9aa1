"""The table of two dimensions: the groups that somebody is in, the numbers of all cells, and the totals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.tables import Column, Table
from reports.crosstab.counting import ADDS_UP, numbers
from reports.crosstab.dimensions import Dimension, Group
from reports.measures import MEASURES, Answer, Question
from reports.measures.catalogue import answer
from reports.measures.question import EMPTY
from reports.tables.base import Row, opened

TABLE = Table("crosstab", gettext_lazy("Cross-tab"), ())
"""By its name in the trail; each cross-tab has columns of its own."""
TOTAL = "total"


class TableOfAnAnswer(Table):
    """A table whose columns come from what was found; nobody else knows it by its name."""

    def __post_init__(self) -> None:
        """Not declared."""


@dataclass(frozen=True)
class Crosstab:
    """A figure by two dimensions. `cells` have the numbers by the keys of row and column, totals those of each.

    Where the numbers of the parts do not add up to that of the whole, the totals were counted by themselves.
    """

    found: Answer
    down: Dimension
    across: Dimension
    rows: list[Group]
    columns: list[Group]
    cells: dict[tuple, int]
    of_rows: dict[tuple, int]
    of_columns: dict[tuple, int]

    @property
    def table(self) -> Table:
        columns = [
            (self.down.name, self.down.label),
            *((group.code, group.label) for group in self.columns),
            (TOTAL, _("Total")),
        ]
        found = tuple(Column(key, label, _number_in(key)) for key, label in columns)
        return TableOfAnAnswer(TABLE.name, self.title, found)

    @property
    def title(self) -> str:
        down, across = (str(dimension.label) for dimension in (self.down, self.across))
        said = {"figure": self.found.measure.label, "rows": _uncapitalised(down), "columns": _uncapitalised(across)}
        return _("%(figure)s, by %(rows)s and %(columns)s") % said

    @property
    def warnings(self) -> list[str]:
        """Why the totals are not the sums of their cells, where they are not."""
        said = {
            "role": _("A deployment with several roles is counted in each of them."),
            "fiscal_year": _("What goes over several fiscal years is counted in each of them."),
        }
        why = [said[dimension.name] for dimension in (self.down, self.across) if not dimension.parts]
        if self.found.measure.name not in ADDS_UP:
            why.append(_("Somebody who was deployed several times may be in several cells."))
        return [*why, _("The totals count each once, and are not the sums of the cells.")] if self._differs else []

    @property
    def _differs(self) -> bool:
        of_rows = all(self.of_rows[row.key,] == _sum(self.cells, 0, row.key) for row in self.rows)
        of_columns = all(self.of_columns[column.key,] == _sum(self.cells, 1, column.key) for column in self.columns)
        whole = self.found.number or 0
        lists = (self.rows, self.of_rows), (self.columns, self.of_columns)
        ends = all(sum(totals[group.key,] for group in groups) == whole for groups, totals in lists)
        return not (of_rows and of_columns and ends)

    def lines(self) -> list[Row]:
        """The rows with their totals; every number opens to its rows."""
        lines = []
        for row in self.rows:
            line: Row = {self.down.name: row.label}
            for column in self.columns:
                line[column.code] = self._opened(self.cells.get((row.key, column.key), 0), row, column)
            lines.append(line | {TOTAL: self._opened(self.of_rows[row.key,], row)})
        return lines

    def totals(self) -> Row | None:
        if not self.rows:
            return None
        of_columns = {group.code: self._opened(self.of_columns[group.key,], group) for group in self.columns}
        return {self.down.name: _("Total"), **of_columns, TOTAL: self._opened(self.found.number or 0)}

    def _opened(self, number: Any, *groups: Group) -> Any:
        asked = {part: value for group in groups for part, value in group.asked.items()}
        return opened(self.found.measure.name, self.found.question.narrowed(**asked), number)


def crosstab(name: str, question: Question, down: Dimension, across: Dimension) -> Crosstab:
    """The cross-tab of a measure; what does not narrow it is left out of the question."""
    measure = MEASURES[name]
    question = question.only(measure.takes)
    cells = numbers(name, question, (down, across)) if measure.is_known(question) else {}
    cells = {keys: number for keys, number in cells.items() if number}
    rows, columns = (
        [group for group in dimension.groups({keys[place] for keys in cells}, question) if _is_asked(group, question)]
        for place, dimension in enumerate((down, across))
    )
    shown = {row.key for row in rows}, {column.key for column in columns}
    cells = {(row, column): n for (row, column), n in cells.items() if row in shown[0] and column in shown[1]}
    if down.parts and across.parts and name in ADDS_UP:
        of_rows = {(group.key,): _sum(cells, 0, group.key) for group in rows}
        of_columns = {(group.key,): _sum(cells, 1, group.key) for group in columns}
        number = sum(cells.values()) if measure.is_known(question) else None
        found = Answer(measure, question, measure.rows(question), number)
    else:
        of_rows, of_columns = numbers(name, question, (down,)), numbers(name, question, (across,))
        found = answer(name, question)
    return Crosstab(found, down, across, rows, columns, cells, of_rows, of_columns)


def _is_asked(group: Group, question: Question) -> bool:
    """Of a question that is narrowed to one role, the deployments have others, too: those are not asked for."""
    parts = ((EMPTY[part], getattr(question, part), value) for part, value in group.asked.items() if part in EMPTY)
    return all(there in {empty, value} for empty, there, value in parts)


def _sum(cells: dict[tuple, int], place: int, key: Any) -> int:
    return sum(number for keys, number in cells.items() if keys[place] == key)


def _number_in(key: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row[key], "number", row[key])


def _uncapitalised(label: str) -> str:
    return label[:1].lower() + label[1:]
