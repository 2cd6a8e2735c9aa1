"""What each row of a list would change: something new, something changed, nothing; or why it is refused.

Rows are read, looked up and judged in pieces, so that the memory that a list takes does not grow with it. A rule is
asked where it stands: the model of a record checks the record, the kinds in `records.kinds` call the rules above it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from foundation.bilingual import in_both_languages
from foundation.reading.cells import Cell
from foundation.reading.dates import Order
from records.kinds import KINDS
from records.kinds.base import Kind, read
from records.models import Import
from records.rows import WORTH_SAVING, JudgedRow, Outcome, Reason
from records.world import World

CHUNK = 500
"""So many rows are looked up together."""


@dataclass
class Sheet:
    """The rows of one table of a list, as (line, cells by field), and how its columns write day and month."""

    table: int
    kind: str
    rows: Iterable[tuple[int, dict[str, Cell]]]
    orders: dict[str, Order] = field(default_factory=dict)


def in_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets in the order in which their kinds refer to each other, whatever their order in the file is."""
    places = {code: place for place, code in enumerate(KINDS)}
    return sorted(sheets, key=lambda sheet: (places[sheet.kind], sheet.table))


def judge(sheets: Iterable[Sheet], world: World, ticks: Mapping[tuple[int, int], bool]) -> Iterator[list[JudgedRow]]:
    """The rows with their results, piece by piece, in the order in which they must be saved.

    `ticks` say by (table, line) whether a row is saved where that is not as usual. Whoever saves a piece does so before
    asking for the next one: later rows refer to what earlier ones add.
    """
    for sheet in in_order(sheets):
        kind = KINDS[sheet.kind]
        rows = iter(sheet.rows)
        size = None if kind.judged_whole else 1 if kind.names_itself else CHUNK
        while piece := list(islice(rows, size)):
            yield _judge_piece(sheet, kind, piece, world, ticks)


def unusual_ticks(batch: Import) -> dict[tuple[int, int], bool]:
    """By (table, line), the rows of a preview of which somebody chose otherwise than usual."""
    rows = batch.rows.filter(outcome__in=WORTH_SAVING)
    chosen = rows.values_list("table", "line", "outcome", "chosen").iterator()
    return {(table, line): tick for table, line, outcome, tick in chosen if tick == (outcome == Outcome.RENAMED)}


def _judge_piece(
    sheet: Sheet,
    kind: Kind,
    piece: list[tuple[int, dict[str, Cell]]],
    world: World,
    ticks: Mapping[tuple[int, int], bool],
) -> list[JudgedRow]:
    rows = [JudgedRow(sheet.table, line, sheet.kind, cells) for line, cells in piece]
    for row in rows:
        read(row, kind, world, sheet.orders)
    kind.look_up(rows, world)
    for row in rows:
        kind.judge(row, world)
        row.chosen = ticks.get(row.place, row.outcome != Outcome.RENAMED)
        if row.is_saved:
            kind.enter(row, world)
    kind.conclude(rows, world)
    return rows


@dataclass
class Causes:
    """The causes of refusals: rows with the same reason are one group, numbered as they come."""

    groups: list[dict[str, Any]] = field(default_factory=list)
    _numbers: dict[tuple, int] = field(default_factory=dict)

    def numbers_of(self, row: JudgedRow) -> list[int]:
        """The groups to which a refused row belongs, in each of which it is counted; none of any other row."""
        if row.outcome != Outcome.REFUSED:
            return []
        numbers = list(dict.fromkeys(self._number(row, reason) for reason in row.reasons))
        for number in numbers:
            self.groups[number]["rows"] += 1
        return numbers

    def _number(self, row: JudgedRow, reason: Reason) -> int:
        number = self._numbers.setdefault((row.kind, *reason.cause), len(self.groups))
        if number == len(self.groups):
            sentence = in_both_languages(lambda: reason.in_general)
            self.groups.append({"kind": row.kind, "field": reason.about, "rows": 0, "sentence": sentence})
        return number
