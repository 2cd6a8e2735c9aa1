"""Reports: which there are, and one of them as a page, in each form to take along."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.exporting import Saying, exported
from deployments.models import Deployment
from foundation import as_of
from foundation.spreadsheets import in_text
from foundation.tables import Table
from missions.models import Area
from personnel.models import PoliceService
from reports import saying
from reports.charts.base import Drawing
from reports.filters import QuestionFilter
from reports.measures import MEASURES, Measure, authorizations
from reports.offered import charts_of, may_open, reports_of
from reports.tables import REPORTS
from reports.tables.base import Linked, Opened, Report, Row

Asked = TypeVar("Asked", Report, Measure)


@require_safe
@requires(Permission.REPORT_SEE)
def report_list(request: SignedInRequest) -> HttpResponse:
    """Every report that the reader may open, with what it says; value statements and muster lists too."""
    day = as_of.shown(request)
    context = {
        "charts": charts_of(request.user),
        "reports": reports_of(request.user),
        "services": PoliceService.objects.visible_to(request.user).filter(is_active=True).order_by("kind", "code"),
        "areas": Area.objects.filter(pk__in=authorizations(on=day.on).values("area")),
    }
    return render(request, "reports/report_list.html", context)


@require_safe
@requires(Permission.REPORT_SEE)
def report_detail(request: SignedInRequest, name: str) -> HttpResponseBase:
    """One report as of the day or over the period that the address asks for; each number opens to its rows."""
    report = open_to(request.user, REPORTS.get(name))
    return answered(request, report, "reports/report_detail.html")


def open_to(reader: User, asked: Asked | None) -> Asked:
    """The figure or report that an address names, where the reader may open it; 404 where there is none, or 403."""
    if asked is None:
        raise Http404
    if not may_open(reader, asked):
        raise PermissionDenied
    return asked


def answered(
    request: SignedInRequest,
    report: Report,
    template: str,
    draw: Callable[[list[Row]], Drawing] | None = None,
) -> HttpResponseBase:
    """A report as a page or in the form that is asked for; `draw` makes the drawing above its rows."""
    as_of.shown(request)
    filtered = QuestionFilter(request.GET, queryset=Deployment.objects.none(), request=request, asked=report)
    question = filtered.question.only(report.takes)
    rows = list(report.rows(question)) if filtered.is_valid() else []
    totals = report.totals(rows, question)
    headline = report.headline(question, rows) if report.headline and rows else ""
    lead = strip_tags(headline) or saying.of_when(report.time, question)
    says = Saying(lead, str(report.sentence), totals)
    if file := exported(request, report.table, rows, filtered=filtered, saying=says):
        return file
    context: dict[str, Any] = {
        "report": report,
        "filter": filtered,
        "lead": headline or lead,
        "heads": heads(report.table, rows),
        "rows": [cells(report.table, row) for row in rows],
        "totals": cells(report.table, totals) if totals else [],
    }
    if draw:
        drawing = draw(rows)
        for row, reading in zip(context["rows"], drawing.readings, strict=False):
            row[0]["reading"] = reading
        context["drawing"] = drawing
    return render(request, template, context)


def heads(table: Table, rows: list[Row]) -> list[dict[str, Any]]:
    """The heads of the columns; of one that holds a measure, with what that counts."""
    found = []
    for column, heading in zip(table.columns, table.headings, strict=True):
        shown = [row.get(column.key) for row in rows]
        names = {cell.measure for cell in shown if isinstance(cell, Opened) and cell.measure}
        sentence = MEASURES[names.pop()].sentence if len(names) == 1 else ""
        is_number = any(isinstance(cell, (Opened, int, float)) and not isinstance(cell, bool) for cell in shown)
        found.append({"key": column.key, "words": heading, "sentence": sentence, "is_number": is_number})
    return found


def cells(table: Table, row: Row) -> list[dict[str, Any]]:
    """The cells of a row: the heading, the words, where they lead, and how they stand."""
    found = []
    for column, heading in zip(table.columns, table.headings, strict=True):
        cell, plain = row.get(column.key), column.of(row)
        found.append(
            {
                "heading": heading,
                "words": saying.figure(plain) if isinstance(plain, (int, float)) else in_text(plain),
                "address": cell.address if isinstance(cell, (Opened, Linked)) else "",
                "is_number": isinstance(plain, (int, float)) and not isinstance(plain, bool),
            }
        )
    return found
