"""Missions and deployments, fiscal year by fiscal year."""

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from reports.measures import MEASURES, Question, Time
from reports.tables.base import Report, Row, opened
from reports.tables.series import fiscal_years, last_fiscal_years, named, numbers

FIGURES = ("missions", "countries", "deployments", "people", "arrivals", "departures", "early_ends")


def rows(question: Question) -> list[Row]:
    """One row for each fiscal year of the period."""
    years = fiscal_years(question)
    found = {name: numbers(MEASURES[name].rows, years) for name in FIGURES}
    days = numbers(MEASURES["person_days"].rows, years, what=Sum("days"))
    return [
        {
            "fiscal_year": named(year),
            **{name: opened(name, year, found[name].get((place,), 0)) for name in FIGURES},
            "person_days": opened("person_days", year, days[place,].days if days.get((place,)) else 0),
        }
        for place, year in enumerate(years)
    ]


REPORT = Report(
    "operations",
    _("Operations by fiscal year"),
    _(
        "For each fiscal year, 1 April through 31 March: in how many missions and countries people were deployed, how "
        "many they were, and how many came and left. Who was there in two years is counted in both."
    ),
    (("fiscal_year", _("Fiscal year")), *((name, MEASURES[name].label) for name in (*FIGURES, "person_days"))),
    rows,
    Time.PERIOD,
    takes=frozenset({"area", "mission", "service", "category", "gender"}),
    period=last_fiscal_years,
    added_up={name: name for name in ("arrivals", "departures", "early_ends", "person_days")},
)
