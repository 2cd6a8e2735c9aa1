"""What was recorded beyond a cap: all of it as a list, confirmed one stay at a time or as many as are shown."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from deployments.exports import EXCESSES
from deployments.filters import ExcessFilter
from deployments.models import Deployment, Excess
from deployments.stays import excess
from foundation.converters import is_id
from foundation.lists import page_of
from foundation.pages import form_page, typed
from foundation.refusals import StepRefused
from foundation.sentences import stretches

PAGE_SIZE = 50
COLUMNS = [
    ("mission", _lazy("Mission")),
    ("first", _lazy("First day")),
    ("last", _lazy("Last day")),
    ("cause", _lazy("Cause")),
    ("by", _lazy("Recorded by")),
    ("state", _lazy("State")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.OPERATIONS_SEE)
def excess_list(request: SignedInRequest) -> HttpResponseBase:
    """The stretches of days that were recorded beyond a cap, with the figures of these days."""
    filtered = _filtered(request)
    if answer := exported(request, EXCESSES, filtered.qs, filtered=filtered):
        return answer
    may_confirm = request.user.may(Permission.DEPLOYMENT_MOVE)
    context = {
        "filter": filtered,
        "page": page_of(request, filtered.qs, PAGE_SIZE),
        "figures": excess.days_over_cap(filtered.qs, today=timezone.localdate()),
        "columns": COLUMNS,
        "to_confirm": excess.to_confirm(filtered.qs, by=request.user).count() if may_confirm else 0,
    }
    return render(request, "deployments/excess_list.html", context)


@require_POST
@requires(Permission.DEPLOYMENT_MOVE)
def excess_confirm_all(request: SignedInRequest) -> HttpResponse:
    """A second coordinator confirms all that the list shows and somebody else recorded."""
    filtered = _filtered(request)
    seen = request.POST.get("seen", "")
    try:
        number = excess.confirm_all(filtered.qs, seen=int(seen) if is_id(seen) else 0, by=request.user)
    except StepRefused as refusal:
        messages.warning(request, " ".join(blocker.message for blocker in refusal.blockers))
    else:
        done = ngettext("%(n)s stretch of days is confirmed.", "%(n)s stretches of days are confirmed.", number)
        messages.success(request, done % {"n": number})
    return redirect(f"{reverse('excess_list')}?{request.GET.urlencode()}")


def _filtered(request: SignedInRequest) -> ExcessFilter:
    rows = Excess.objects.filter(deployment__in=Deployment.objects.visible_to(request.user)).select_related(
        "deployment__person", "deployment__rank", "deployment__mission", "recorded_by", "confirmed_by"
    )
    return ExcessFilter(request.GET, queryset=rows, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DEPLOYMENT_MOVE)
def excess_confirm(request: SignedInRequest, deployment_id: int) -> HttpResponse:
    """A second coordinator confirms the days that were recorded beyond the cap."""
    deployment = get_object_or_404(
        Deployment.objects.visible_to(request.user).select_related("person", "rank", "mission"), pk=deployment_id
    )
    waiting = Excess.objects.unconfirmed().filter(deployment=deployment)
    days = stretches(waiting.values_list("first_day", "last_day"))
    return form_page(
        request,
        forms.Form(typed(request)),
        lambda: excess.confirm(deployment, by=request.user),
        title=_("Confirm what is recorded beyond the cap"),
        lead=_("%(deployment)s: there beyond the cap %(days)s.") % {"deployment": deployment, "days": days or "–"},
        note=_("It happened; by confirming it you say that you have seen the reason."),
        back=deployment,
        done=_("The recorded excess is confirmed."),
        button=_("Confirm"),
    )
