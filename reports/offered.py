"""Which figures and reports somebody may open, by the name of their page."""

from accounts.access import Permission
from accounts.models import SavedView, User
from reports.charts import CHARTS
from reports.charts.base import Chart
from reports.measures import MEASURES, Measure
from reports.tables import REPORTS
from reports.tables.base import Report

List = SavedView.List


def reports_of(reader: User) -> list[Report]:
    """The reports that somebody may read."""
    return [report for report in REPORTS.values() if _is_open(report, reader)]


def measures_of(reader: User) -> list[Measure]:
    """The measures that somebody may ask."""
    return [measure for measure in MEASURES.values() if _is_open(measure, reader)]


def named(page: str, of: str) -> Report | Measure | None:
    """The figure or report at a page by its name; None where there is none (any more)."""
    return {List.FIGURES: MEASURES, List.REPORTS: REPORTS}[List(page)].get(of)  # type: ignore[attr-defined]


def title(asked: Report | Measure) -> str:
    return str(asked.title if isinstance(asked, Report) else asked.label)


def charts_of(reader: User) -> list[Chart]:
    """The charts that somebody may look at: each is drawn of a report."""
    return [chart for chart in CHARTS.values() if _is_open(chart.report, reader)]


def may_open(reader: User, asked: Report | Measure) -> bool:
    """Whether somebody may open the page of a figure or report."""
    return reader.may(Permission.REPORT_SEE) and _is_open(asked, reader)


def _is_open(asked: Report | Measure, reader: User) -> bool:
    if isinstance(asked, Report) and not reader.may(asked.permission):
        return False
    return reader.sees_every_service or not asked.of_the_office
