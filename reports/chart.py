"""Strength against the cap over time: boxes and lines of an SVG as wide as its page, and the table beside it.

Across, everything stands at a part of the width in per cent, so that the drawing fills any page and its texts keep
their size; down, it is in pixels. `Scale` draws any timeline, also a smaller one without axes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.stays.authorised_cap import ONE_DAY, Strength
from foundation.sentences import month_name, month_names

HEIGHT, TOP, BOTTOM = 260, 22, 42
LABEL_NEEDS = 0.08
"""The part of the width that a stretch of the cap needs to be labelled."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is, its label, and the year below a month that has one."""

    at: str
    label: str
    year: str = ""
    is_minor: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle. Like all coordinates its own are texts with a decimal point, whatever the reader's language."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Line:
    """A stretch of the cap, or one of its steps up or down; labelled where there is room."""

    x1: str
    x2: str
    y1: str
    y2: str
    label: str = ""
    label_at: str = ""


@dataclass(frozen=True)
class Row:
    """The strength from the day `since` through `last`; `own` is the share of one mission, where it is shown."""

    since: dt.date
    last: dt.date
    whole: Strength
    own: Strength | None
    address: str

    @property
    def shown(self) -> Strength:
        """What stands out: the share of the mission, or else all."""
        return self.own or self.whole

    @property
    def figures(self) -> str:
        """All that is known of each of these days, in words; figures of nobody are left out."""
        whole, here = self.whole, _heads(self.shown)
        cap = _("no authorization") if whole.cap is None else _("cap %(cap)s") % {"cap": whole.cap}
        left = (
            ngettext("%(n)s over the cap", "%(n)s over the cap", whole.over) % {"n": whole.over}
            if whole.over
            else ngettext("%(n)s free", "%(n)s free", whole.free) % {"n": whole.free}
        )
        if self.own is None:
            return ", ".join([*here, cap, left])
        together = _("%(n)s with the other missions") % {"n": whole.used}
        return f"{', '.join(here)}; {', '.join([together, cap, left])}"


class Days(Protocol):
    """Days from one through another, on which something stays as it is."""

    @property
    def since(self) -> dt.date: ...

    @property
    def last(self) -> dt.date: ...


@dataclass(frozen=True)
class Scale:
    """Where the days from `first` through `last` and so many heads stand in a drawing of so many pixels."""

    first: dt.date
    last: dt.date
    highest: int
    height: int = HEIGHT
    top: int = TOP
    bottom: int = BOTTOM

    def part(self, day: dt.date) -> float:
        """Where a day stands across, from 0 to 1."""
        return (day - self.first).days / ((self.last - self.first).days + 1)

    def x(self, day: dt.date) -> str:
        return _per_cent(self.part(day))

    def across(self, first: dt.date, last: dt.date) -> str:
        """How wide these days are, both included."""
        return _per_cent(max(0.0, self.part(last + ONE_DAY) - self.part(first)))

    def y(self, heads: int) -> str:
        return f"{self._down(heads):.1f}"

    def boxes(self, rows: Sequence[Days], low: list[int], high: list[int]) -> list[Box]:
        """The area between two levels: one box for each stretch on which both stay and `high` is above `low`."""
        found: list[tuple[dt.date, dt.date, int, int]] = []
        for row, bottom, top in zip(rows, low, high, strict=True):
            if top <= bottom:
                continue
            if found and found[-1][1] + ONE_DAY == row.since and found[-1][2:] == (bottom, top):
                found[-1] = (found[-1][0], row.last, bottom, top)
            else:
                found.append((row.since, row.last, bottom, top))
        return [
            Box(
                self.x(first),
                self.y(top),
                self.across(first, last),
                f"{self._down(bottom) - self._down(top):.1f}",
            )
            for first, last, bottom, top in found
        ]

    def cap(self, rows: list[Row]) -> list[Line]:
        """The cap as a line with steps; days without an authorization stay empty."""
        return self.steps(rows, [row.whole.cap for row in rows], lambda cap: _("cap %(cap)s") % {"cap": cap})

    def steps(self, rows: Sequence[Days], levels: Sequence[int | None], words: Callable[[int], str]) -> list[Line]:
        """A level as a line with steps, with its words where there is room; days without one stay empty."""
        lines: list[Line] = []
        stretches: list[tuple[dt.date, dt.date, int]] = []
        for row, cap in zip(rows, levels, strict=True):
            if cap is None:
                continue
            if stretches and stretches[-1][1] + ONE_DAY == row.since and stretches[-1][2] == cap:
                stretches[-1] = (stretches[-1][0], row.last, cap)
            else:
                if stretches and stretches[-1][1] + ONE_DAY == row.since:
                    at = self.x(row.since)
                    lines.append(Line(at, at, self.y(stretches[-1][2]), self.y(cap)))
                stretches.append((row.since, row.last, cap))
        for first, last, cap in stretches:
            is_wide = self.part(last + ONE_DAY) - self.part(first) >= LABEL_NEEDS
            said = words(cap) if is_wide else ""
            level, above = self.y(cap), f"{self._down(cap) - 6:.1f}"
            lines.append(Line(self.x(first), self.x(last + ONE_DAY), level, level, said, above))
        return lines

    def _down(self, heads: int) -> float:
        return self.height - self.bottom - (self.height - self.top - self.bottom) * heads / self.highest


@dataclass(frozen=True)
class Chart:
    """What the template draws, and the rows of the table that says the same."""

    in_mission: list[Box]
    approved: list[Box]
    others: list[Box]
    held: list[Box]
    over: list[Box]
    cap: list[Line]
    days: list[Tick]
    heads: list[Tick]
    today: str
    shown: str
    rows: list[Row]
    scale: Scale
    rows_at: str
    has_others: bool

    @property
    def foot(self) -> int:
        return self.scale.height - self.scale.bottom

    @property
    def months(self) -> list[str]:
        """The names of the months, with which a script says a day."""
        return month_names()

    @property
    def number_of_days(self) -> int:
        return (self.scale.last - self.scale.first).days + 1


def strength_chart(
    steps: list[Strength],
    first: dt.date,
    last: dt.date,
    *,
    on: dt.date,
    today: dt.date,
    rows_at: str,
    own: list[Strength] | None = None,
) -> Chart:
    """A chart from `first` through `last`: areas for in mission, approved and held, a line for the cap.

    Today is marked, and so is the day `on` where a page shows another. `rows_at` is the address of the list of who is
    counted; each row of the table leads to that of its first day. With `own`, the timeline of one mission of the area,
    its share stands out and the other missions are one pale area above it.
    """
    rows = _rows(steps, own, last, rows_at, today)
    tallest = max(max(row.whole.used + row.whole.held, row.whole.cap or 0) for row in rows)
    scale = Scale(first, last, max(5, tallest + tallest // 10 + 1))  # room for the label of the cap
    nobody = [0 for _row in rows]
    mine = [row.shown for row in rows]
    in_mission, with_approved = [share.in_mission for share in mine], [share.used for share in mine]
    used, with_held = [row.whole.used for row in rows], [row.whole.used + row.whole.held for row in rows]
    within_cap = [min(row.whole.used, row.whole.cap or 0) for row in rows]
    return Chart(
        in_mission=scale.boxes(rows, nobody, in_mission),
        approved=scale.boxes(rows, in_mission, with_approved),
        others=scale.boxes(rows, with_approved, used),
        held=scale.boxes(rows, used, with_held),
        over=scale.boxes(rows, within_cap, used),
        cap=scale.cap(rows),
        days=[_month(scale, day) for day in _quarters(first, last)],
        heads=[Tick(scale.y(heads), str(heads)) for heads in round_numbers(scale.highest)],
        today=scale.x(today) if first <= today <= last else "",
        shown=scale.x(on) if on != today else "",
        rows=rows,
        scale=scale,
        rows_at=rows_at,
        has_others=own is not None,
    )


def _rows(steps: list[Strength], own: list[Strength] | None, last: dt.date, rows_at: str, today: dt.date) -> list[Row]:
    """One row for each day on which the strength, or the share of the mission, changes."""
    days = sorted({step.since for step in [*steps, *(own or [])]})
    ends = [day - ONE_DAY for day in days[1:]] + [last]
    return [
        Row(
            since,
            end,
            _on(steps, since),
            None if own is None else _on(own, since),
            rows_at if since == today else f"{rows_at}&on={since.isoformat()}",
        )
        for since, end in zip(days, ends, strict=True)
    ]


def _on(steps: Iterable[Strength], day: dt.date) -> Strength:
    return replace([step for step in steps if step.since <= day][-1], since=day)


def _heads(strength: Strength) -> list[str]:
    """ "15 in mission", "4 approved", "2 held"."""
    said = [ngettext("%(n)s in mission", "%(n)s in mission", strength.in_mission) % {"n": strength.in_mission}]
    if strength.approved:
        said.append(ngettext("%(n)s approved", "%(n)s approved", strength.approved) % {"n": strength.approved})
    if strength.held:
        said.append(ngettext("%(n)s planned", "%(n)s planned", strength.held) % {"n": strength.held})
    return said


def _per_cent(part: float) -> str:
    """As exact as neighbours need that are to meet without a gap."""
    return f"{100 * part:.4f}".rstrip("0").rstrip(".") + "%"


def _month(scale: Scale, day: dt.date) -> Tick:
    is_minor = day.month not in {1, 7}
    return Tick(scale.x(day), month_name(day), "" if is_minor else str(day.year), is_minor)


def _quarters(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of quarters from `first` through `last`."""
    days = (dt.date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10))
    return [day for day in days if first <= day <= last]


def round_numbers(highest: int) -> list[int]:
    """Four to six round numbers from 0 up to the highest."""
    step = next((step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if highest / step <= 5), 1000)
    return list(range(0, highest + 1, step))
