"""Strength against the cap over time: coordinates for an SVG, and the rows of the table beside it."""

import datetime as dt
from dataclasses import dataclass

from deployments.stays.authorised_cap import ONE_DAY, Strength
from foundation.sentences import month

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 36, 8, 12, 28


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its coordinate and its label."""

    at: str
    label: str
    is_minor: bool = False


@dataclass(frozen=True)
class Chart:
    """What the template draws. Coordinates are texts with a decimal point, whatever the reader's language."""

    in_mission: str
    approved: str
    held: str
    over: str
    cap: list[str]
    days: list[Tick]
    heads: list[Tick]
    today: str
    shown: str
    rows: list[Strength]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def strength_chart(steps: list[Strength], first: dt.date, last: dt.date, *, on: dt.date, today: dt.date) -> Chart:
    """A chart from `first` through `last`: areas for in mission, approved and held, a line for the cap.

    Today is marked, and so is the day `on` where a page shows another.
    """
    tallest = max(max(step.used + step.held, step.cap or 0) for step in steps)
    highest = max(5, tallest + tallest // 10 + 1)  # room for the label of today
    span = (last - first).days + 1
    ends = [step.since for step in steps[1:]] + [last + ONE_DAY]

    def x(day: dt.date) -> str:
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span:.1f}"

    def y(heads: int) -> str:
        return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * heads / highest:.1f}"

    def band(low: list[int], high: list[int]) -> str:
        """An SVG path between two levels: one rectangle for each step in which `high` is above `low`."""
        return " ".join(
            f"M{x(step.since)} {y(bottom)}V{y(top)}H{x(end)}V{y(bottom)}Z"
            for step, end, bottom, top in zip(steps, ends, low, high, strict=True)
            if top > bottom
        )

    def cap_line() -> list[str]:
        """One path for each stretch of days with an authorization, so that days without one stay empty."""
        paths = [""]
        for step, end in zip(steps, ends, strict=True):
            if step.cap is None:
                paths.append("")
            elif paths[-1]:
                paths[-1] += f"V{y(step.cap)}H{x(end)}"
            else:
                paths[-1] = f"M{x(step.since)} {y(step.cap)}H{x(end)}"
        return [path for path in paths if path]

    nobody = [0 for _step in steps]
    in_mission = [step.in_mission for step in steps]
    used = [step.used for step in steps]
    with_held = [step.used + step.held for step in steps]
    within_cap = [min(step.used, step.cap or 0) for step in steps]
    return Chart(
        in_mission=band(nobody, in_mission),
        approved=band(in_mission, used),
        held=band(used, with_held),
        over=band(within_cap, used),
        cap=cap_line(),
        days=[Tick(x(day), month(day), day.month not in {1, 7}) for day in _quarters(first, last)],
        heads=[Tick(y(heads), str(heads)) for heads in _round_numbers(highest)],
        today=x(today) if first <= today <= last else "",
        shown=x(on) if on != today else "",
        rows=steps,
    )


def _quarters(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of quarters from `first` through `last`."""
    days = (dt.date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10))
    return [day for day in days if first <= day <= last]


def _round_numbers(highest: int) -> list[int]:
    """Four to six round numbers from 0 up to the highest."""
    step = next((step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if highest / step <= 5), 1000)
    return list(range(0, highest + 1, step))
