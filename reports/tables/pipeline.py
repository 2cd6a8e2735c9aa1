"""Who is in the pipeline, stage by stage, and how long each stage takes."""

import statistics

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deployments.models.nominations import LIVE
from foundation.sentences import day as in_words
from reports.measures import Question, Time, counted_by
from reports.measures.measure import days_of, tidy
from reports.measures.of_candidates import TAKES, left_a_state, pipeline
from reports.tables.base import Report, Row, opened


def rows(question: Question) -> list[Row]:
    """One row for each stage that is under way, in the order of the pipeline, with and without candidates."""
    there = counted_by(pipeline(question), "stage_then")
    lasted: dict[str, list[float]] = {}
    for stage, days in left_a_state(question).order_by().values_list("from_status", "days"):
        lasted.setdefault(stage, []).append(days_of(days))
    found = []
    for stage in LIVE:
        asked, times = question.narrowed(stage=stage.value), lasted.get(stage.value)
        found.append(
            {
                "stage": str(stage.label),
                "number": opened("pipeline", asked, there.get(stage.value, 0)),
                "days": opened("time_in_state", asked, tidy(statistics.median(times)) if times else None),
            }
        )
    return found


def headline(question: Question, _rows: list[Row]) -> str:
    """Of which day the candidates are, and over which days the times."""
    said = gettext(
        "Nominations under way on %(day)s; times of those that left a stage from %(first)s through %(last)s."
    )
    return said % {"day": in_words(question.on), "first": in_words(question.first), "last": in_words(question.last)}


REPORT = Report(
    "pipeline",
    _("Pipeline, stage by stage"),
    _("How many nominations are in each stage on the day, and how long a nomination is in it: the median of days."),
    (("stage", _("Stage")), ("number", _("In the pipeline")), ("days", _("Days in the stage (median)"))),
    rows,
    Time.PERIOD,
    takes=TAKES,
    added_up={"number": "pipeline"},
    headline=headline,
)
