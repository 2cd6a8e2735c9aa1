"""The share of women at the end of each fiscal year, against the goal of the office."""

from django.utils.translation import gettext_lazy as _

from personnel.models import Person
from reports.measures import MEASURES, Question, Time, fiscal_year
from reports.models import Goal
from reports.tables.base import Report, Row, opened
from reports.tables.series import fiscal_years, last_fiscal_years, named, numbers


def rows(question: Question) -> list[Row]:
    """One row for each fiscal year of the period; of the one that is under way, the share of today."""
    years = fiscal_years(question)
    days = [year.narrowed(on=min(year.last, year.today)) for year in years]
    found = numbers(MEASURES["deployed"].rows, days, "person__gender")
    goals = Goal.objects.in_bulk(field_name="fiscal_year") if years else {}
    made: list[Row] = []
    for place, (year, day) in enumerate(zip(years, days, strict=True)):
        women = found.get((place, Person.Gender.WOMAN), 0)
        everybody = sum(number for (of, _gender), number in found.items() if of == place)
        share = _short(round(100 * women / everybody, 1)) if everybody else None
        goal = goals.get(_begins_in(year))
        made.append(
            {
                "fiscal_year": named(year),
                "day": day.on,
                "women": opened("women", day, women),
                "deployed": opened("deployed", day, everybody),
                "share": opened("share_of_women", day, share),
                "goal": goal.per_cent if goal else None,
                "difference": _short(round(share - goal.per_cent, 1)) if goal and share is not None else None,
                "source": goal.source if goal else None,
            }
        )
    return made


def _short(number: float) -> float:
    """A number without decimals where they say nothing."""
    return int(number) if number == int(number) else number


def _begins_in(year: Question) -> int:
    """The calendar year in which the fiscal year of a question begins."""
    return fiscal_year(year.first)[0].year


REPORT = Report(
    "women",
    _("Share of women against the goal"),
    _(
        "For each fiscal year, the women deployed on its last day, or today in the one that is under way, as a share "
        "of all who are deployed; the goal of that year, and by how many points it is passed or missed."
    ),
    (
        ("fiscal_year", _("Fiscal year")),
        ("day", _("Day")),
        ("women", MEASURES["women"].label),
        ("deployed", MEASURES["deployed"].label),
        ("share", _("Share of women (%)")),
        ("goal", _("Goal (%)")),
        ("difference", _("Difference in points")),
        ("source", _("Source of the goal")),
    ),
    rows,
    Time.PERIOD,
    takes=frozenset({"area", "mission", "service", "category"}),
    period=last_fiscal_years,
)
