"""The map of the world: where Canadian police serve on a day and have served, with the list that says the same."""

import datetime as dt

from django import forms
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import Saying, exported
from foundation import as_of
from foundation.days import LATEST
from reports import saying
from reports.measures import Question, Time, fiscal_year
from reports.measures.question import BEGINNING
from reports.tables import places
from reports.views.tables import cells, heads
from reports.world_map.drawing import world_map
from reports.world_map.served import served

FIRST_YEAR = BEGINNING.year
"""The first police peace operation: the slider begins here."""


class YearForm(forms.Form):
    """What the slider sends."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LATEST.year)


@require_safe
@requires(Permission.OPERATIONS_SEE)
def operations_map(request: SignedInRequest) -> HttpResponseBase:
    """The map as of the day of the address; a year of the slider leads to its last day, this year to today."""
    day = as_of.shown(request)
    slid = YearForm(request.GET)
    if slid.is_valid():
        return _of_the_year(slid.cleaned_data["year"], day.today)
    first, last = fiscal_year(day.on)
    question = Question(reader=request.user, today=day.today, on=day.on, first=first, last=last)
    found = served(question)
    rows = places.rows_of(found, question)
    totals = places.REPORT.totals(rows, question)
    says = Saying(saying.of_when(Time.DAY, question), str(places.REPORT.sentence), totals)
    if file := exported(request, places.REPORT.table, rows, saying=says):
        return file
    context = {
        "report": places.REPORT,
        "map": world_map(found, day.on),
        "heads": heads(places.REPORT.table, rows),
        "rows": [cells(places.REPORT.table, row) for row in rows],
        "totals": cells(places.REPORT.table, totals) if totals else [],
        "now": len([one for one in found if one.deployed]),
        "before": len([one for one in found if not one.deployed]),
        "first_year": FIRST_YEAR,
        "last_year": day.today.year,
        "year": min(max(day.on.year, FIRST_YEAR), day.today.year),
    }
    return render(request, "reports/operations_map.html", context)


def _of_the_year(year: int, today: dt.date) -> HttpResponseRedirect:
    address = reverse("operations_map")
    if year == today.year:
        return HttpResponseRedirect(address)
    return HttpResponseRedirect(f"{address}?on={dt.date(year, 12, 31).isoformat()}")
