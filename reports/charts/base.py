"""What a chart is: a report, and a drawing made of its very rows, so that both say the same."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.charts.bars import Bars
from reports.charts.steps import Steps
from reports.tables.base import Report, Row

Drawing = Bars | Steps


@dataclass(frozen=True)
class Chart:
    """A chart; `draw` makes the drawing of the rows that its report found."""

    name: str
    report: Report
    draw: Callable[[list[Row]], Drawing]
