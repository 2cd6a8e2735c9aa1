"""The numbers of many groups at once: one statement, which the database groups."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Aggregate, Count, QuerySet, Sum

from deployments.models import Deployment
from reports.crosstab.dimensions import FISCAL_YEAR, Dimension
from reports.measures import MEASURES, Question
from reports.measures.measure import counted
from reports.measures.of_a_period import deployments
from reports.tables import series

CAN_BE_CROSSED: dict[str, Aggregate] = {
    name: Count("pk")
    for name, measure in MEASURES.items()
    if measure.of is Deployment and measure.number is counted and not measure.share_of
} | {"people": Count("person", distinct=True), "person_days": Sum("days")}
"""How the database makes the number of a group of deployments, by the name of the measure."""

ADDS_UP = CAN_BE_CROSSED.keys() - {"people"}
"""Measures whose numbers of parts add up to that of the whole: somebody who went twice is one person in each part."""


def numbers(name: str, question: Question, by: Sequence[Dimension]) -> dict[tuple, int]:
    """The numbers of a measure by what its deployments have in these dimensions; in one statement."""
    asked = series.fiscal_years(question) if FISCAL_YEAR in by else [question]
    measure, keyed = MEASURES[name], [dimension for dimension in by if dimension.key]

    def rows(one: Question) -> QuerySet:
        stays: Any = deployments(one) if name == "people" else measure.rows(one)
        keys = {f"by_{dimension.name}": dimension.key(one, measure.time) for dimension in keyed if dimension.key}
        return (stays.with_area() if "by_area" in keys else stays).annotate(**keys)

    fields = [f"by_{dimension.name}" for dimension in keyed]
    found = series.numbers(rows, asked, *fields, what=CAN_BE_CROSSED[name])
    return {_key(by, place, dict(zip(fields, values, strict=True))): _days(n) for (place, *values), n in found.items()}


def _key(by: Sequence[Dimension], place: int, values: dict) -> tuple:
    return tuple(place if dimension is FISCAL_YEAR else values[f"by_{dimension.name}"] for dimension in by)


def _days(number: int | dt.timedelta | None) -> int:
    return number.days if isinstance(number, dt.timedelta) else number or 0
