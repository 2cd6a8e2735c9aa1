"""Bars below each other, each in one part or in several: what is told apart is told by lightness and hatching."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import saying
from reports.tables.base import Opened, Row

ROW, BAR, LABEL = 48, 22, 18
"""In pixels: from bar to bar, how thick each is, and how far below its words it begins."""
WIDEST = 88.0
"""In per cent of the width: beside the longest bar its number needs room."""
WORDED_FROM = 9.0
"""A part as wide as this, in per cent, has room for its number."""


@dataclass(frozen=True)
class Part:
    """A part of a bar; coordinates are texts with a decimal point, whatever the reader's language."""

    series: int
    words: str
    number: str
    address: str
    x: str
    width: str
    middle: str
    is_worded: bool


@dataclass(frozen=True)
class Bar:
    """A bar with its words above it and its number behind it."""

    label: str
    number: str
    address: str
    end: str
    words_at: int
    top: int
    parts: list[Part]

    @property
    def number_at(self) -> int:
        return self.top + BAR - 6


@dataclass(frozen=True)
class Bars:
    """What the template draws; of one series nothing needs to be told apart."""

    bars: list[Bar]
    series: list[tuple[int, str]]
    height: int
    thick: int = BAR
    template: str = "reports/charts/_bars.html"
    readings: tuple[()] = ()
    """Each part says its own number: none is read by its day."""


def bars(rows: Sequence[Row], label: str, series: Sequence[tuple[str, str]], total: str = "") -> Bars:
    """Bars of the rows of a report: `label` and `total` are the columns of their words and of their number.

    Each of `series` is a column with its words, and one part of every bar.
    """
    total = total or series[0][0]
    most = max((_whole(row[total]).number or 0 for row in rows), default=0) or 1
    found = []
    for place, row in enumerate(rows):
        number = _whole(row[total])
        top = place * ROW + LABEL
        parts, before = [], 0
        for index, (key, words) in enumerate(series):
            part: Opened = row[key]
            if part.number:
                said = f"{row[label]}, {words}: {saying.figure(part.number)}"
                parts.append(_part(index, said, part, before, most))
            before += int(part.number or 0)
        at = _per_cent(WIDEST * (number.number or 0) / most)
        found.append(Bar(str(row[label]), saying.figure(number.number), number.address, at, top - 5, top, parts))
    names = [(index, words) for index, (_key, words) in enumerate(series)]
    return Bars(found, names if len(series) > 1 else [], len(rows) * ROW)


def _whole(value: Opened | int) -> Opened:
    """The number of a whole bar; one that no measure counts by itself leads nowhere."""
    return value if isinstance(value, Opened) else Opened(value, "")


def _part(index: int, said: str, part: Opened, before: int, most: float) -> Part:
    x, width = WIDEST * before / most, WIDEST * (part.number or 0) / most
    return Part(
        index,
        said,
        saying.figure(part.number),
        part.address,
        _per_cent(x),
        _per_cent(width),
        _per_cent(x + width / 2),
        width >= WORDED_FROM,
    )


def _per_cent(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") + "%"
