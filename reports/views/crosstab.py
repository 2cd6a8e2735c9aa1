"""The cross-tab: any figure by any two dimensions."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import Saying, exported
from foundation import as_of
from reports import saying
from reports.crosstab.asked import CrosstabFilter
from reports.crosstab.drawing import drawn
from reports.crosstab.table import TABLE
from reports.offered import measures_of
from reports.views.tables import cells


@require_safe
@requires(Permission.REPORT_SEE)
def crosstab(request: SignedInRequest) -> HttpResponseBase:
    """A figure told apart by two dimensions, as the address asks; each number opens to its rows."""
    as_of.shown(request)
    filtered = CrosstabFilter(request.GET, request=request, measures=measures_of(request.user))
    found = filtered.crosstab()
    table, rows, totals, says = TABLE, [], None, Saying()
    if found:
        table, rows, totals = found.table, found.lines(), found.totals()
        lead = saying.sentence(found.found, filtered.of_whom)
        says = Saying(lead, " ".join([str(found.found.measure.sentence), *found.warnings]), totals)
    if file := exported(request, table, rows, filtered=filtered, saying=says):
        return file
    context = {
        "filter": filtered,
        "crosstab": found,
        "table": table,
        "lead": says.lead,
        "drawing": drawn(found) if found and rows else None,
        "rows": [cells(table, row) for row in rows],
        "totals": cells(table, totals) if totals else [],
    }
    return render(request, "reports/crosstab.html", context)
