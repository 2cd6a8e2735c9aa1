"""The value statement for the chief of a home service: one printed page."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import Saying, Sheet, exported
from foundation import as_of
from foundation.sentences import day as in_words
from foundation.tables import Column, Table
from missions.models.names import named_as_of
from personnel.models import PoliceService
from reports import value

SIZES = (8.5, 8, 7.5, 7, 6.5)
"""Letters of the sheet in points: with long names everywhere it still is one page."""

AWAY = Table(
    "value_statement",
    _lazy("Value statement"),
    (
        Column("person", _lazy("Name"), "person_as_then"),
        Column("mission", _lazy("Mission"), "mission"),
        Column("role", _lazy("Role in the mission"), "roles_then"),
        Column("since", _lazy("Away since"), "first_day"),
        Column("until", _lazy("Returns on"), "last_day"),
        Column("consented_until", _lazy("Consent through"), "consented_until"),
    ),
)


@require_safe
@requires(Permission.REPORT_SEE)
def value_statement(request: SignedInRequest, service_id: int) -> HttpResponseBase:
    """Who of a service is away and when they return, what was done since the start, and what came home."""
    service = get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id)
    day = as_of.shown(request)
    named_as_of([service], day.on, today=day.today)
    said = value.statement(request.user, service, on=day.on, today=day.today)
    context = {"said": said, "service": service, "lead": _lead(said)}
    saying = Saying(f"{service}. {context['lead']}", str(said.away.measure.sentence))
    sheet = Sheet("reports/value_statement_pdf.html", {**context, "is_sheet": True}, SIZES)
    if answer := exported(request, AWAY, said.stays, about=service, saying=saying, sheet=sheet):
        return answer
    return render(request, "reports/value_statement.html", context)


def _lead(said: value.Statement) -> str:
    """How many are away on the day, and the next day on which somebody returns."""
    number = len(said.stays)
    params = {"n": number, "day": in_words(said.on)}
    if not number:
        return _("On %(day)s nobody is deployed.") % params
    lead = ngettext("On %(day)s, %(n)s person is deployed.", "On %(day)s, %(n)s people are deployed.", number)
    returns = [stay.last_day for stay in said.stays if stay.last_day >= said.on]
    if not returns:
        return lead % params
    back = _("The next planned return is on %(day)s.") % {"day": in_words(returns[0])}
    return f"{lead % params} {back}"
