"""Figures: all of them as of a day with what each counts, and one of them with the rows behind it."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.exporting import Saying, exported
from foundation import as_of
from foundation.lists import page_of
from foundation.spreadsheets import in_text
from reports import listing, saying
from reports.filters import QuestionFilter
from reports.measures import MEASURES, Question, Time, fiscal_year
from reports.measures.catalogue import answer
from reports.offered import measures_of
from reports.views.tables import open_to

PAGE_SIZE = 50


@require_safe
@requires(Permission.REPORT_SEE)
def figure_list(request: SignedInRequest) -> HttpResponse:
    """Every measure as of a day, or over its fiscal year, with its sentence: the glossary of figures."""
    day = as_of.shown(request)
    first, last = fiscal_year(day.on)
    question = Question(reader=request.user, today=day.today, on=day.on, first=first, last=last)
    groups: dict[Time, list] = {Time.DAY: [], Time.PERIOD: []}
    for measure in measures_of(request.user):
        groups[measure.time].append(answer(measure.name, question))
    context = {"of_the_day": groups[Time.DAY], "of_the_period": groups[Time.PERIOD], "first": first, "last": last}
    return render(request, "reports/figure_list.html", context)


@require_safe
@requires(Permission.REPORT_SEE)
def figure_detail(request: SignedInRequest, name: str) -> HttpResponseBase:
    """One figure: what it counts, the number in a sentence, and exactly the rows that make it."""
    measure = open_to(request.user, MEASURES.get(name))
    day = as_of.shown(request)
    filtered = QuestionFilter(request.GET, queryset=measure.of._default_manager.none(), request=request, asked=measure)
    found = answer(name, filtered.question)
    rows = listing.ordered(found.rows) if filtered.is_valid() else found.rows.none()
    table, told = listing.TABLES[name], partial(listing.told, day=day)
    sentence = saying.sentence(found, filtered.of_whom)
    says = Saying(sentence, str(measure.sentence))
    if file := exported(request, table, rows, filtered=filtered, shown=told, saying=says):
        return file
    page = page_of(request, rows, PAGE_SIZE)
    context = {
        "filter": filtered,
        "page": page,
        "table": table,
        "columns": [(column.key, column.label) for column in table.columns[1:]],
        "rows": [_cells(table, row, request.user) for row in told(page.object_list)],
        "answer": found,
        "sentence": sentence,
    }
    return render(request, "reports/figure_detail.html", context)


def _cells(table: Any, row: Any, reader: User) -> dict[str, Any]:
    """A row as the page shows it: where it leads, its name, and the other cells."""
    name, *others = (in_text(cell) for cell in table.cells(row))
    cells = [(column.key, column.label, cell) for column, cell in zip(table.columns[1:], others, strict=True)]
    return {"link": listing.link(row, reader), "name": name, "cells": cells}
