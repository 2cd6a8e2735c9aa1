"""Every figure, defined once: how it is called, what it counts, and the rows that it counts.

A figure is a `Measure`, asked a `Question`: who asks, of which day or period, of which place, service or people. Its
answer is a queryset; the number is made of it, the page `figure` lists it, and an export takes it along. `MEASURES` has
all of them, by name. Pages that show a worklist of today (`to_approve`, `overdue` …) take its rows from `rows`.
"""

from reports.measures.catalogue import MEASURES
from reports.measures.measure import Answer, Measure, Number, Time, Unit
from reports.measures.question import WITHOUT, Question, fiscal_year
from reports.measures.rows import (
    active_people,
    arrivals_expected,
    at_postings,
    authorizations,
    away,
    ceilings,
    coming,
    corrections_to_confirm,
    counted_by,
    deployed,
    deployments_ever,
    ended,
    excesses_to_confirm,
    live_nominations,
    offers_to_answer,
    open_calls,
    overdue,
    papers_to_verify,
    people_ever,
    recalled,
    to_approve,
    to_come,
    to_plan,
    to_review,
    waivers_to_decide,
    without_consent,
)

__all__ = [
    "MEASURES",
    "WITHOUT",
    "Answer",
    "Measure",
    "Number",
    "Question",
    "Time",
    "Unit",
    "active_people",
    "arrivals_expected",
    "at_postings",
    "authorizations",
    "away",
    "ceilings",
    "coming",
    "corrections_to_confirm",
    "counted_by",
    "deployed",
    "deployments_ever",
    "ended",
    "excesses_to_confirm",
    "fiscal_year",
    "live_nominations",
    "offers_to_answer",
    "open_calls",
    "overdue",
    "papers_to_verify",
    "people_ever",
    "recalled",
    "to_approve",
    "to_come",
    "to_plan",
    "to_review",
    "waivers_to_decide",
    "without_consent",
]
