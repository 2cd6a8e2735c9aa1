"""Charts: each is the drawing of a report, with the report itself as the table below it."""

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from reports.charts import CHARTS
from reports.views.tables import answered, open_to


@require_safe
@requires(Permission.REPORT_SEE)
def chart_detail(request: SignedInRequest, name: str) -> HttpResponseBase:
    """One chart as of the day or over the period that the address asks for, and the table that says the same."""
    chart = CHARTS.get(name)
    report = open_to(request.user, chart.report if chart else None)
    return answered(request, report, "reports/chart_detail.html", chart.draw if chart else None)
