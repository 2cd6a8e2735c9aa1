"""The calendar of what runs out: credentials, agreements, consents and authorizations, month by month."""

import calendar
import datetime as dt

from django.utils.translation import gettext_lazy as _

from foundation.sentences import month_name
from reports.charts.bars import Bars, bars
from reports.charts.base import Chart
from reports.measures import MEASURES, Question, Time
from reports.tables import series
from reports.tables.base import Report, Row, opened

MONTHS = 24
KINDS = {
    "credentials_ending": _("Credentials"),
    "agreements_ending": _("Agreements"),
    "consents_ending": _("Consents"),
    "authorizations_ending": _("Authorizations"),
}


def two_years(day: dt.date) -> tuple[dt.date, dt.date]:
    """From a day through the end of the twenty-fourth month, its own being the first."""
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS - 1, 12)
    return day, _end_of(dt.date(year, month + 1, 1))


def months(question: Question) -> list[Question]:
    """The question of each month of the period, at most of so many; the first and the last are cut to it."""
    first = question.first
    found: list[Question] = []
    while first <= question.last and len(found) < MONTHS:
        last = min(_end_of(first), question.last)
        found.append(question.narrowed(first=first, last=last))
        first = last + dt.timedelta(days=1)
    return found


def _end_of(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def rows(question: Question) -> list[Row]:
    """One row for each month, those in which nothing runs out included; one statement for each kind."""
    asked = months(question)
    counted = {name: series.numbers(MEASURES[name].rows, asked) for name in KINDS}
    found = []
    for place, month in enumerate(asked):
        heads = {name: counted[name].get((place,), 0) for name in KINDS}
        row: Row = {"month": f"{month_name(month.first)} {month.first.year}"}
        row |= {name: opened(name, month, number) for name, number in heads.items()}
        found.append(row | {"total": sum(heads.values())})
    return found


def draw(rows: list[Row]) -> Bars:
    return bars(rows, "month", [(name, str(label)) for name, label in KINDS.items()], "total")


CHART = Chart(
    "expiring",
    Report(
        "chart_expiring",
        _("Calendar of what runs out"),
        _(
            "Credentials of people in active service, agreements, consents and authorizations by the month of their "
            "last day, where nothing continues them."
        ),
        (("month", _("Month")), *KINDS.items(), ("total", _("Total"))),
        rows,
        Time.PERIOD,
        takes=frozenset({"service"}),
        period=two_years,
        added_up={name: name for name in KINDS},
        of_the_office=True,
    ),
    draw,
)
