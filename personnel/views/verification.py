"""Papers to verify: the list of what nobody has seen yet, and the act of a coordinator who has."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from deployments.views.together import chosen_together, together_page
from foundation.lists import page_of
from foundation.pages import typed
from personnel import verification
from personnel.exports import PAPERS_TO_VERIFY
from personnel.filters import PapersFilter
from personnel.forms import VerificationForm
from personnel.models import Credential, Person

PAGE_SIZE = 25
COLUMNS = [
    ("service", _lazy("Police service")),
    ("credential", _lazy("Credential")),
    ("issued", _lazy("Issued on")),
    ("until", _lazy("Valid until")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.CREDENTIAL_VERIFY)
def papers_to_verify(request: SignedInRequest) -> HttpResponseBase:
    """The papers that count only when verified, oldest first; the ticked ones are verified together."""
    filtered = _filtered(request)
    if answer := exported(request, PAPERS_TO_VERIFY, filtered.qs, filtered=filtered):
        return answer
    context = {
        "filter": filtered,
        "page": page_of(request, filtered.qs, PAGE_SIZE),
        "acts": [(_("Verify"), reverse("papers_verify"), True)],
        "columns": COLUMNS,
    }
    return render(request, "personnel/papers_to_verify.html", context)


def _filtered(request: SignedInRequest) -> PapersFilter:
    """The list as the address asks for it, on whatever page."""
    people = Person.objects.visible_to(request.user)
    rows = Credential.objects.to_verify(timezone.localdate()).filter(person__in=people)
    rows = rows.select_related("kind", "profile", "person__rank", "person__service").order_by("issued_on", "pk")
    return PapersFilter(request.GET, queryset=rows, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CREDENTIAL_VERIFY)
def papers_verify(request: SignedInRequest) -> HttpResponse:
    """Verify the chosen papers, each judged by itself.

    Each carries its version: one that somebody else changed meanwhile is not verified unseen.
    """
    chosen = chosen_together(request, _filtered(request).qs, "papers_to_verify")
    if isinstance(chosen, HttpResponse):
        return chosen
    # Also what is no longer listed: who verified it meanwhile, or what changed, is told.
    papers = Credential.objects.filter(pk__in=chosen, person__in=Person.objects.visible_to(request.user))
    related = ("kind", "profile", "person__rank", "person__service", "verified_by")
    rows = list(papers.select_related(*related).order_by("issued_on", "pk"))
    return together_page(
        request,
        VerificationForm(typed(request), rows=rows, today=timezone.localdate()),
        rows,
        act="verify",
        list_name="papers_to_verify",
        take=verification.verify,
        judge=verification.blockers,
        context={"title": _("Verify credentials"), "danger": False, "list_title": _("Credentials to verify")},
        template="personnel/papers_verify.html",
    )
