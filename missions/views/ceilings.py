"""The policy ceiling: use against it by day, the days above it, and recording or ending one."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.stays import authorised_cap, ceilings
from foundation import as_of
from foundation.pages import form_page, typed
from missions.forms import CeilingEndForm, CeilingForm
from missions.models import Ceiling
from reports.chart import strength_chart

BACK, AHEAD = dt.timedelta(days=365), dt.timedelta(days=540)
TEMPLATE = "missions/ceiling_form.html"


@require_safe
@requires(Permission.MISSION_SEE)
def ceiling_detail(request: SignedInRequest) -> HttpResponse:
    """Everybody deployed under a cap against the policy ceiling, around any day, and each stretch of days above it."""
    day = as_of.shown(request)
    on, today = day.on, day.today
    first, last = on - BACK, on + AHEAD
    rows = list(Ceiling.objects.order_by("-valid_from", "-id"))
    context = {
        "on": on,
        "today": today,
        "strength": authorised_cap.program_timeline(on, on, today=today)[0],
        "chart": strength_chart(
            authorised_cap.program_timeline(first, last, today=today),
            first,
            last,
            on=on,
            today=today,
            rows_at=f"{reverse('deployment_list')}?status=counted",
        ),
        "ceilings": rows,
        "above": ceilings.days_above(today=today)[::-1],
    }
    return render(request, "missions/ceiling_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def ceiling_record(request: SignedInRequest) -> HttpResponse:
    """Record a ceiling; the one before ends on the day before."""
    return _preview_then_save(request, CeilingForm(typed(request)), _("Record a policy ceiling"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def ceiling_end(request: SignedInRequest, ceiling_id: int) -> HttpResponse:
    """End a ceiling on a day."""
    old = get_object_or_404(Ceiling, pk=ceiling_id)
    return _preview_then_save(request, CeilingEndForm(typed(request), instance=old), _("End the policy ceiling"))


def _preview_then_save(request: SignedInRequest, form: CeilingForm | CeilingEndForm, title: str) -> HttpResponse:
    if form.is_valid() and form.preview_first(request):
        excesses = ceilings.excesses(form.proposal, today=timezone.localdate())
        context = {"form": form, "title": title, "previews": True, "excesses": excesses}
        return render(request, TEMPLATE, context)

    def act() -> None:
        ceilings.carry_out(form.proposal, by=request.user, reason=form.why)
        messages.success(request, _("The policy ceiling was saved."))

    return form_page(request, form, act, back="ceiling_detail", title=title, template=TEMPLATE)
