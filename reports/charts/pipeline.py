"""Candidates under way on a day, by their stage then."""

from django.utils.translation import gettext_lazy as _

from deployments.models.nominations import LIVE, Stage
from reports.charts.bars import Bars, bars
from reports.charts.base import Chart
from reports.measures import MEASURES, Question, Time, counted_by
from reports.tables.base import Report, Row, opened

STAGES = [stage for stage in Stage if stage in LIVE]
"""In the order in which a candidate goes through them."""


def rows(question: Question) -> list[Row]:
    """One row for each stage, those in which nobody is included: an empty stage is news."""
    heads = counted_by(MEASURES["pipeline"].rows(question), "stage_then")
    return [
        {
            "stage": str(stage.label),
            "candidates": opened("pipeline", question.narrowed(stage=stage.value), heads.get(stage.value, 0)),
        }
        for stage in STAGES
    ]


def draw(rows: list[Row]) -> Bars:
    return bars(rows, "stage", [("candidates", str(MEASURES["pipeline"].label))])


CHART = Chart(
    "pipeline",
    Report(
        "chart_pipeline",
        _("Candidates by stage"),
        _("Nominations under way at the end of the day, from the draft to the acceptance by the organization."),
        (("stage", _("Stage")), ("candidates", MEASURES["pipeline"].label)),
        rows,
        Time.DAY,
        takes=frozenset({"area", "mission", "service", "category", "gender"}),
        added_up={"candidates": "pipeline"},
    ),
    draw,
)
