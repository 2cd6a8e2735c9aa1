"""A small chart of the places around a stay to come: how many are used, the cap, and the stay itself as an outline."""

import datetime as dt
from dataclasses import dataclass

from deployments.stays.authorised_cap import ONE_DAY
from deployments.stays.outlook import Places
from foundation.sentences import month_name
from reports.chart import Box, Line, Row, Scale, Tick

HEIGHT, TOP, BOTTOM = 130, 18, 22


@dataclass(frozen=True)
class StayChart:
    """What the template draws; the sentence above it says the same."""

    used: list[Box]
    held: list[Box]
    over: list[Box]
    stay: list[Box]
    cap: list[Line]
    days: list[Tick]
    today: str
    scale: Scale

    @property
    def foot(self) -> int:
        return self.scale.height - self.scale.bottom


def stay_chart(places: Places, *, today: dt.date) -> StayChart:
    """The strength of the area around a stay; the outline is one more place, on top of those that are used."""
    cuts = {places.first, places.last + ONE_DAY}
    since = sorted({step.since for step in places.steps} | {day for day in cuts if day <= places.drawn_to})
    ends = [day - ONE_DAY for day in since[1:]] + [places.drawn_to]
    rows = [
        Row(begin, end, next(step for step in reversed(places.steps) if step.since <= begin), None, "")
        for begin, end in zip(since, ends, strict=True)
    ]
    tallest = max(max(row.whole.used + row.whole.held + 1, row.whole.cap or 0) for row in rows)
    scale = Scale(places.drawn_from, places.drawn_to, max(5, tallest + tallest // 8 + 1), HEIGHT, TOP, BOTTOM)
    nobody, used = [0 for _row in rows], [row.whole.used for row in rows]
    with_one_more = [row.whole.used + 1 if places.first <= row.since <= places.last else row.whole.used for row in rows]
    return StayChart(
        used=scale.boxes(rows, nobody, used),
        held=scale.boxes(rows, used, [row.whole.used + row.whole.held for row in rows]),
        over=scale.boxes(rows, [min(row.whole.used, row.whole.cap or 0) for row in rows], used),
        stay=scale.boxes(rows, used, with_one_more),
        cap=scale.cap(rows),
        days=[Tick(scale.x(day), month_name(day)) for day in _ticks(places)],
        today=scale.x(today) if places.drawn_from <= today <= places.drawn_to else "",
        scale=scale,
    )


def _ticks(places: Places) -> list[dt.date]:
    """The first days of quarters that are drawn, of years where there are many."""
    years = range(places.drawn_from.year, places.drawn_to.year + 1)
    months = (1, 4, 7, 10) if len(years) < 4 else (1,)
    days = [dt.date(year, month, 1) for year in years for month in months]
    return [day for day in days if places.drawn_from <= day <= places.drawn_to]
