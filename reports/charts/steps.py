"""Levels over time as areas on top of each other, with stepped lines for what they are compared with."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foundation.sentences import month_names
from reports.chart import Box, Line, Scale, Tick, round_numbers


@dataclass(frozen=True)
class Stretch:
    """A stretch of days, both ends included, and what is said of it; `address` are its rows."""

    since: dt.date
    last: dt.date
    figures: str
    address: str


@dataclass(frozen=True)
class Area:
    """One level as boxes, told apart by its series."""

    series: int
    label: str
    boxes: list[Box]


@dataclass(frozen=True)
class Comparison:
    """A line with steps, and how it is called."""

    name: str
    label: str
    lines: list[Line]


@dataclass(frozen=True)
class Steps:
    """What the template draws. Each of `readings` is that of one row of the table, in its order."""

    areas: list[Area]
    comparisons: list[Comparison]
    readings: list[Stretch]
    ticks: list[Tick]
    heads: list[Tick]
    scale: Scale | None
    template: str = "reports/charts/_steps.html"

    @property
    def months(self) -> list[str]:
        """The names of the months, with which a script says a day."""
        return month_names()

    @property
    def number_of_days(self) -> int:
        return (self.scale.last - self.scale.first).days + 1 if self.scale else 0

    @property
    def foot(self) -> int:
        return self.scale.height - self.scale.bottom if self.scale else 0


NOTHING = Steps([], [], [], [], [], None)


def steps(
    stretches: Sequence[Stretch],
    levels: Sequence[tuple[str, list[int]]],
    compared: Sequence[tuple[str, str, list[int | None]]],
) -> Steps:
    """A drawing of levels on top of each other, one number for each stretch, and of lines beside them.

    `levels` are pairs of words and numbers, from the bottom up; `compared` have a name for the styles, words, numbers.
    """
    if not stretches:
        return NOTHING
    base = [0 for _stretch in stretches]
    tops: list[list[int]] = []
    for _label, numbers in levels:
        tops.append([under + number for under, number in zip(tops[-1] if tops else base, numbers, strict=True)])
    highest = max(5, *tops[-1], *(number or 0 for _name, _label, numbers in compared for number in numbers))
    scale = Scale(stretches[0].since, stretches[-1].last, highest + highest // 10 + 1)
    bottoms = [base, *tops]
    return Steps(
        [
            Area(index, label, scale.boxes(stretches, bottoms[index], tops[index]))
            for index, (label, _numbers) in enumerate(levels)
        ],
        [Comparison(name, label, scale.steps(stretches, numbers, _said(label))) for name, label, numbers in compared],
        list(stretches),
        _years(scale),
        [Tick(scale.y(heads), str(heads)) for heads in round_numbers(scale.highest)],
        scale,
    )


def _said(label: str) -> Callable[[int], str]:
    return lambda number: f"{label} {number}"


def _years(scale: Scale) -> list[Tick]:
    """The first days of years: of few each, of many every fifth."""
    years = range(scale.first.year, scale.last.year + 1)
    every = 1 if len(years) <= 10 else 5
    days = [dt.date(year, 1, 1) for year in years if year % every == 0]
    return [
        Tick(scale.x(day), str(day.year), is_minor=day.year % (2 * every) != 0) for day in days if day >= scale.first
    ]
