"""People deployed in each fiscal year, by gender."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from personnel.models import Person
from reports.charts.bars import Bars, bars
from reports.charts.base import Chart
from reports.crosstab.counting import numbers
from reports.crosstab.dimensions import DIMENSIONS, FISCAL_YEAR
from reports.measures import Question, Time, fiscal_year
from reports.tables import series
from reports.tables.base import Report, Row, opened

YEARS = 10


def ten_years(day: dt.date) -> tuple[dt.date, dt.date]:
    first, last = fiscal_year(day)
    return first.replace(year=first.year - YEARS + 1), last


def rows(question: Question) -> list[Row]:
    """One row for each fiscal year; each person counts once a year, under the gender of the record today."""
    counted = numbers("people", question, (FISCAL_YEAR, DIMENSIONS["gender"]))
    found = []
    for place, year in enumerate(series.fiscal_years(question)):
        heads = {gender: counted.get((place, gender), 0) for gender in Person.Gender.values}
        parts = {gender: opened("people", year.narrowed(gender=gender), number) for gender, number in heads.items()}
        total = opened("people", year, sum(heads.values()))
        found.append({"fiscal_year": series.named(year), **parts, "total": total})
    return found


def draw(rows: list[Row]) -> Bars:
    return bars(rows, "fiscal_year", [(key, str(label)) for key, label in Person.Gender.choices], "total")


CHART = Chart(
    "genders",
    Report(
        "chart_genders",
        _("People deployed by gender"),
        _(
            "Officers and civilians deployed on a day of each fiscal year, 1 April through 31 March, by gender; each "
            "person counts once a year."
        ),
        (("fiscal_year", _("Fiscal year")), *Person.Gender.choices, ("total", _("Total"))),
        rows,
        Time.PERIOD,
        takes=frozenset({"area", "mission", "service", "category"}),
        period=ten_years,
    ),
    draw,
)
