"""A list as its readers take it along: the rows of its filter in their order, as a file or to print, recorded.

The address is that of the list, with `export` beside what narrows and orders it: so it has the permission, the rows and
the day of the page.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from foundation import as_of
from foundation.lists import LEFT_OUT, ListFilter, totally_ordered
from foundation.spreadsheets import MOST_ROWS, in_text
from foundation.tables import Table

PRINT = "print"
ENDINGS = ("csv", "xlsx", "json", PRINT)
FETCHED_AT_ONCE = 500
"""So many rows of an export are in memory; the statements for what stands beside them are asked for each such part."""
PRINTED_AT_MOST = 2_000
"""Nobody reads more on paper, and a browser lays it out in a few seconds."""

Shown = Callable[[list[Any]], Iterable[Any]]


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
) -> HttpResponseBase | None:
    """The rows of a list in the form that the address asks for by `?export=…`; None where it asks for the page.

    `rows` are a queryset, or all rows in their order; `filtered` the filter that they come from; `shown` gives some of
    them what the page shows beside them; `about` is the row on whose page the list stands. Where part of what was asked
    for is not valid, the list says so and nothing is exported.
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
    sent = min(number, PRINTED_AT_MOST) if ending == PRINT else number
    asked = filtered.asked_without_words if filtered else {}
    asked |= {} if day.is_today else {"on": day.on.isoformat()}
    query = urlencode(asked).replace(quote(LEFT_OUT), LEFT_OUT)
    found = _in_parts(rows, sent, shown)
    if ending == PRINT:
        answer: HttpResponseBase = _printed(request, table, found, number, filtered, about)
    else:
        told = {"on": day.on, "filter": filtered.asked if filtered else {}}
        answer = table.file(ending, found, timezone.localtime(), told)
    record(request.user, Verb.EXPORTED, about, what=table.name, ending=ending, filter=query, rows=sent)
    return answer


def _in_parts(rows: Any, number: int, shown: Shown) -> Iterator[Any]:
    """The first so many rows with what is shown beside them."""
    found = totally_ordered(rows)[:number].iterator(FETCHED_AT_ONCE) if isinstance(rows, QuerySet) else iter(rows)
    while part := list(islice(found, FETCHED_AT_ONCE)):
        yield from shown(part)


def _printed(
    request: SignedInRequest,
    table: Table,
    rows: Iterator[Any],
    number: int,
    filtered: ListFilter | None,
    about: Model | None,
) -> HttpResponseBase:
    headings = table.headings
    context = {
        "title": table.title,
        "about": about,
        "in_words": filtered.in_words if filtered else [],
        "headings": headings,
        "rows": [
            [
                (heading, in_text(cell), isinstance(cell, dt.date))
                for heading, cell in zip(headings, table.cells(row), strict=True)
            ]
            for row in rows
        ],
        "number": number,
        "most": PRINTED_AT_MOST,
        "list": _list(request),
    }
    return render(request, "list_print.html", context)


def _list(request: SignedInRequest) -> str:
    """The address of the list itself, asked for the same."""
    query = request.GET.copy()
    query.pop("export", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
