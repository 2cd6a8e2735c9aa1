"""In which of the first lines of a table its headings are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foundation.reading.limits import MOST_QUESTIONED_LINES

Line = tuple[int, list[str]]
"""Number of the line in its table, from 1, and its cells as people see them."""

_DATA = re.compile(r"\d{3}|\d[-/.]\d|@|^[=#]")
"""Years, numbers of people, dates, addresses, formulas and errors: headings hold none of them."""


@dataclass(frozen=True)
class HeadingLine:
    """The last line of the headings, over how many lines they go, and whether the reader should be asked."""

    line: int
    lines: int = 1
    doubtful: bool = False


def find_heading_line(rows: Sequence[Line], is_name: Callable[[str], bool] | None = None) -> HeadingLine:
    """A guess from the first lines that are not blank; surer with `is_name`, which knows the names of columns."""
    rows = rows[:MOST_QUESTIONED_LINES]
    if not rows:
        return HeadingLine(0, doubtful=True)
    return (is_name and _by_names(rows, is_name)) or _by_shape(rows)


def joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Headings that go over two lines as one: "Date de" above "naissance"."""
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [below if above == below else f"{above} {below}".strip() for above, below in pairs]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _by_names(rows: Sequence[Line], is_name: Callable[[str], bool]) -> HeadingLine | None:
    def known(cells: Sequence[str]) -> int:
        return sum(bool(cell) and is_name(cell) for cell in cells)

    best, most = None, 0
    for place, (line, cells) in enumerate(rows):
        if known(cells) > most:
            most, best = known(cells), HeadingLine(line, doubtful=2 * known(cells) < _filled(cells))
        if place and rows[place - 1][0] == line - 1:
            both = joined(rows[place - 1][1], cells)
            if known(both) > most:
                most, best = known(both), HeadingLine(line, lines=2, doubtful=2 * known(both) < _filled(both))
    return best if most > 1 or (best and not best.doubtful) else None


def _by_shape(rows: Sequence[Line]) -> HeadingLine:
    widest = max(_filled(cells) for _line, cells in rows)
    for place, (line, cells) in enumerate(rows):
        if _filled(cells) >= max(2, 0.6 * widest) and not _holds_data(cells):
            if _goes_on(rows[place : place + 3]):
                return HeadingLine(line + 1, lines=2, doubtful=True)
            if _is_of_groups(rows[place : place + 2]):
                return HeadingLine(line + 1, doubtful=True)
            texts = [cell for cell in cells if cell]
            return HeadingLine(line, doubtful=place > 0 or len(set(texts)) < len(texts))
    return HeadingLine(rows[0][0], doubtful=True)


def _goes_on(rows: Sequence[Line]) -> bool:
    """Whether the second of three lines continues headings: fewer words below some of them, and data only after it."""
    if len(rows) < 3:
        return False
    (first, upper), (second, lower), (_third, data) = rows
    return (
        second == first + 1
        and not _holds_data(lower)
        and _filled(lower) < min(_filled(upper), _filled(data))
        and _holds_data(data)
    )


def _is_of_groups(rows: Sequence[Line]) -> bool:
    """Whether the first of two lines names groups of the columns that the second one names."""
    if len(rows) < 2:
        return False
    (first, upper), (second, lower) = rows
    return second == first + 1 and not _holds_data(lower) and _filled(upper) < _filled(lower)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def _holds_data(cells: Sequence[str]) -> bool:
    return any(_DATA.search(cell) for cell in cells)
