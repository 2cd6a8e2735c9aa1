"""Figures and reports that are sent each month: which there are, and making, changing and ending one."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import SavedView
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.log import sign
from audit.models import Verb
from deployments.models import Deployment
from foundation.pages import form_page, typed
from foundation.ways_back import way_back
from reports import offered
from reports.filters import QuestionFilter
from reports.forms import SubscriptionForm
from reports.models import ReportSubscription

AT_MOST = 200
"""So many of the whole office."""


@require_safe
@requires(Permission.REPORT_SEND)
def subscription_list(request: SignedInRequest) -> HttpResponse:
    """What goes out each month: the reader's own first, then those of colleagues."""
    rows = ReportSubscription.objects.visible_to(request.user).in_force()
    found = [
        {"row": row, "chips": _filter(request, row).in_words, "is_own": row.owner == request.user}
        for row in rows.select_related("owner").prefetch_related("readers")
        if offered.named(row.page, row.of)
    ]
    found.sort(key=lambda one: not one["is_own"])
    return render(request, "reports/subscription_list.html", {"rows": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REPORT_SEND)
def subscription_add(request: SignedInRequest) -> HttpResponse:
    """Have the figure or report that the page was opened from sent, as it is asked there."""
    row = _subscription_of(request)
    if row is None:
        messages.error(request, _("Open a report or a figure first: it is sent with its filter."))
        return redirect("report_list")
    filtered = _filter(request, row)
    row.query = urlencode(filtered.asked) if filtered.is_valid() else ""
    if not filtered.is_valid() or len(row.query) > SavedView.LONGEST_QUERY:
        messages.error(request, _("This filter cannot be sent: put it right first."))
        return redirect(way_back(request) or "report_list")
    if ReportSubscription.objects.in_force().count() >= AT_MOST:
        messages.error(request, _("As many monthly e-mails as there can be are sent already: end one first."))
        return redirect("subscription_list")
    return _form(request, row, title=_("Send monthly"), done=_("It is sent each month from now on."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REPORT_SEND)
def subscription_edit(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    row = _in_force(request, subscription_id)
    return _form(request, row, title=_("Change the monthly e-mail"), done=_("The monthly e-mail is changed."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REPORT_SEND)
def subscription_end(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    row = _in_force(request, subscription_id)

    def act() -> None:
        sign(row, request.user, "", Verb.ENDED)
        row.is_active = False
        row.save(update_fields=["is_active"])

    return form_page(
        request,
        forms.Form(typed(request)),
        act,
        title=_("End the monthly e-mail"),
        lead=str(row),
        button=_("End it"),
        danger=True,
        back="subscription_list",
        done=_("The monthly e-mail is ended."),
    )


def _in_force(request: SignedInRequest, pk: int) -> ReportSubscription:
    return get_object_or_404(ReportSubscription.objects.visible_to(request.user).in_force(), pk=pk)


def _subscription_of(request: SignedInRequest) -> ReportSubscription | None:
    """The figure or report that the page was opened from; None where it is none that the reader may open."""
    path, _mark, query = (way_back(request) or "").partition("?")
    page = resolve(path) if path else None
    if page is None or page.url_name not in ReportSubscription.Page.values:
        return None
    asked = offered.named(page.url_name, page.kwargs["name"])
    if asked is None or not offered.may_open(request.user, asked):
        return None
    today = timezone.localdate()
    return ReportSubscription(owner=request.user, page=page.url_name, of=asked.name, query=query, told_up_to=today)


def _filter(request: SignedInRequest, row: ReportSubscription) -> QuestionFilter:
    """The question of a row, as its page reads it."""
    asked: Any = offered.named(row.page, row.of)
    return QuestionFilter(QueryDict(row.query), queryset=Deployment.objects.none(), request=request, asked=asked)


def _form(request: SignedInRequest, row: ReportSubscription, *, title: str, done: str) -> HttpResponse:
    form = SubscriptionForm(typed(request), instance=row, today=timezone.localdate())
    narrowed = _filter(request, row).in_words
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user, before=form.complete),
        title=title,
        lead=row.title,
        note=" · ".join(_("%(label)s: %(words)s") % {"label": label, "words": words} for label, words in narrowed),
        back="subscription_list",
        done=done,
    )
