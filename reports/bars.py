"""Stays as bars below each other, from the first to the last day, with one mark for the day of the page."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from deployments.models import Deployment
from reports.chart import Scale

BACK, AHEAD = dt.timedelta(days=365), dt.timedelta(days=540)
"""As far as the chart above them: who was there longer has a bar from its edge on."""
LEAST = dt.timedelta(days=30)


@dataclass(frozen=True)
class Bar:
    """Where the bar of one stay begins and how long it is, in per cent of the width."""

    x: str
    width: str


@dataclass(frozen=True)
class Bars:
    """The days that all bars of a table have in common, and where the day of the page stands on them."""

    scale: Scale
    on: dt.date

    @classmethod
    def around(cls, stays: Sequence[Deployment], on: dt.date) -> "Bars":
        first = min((stay.first_day for stay in stays), default=on)
        last = max((stay.last_day for stay in stays), default=on)
        first, last = max(min(first, on - LEAST), on - BACK), min(max(last, on + LEAST), on + AHEAD)
        return cls(Scale(first, last, highest=1), on)

    @property
    def at(self) -> str:
        return self.scale.x(self.on)

    def of(self, stay: Deployment) -> Bar:
        first, last = max(stay.first_day, self.scale.first), min(stay.last_day, self.scale.last)
        return Bar(self.scale.x(first), self.scale.across(first, last))
