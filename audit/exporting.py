"""A list as its readers take it along: the rows of its filter in their order, as a file or to print, recorded.

The address is that of the list, with `export` beside what narrows and orders it: so it has the permission, the rows and
the day of the page.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain, islice
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from foundation import as_of, pdf
from foundation.lists import LEFT_OUT, ListFilter, totally_ordered
from foundation.refusals import StepRefused
from foundation.spreadsheets import MOST_ROWS, in_text
from foundation.tables import Table

PRINT, PDF = "print", "pdf"
ON_PAPER = {PRINT, PDF}
ENDINGS = ("csv", "xlsx", "json", PDF, PRINT)
FETCHED_AT_ONCE = 500
"""So many rows of an export are in memory; the statements for what stands beside them are asked for each such part."""
PRINTED_AT_MOST = 2_000
"""Nobody reads more on paper, and a browser lays it out in a few seconds."""

DRAWN_AT_ONCE = 1_000
"""A PDF is laid out here and not by the browser: so many rows in some ten seconds. Longer ones are for the worker."""
DRAWN_AT_MOST = 2_000
"""As printed: five thousand took the worker two minutes and more than a gigabyte."""

LONG: list[Callable[[HttpRequest, Table, str], Any]] = []
"""Called with a request, its table and the form where an export is too long to wait for; has it made by a worker, or
raises `StepRefused`. A floor above registers here; the worker's own request has a `made_by_a_worker`, which it tells
how far it is.
"""

Shown = Callable[[list[Any]], Iterable[Any]]


@dataclass(frozen=True)
class Saying:
    """What a figure or a report says of itself in each form: a sentence, what it counts, and the row of its totals."""

    lead: str = ""
    definition: str = ""
    total: Any = None


@dataclass(frozen=True)
class Sheet:
    """A PDF that is one sheet with a template of its own: what stands in it, and its letters, the greatest first."""

    template: str
    context: dict[str, Any]
    sizes: tuple[float, ...]


def asked_for(request: SignedInRequest) -> str:
    """The form in which the address asks for the list; empty where it asks for the page."""
    asked = request.GET.get("export", "")
    return asked if asked in ENDINGS and request.method == "GET" else ""


def exported(
    request: SignedInRequest,
    table: Table,
    rows: Any,
    *,
    filtered: ListFilter | None = None,
    shown: Shown = list,
    about: Model | None = None,
    saying: Saying | None = None,
    sheet: Sheet | None = None,
) -> HttpResponseBase | None:
    """The rows of a list in the form that the address asks for by `?export=…`; None where it asks for the page.

    `rows` are a queryset, or all rows in their order; `filtered` the filter that they come from; `shown` gives some of
    them what the page shows beside them; `about` is the row on whose page the list stands; `saying` what a figure or a
    report says of itself; `sheet` its PDF where that is no list. Where part of what was asked for is not valid, the
    list says so and nothing is exported.
    """
    ending = asked_for(request)
    if not ending:
        return None
    day = as_of.of(request)
    if day.errors or (filtered and not filtered.is_valid()):
        return redirect(_list(request))
    number = rows.count() if isinstance(rows, QuerySet) else len(rows)
    if ending == "xlsx" and number > MOST_ROWS:
        said = _("A workbook can contain at most %(most)s rows. Narrow the list, or export it as CSV.")
        messages.error(request, said % {"most": number_format(MOST_ROWS, force_grouping=True)})
        return redirect(_list(request))
    making = getattr(request, "made_by_a_worker", None)
    if making is None and number > _at_once(ending) and not sheet:
        return _handed_over(request, table, ending)
    most = {PRINT: PRINTED_AT_MOST, PDF: DRAWN_AT_MOST}.get(ending, number)
    sent = min(number, most)
    asked = filtered.asked_without_words if filtered else {}
    asked |= {} if day.is_today else {"on": day.on.isoformat()}
    query = urlencode(asked).replace(quote(LEFT_OUT), LEFT_OUT)
    found = _in_parts(rows, sent, shown, making.tell if making else lambda _done, _number: None)
    in_words = filtered.in_words if filtered else []
    if ending == PDF and sheet:
        answer: HttpResponseBase = _drawn(request, table, sheet.template, sheet.context, sheet.sizes)
    elif ending in ON_PAPER:
        context = _paper(request, table, found, number, most, in_words, about, saying or Saying())
        answer = _drawn(request, table, "list_pdf.html", context) if ending == PDF else _printed(request, context)
    else:
        told = {"on": day.on, "filter": filtered.asked if filtered else {}}
        total = [saying.total] if saying and saying.total else []
        if total and ending == "json":
            told["total"] = table.values(total.pop())
        lines = _about(request, table, in_words, saying) if saying else None
        answer = table.file(ending, chain(found, total), timezone.localtime(), told, lines)
    if answer.status_code != HTTPStatus.OK:
        return answer
    record(request.user, Verb.EXPORTED, about, what=table.name, ending=ending, filter=query, rows=sent)
    return answer


def _at_once(ending: str) -> int:
    """So many rows are made while the reader waits; what is to be printed, the browser lays out."""
    if ending == PRINT or not LONG:
        return MOST_ROWS
    return min(DRAWN_AT_ONCE, settings.EXPORT_AT_ONCE) if ending == PDF else settings.EXPORT_AT_ONCE


def _handed_over(request: SignedInRequest, table: Table, ending: str) -> HttpResponseBase:
    """Have the list made by a worker; back to it with a sentence where that is refused."""
    try:
        for have_made in LONG:
            have_made(request, table, ending)
    except StepRefused as refused:
        for blocker in refused.blockers:
            messages.error(request, blocker.message)
        return redirect(_list(request))
    messages.success(request, _("This export is long: it is made in the background, and stands here when it is ready."))
    return redirect("long_export_list")


def _in_parts(rows: Any, number: int, shown: Shown, tell: Callable[[int, int], None]) -> Iterator[Any]:
    """The first so many rows with what is shown beside them."""
    done = 0
    tell(done, number)
    found = totally_ordered(rows)[:number].iterator(FETCHED_AT_ONCE) if isinstance(rows, QuerySet) else iter(rows)
    while part := list(islice(found, FETCHED_AT_ONCE)):
        yield from shown(part)
        done += len(part)
        tell(done, number)


def _about(
    request: SignedInRequest, table: Table, in_words: list[tuple[str, str]], saying: Saying
) -> list[tuple[str, str]]:
    """What a file says below its rows: the title, what is counted, as of when, of what, and who made it when."""
    return [
        (_("Title"), str(table.title)),
        *([(_("In words"), saying.lead)] if saying.lead else []),
        *([(_("Definition"), saying.definition)] if saying.definition else []),
        (_("As of"), as_of.of(request).on.isoformat()),
        *in_words,
        (_("Made by"), request.user.name),
        (_("Made at"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
    ]


def _paper(
    request: SignedInRequest,
    table: Table,
    rows: Iterator[Any],
    number: int,
    most: int,
    in_words: list[tuple[str, str]],
    about: Model | None,
    saying: Saying,
) -> dict[str, Any]:
    """What a printed list and a PDF are made of."""
    headings = table.headings

    def line(row: Any) -> list[tuple[str, str, str]]:
        return [(heading, in_text(cell), _kind(cell)) for heading, cell in zip(headings, table.cells(row), strict=True)]

    return {
        "title": table.title,
        "about": about,
        "lead": saying.lead,
        "definition": saying.definition,
        "in_words": in_words,
        "headings": headings,
        "rows": [line(row) for row in rows],
        "totals": line(saying.total) if saying.total else [],
        "number": number,
        "most": most,
        "list": _list(request),
    }


def _kind(cell: Any) -> str:
    """The class of a cell: days never break, numbers stand below each other."""
    if isinstance(cell, dt.date):
        return "day-cell"
    return "number" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else ""


def _printed(request: SignedInRequest, context: dict[str, Any]) -> HttpResponseBase:
    return render(request, "list_print.html", context)


def _drawn(
    request: SignedInRequest, table: Table, template: str, context: dict[str, Any], sizes: tuple[float, ...] = ()
) -> HttpResponseBase:
    """The same as a PDF; back to the list with a sentence where none can be drawn here."""
    try:
        drawn = pdf.from_html(render_to_string(template, context, request), sizes)
    except pdf.CannotDraw:
        messages.error(
            request, _("This server cannot draw PDFs: the library Pango is missing. Print the list instead.")
        )
        return redirect(_list(request))
    name = f"{slugify(str(table.title))}-{timezone.localtime():%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)


def _list(request: SignedInRequest) -> str:
    """The address of the list itself, asked for the same."""
    query = request.GET.copy()
    query.pop("export", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
