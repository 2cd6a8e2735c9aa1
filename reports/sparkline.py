"""A year of an area in one small drawing: the places taken, with the cap as a line, and the same in words."""

import datetime as dt
from dataclasses import dataclass

from deployments.stays.authorised_cap import ONE_DAY, Strength
from foundation.sentences import month_name
from reports.chart import Box, Line, Row, Scale

HEIGHT, MARGIN = 32, 2
MONTHS, YEAR = 12, dt.timedelta(days=365)


@dataclass(frozen=True)
class Month:
    """The places taken on the first day of a month; `cap` is None where no authorization is in force on it."""

    name: str
    year: int
    used: int
    cap: int | None


@dataclass(frozen=True)
class Sparkline:
    """What the template draws; `least` and `most` are the fewest and the most places taken on any of its days."""

    used: list[Box]
    over: list[Box]
    cap: list[Line]
    months: list[Month]
    least: int
    most: int
    height: int = HEIGHT


def sparkline(steps: list[Strength], on: dt.date) -> Sparkline:
    """The twelve months from a day on, of a timeline that begins on it and goes on for longer."""
    firsts = [_first_of_month(on, number) for number in range(1, MONTHS + 1)]
    last = max(on + YEAR, firsts[-1])  # where a leap day lies between, the twelfth month begins a day later
    within = [step for step in steps if step.since <= last]
    ends = [step.since - ONE_DAY for step in within[1:]] + [last]
    rows = [Row(step.since, end, step, None, "") for step, end in zip(within, ends, strict=True)]
    used = [row.whole.used for row in rows]
    highest = max(1, *used, *(row.whole.cap or 0 for row in rows))
    scale = Scale(on, last, highest, height=HEIGHT, top=MARGIN, bottom=MARGIN)
    nobody = [0 for _row in rows]
    return Sparkline(
        used=scale.boxes(rows, nobody, used),
        over=scale.boxes(rows, [min(row.whole.used, row.whole.cap or 0) for row in rows], used),
        cap=scale.cap(rows),
        months=[_month(rows, day) for day in firsts],
        least=min(used),
        most=max(used),
    )


def _first_of_month(on: dt.date, number: int) -> dt.date:
    """The first day of the month so many months after that of a day."""
    years, month = divmod(on.month - 1 + number, 12)
    return dt.date(on.year + years, month + 1, 1)


def _month(rows: list[Row], day: dt.date) -> Month:
    [strength] = [row.whole for row in rows if row.since <= day <= row.last]
    return Month(month_name(day), day.year, strength.used, strength.cap)
