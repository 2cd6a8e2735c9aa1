"""What comes without a session is not lost: what was typed waits until the same person has signed in again.

And a part of a page never becomes a page: who is led elsewhere, to sign in for instance, goes there as a whole.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from accounts import typists
from accounts.access import any_signed_in_user
from accounts.requests import SignedInRequest
from foundation import kept


class Interrupted:
    """Middleware, outside of the one that asks for a session: the sign-in page then leads back to where the person was,
    with what was typed. A part of a page (htmx) is answered by where to go instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_part = request.headers.get("HX-Request") == "true"
        if not 300 <= response.status_code < 400 or "Location" not in response:
            return response
        if _leads_to_sign_in(request, response) and (is_part or request.method == "POST"):
            back = kept.page_of(request)
            if request.method == "POST":
                back = kept.page_with(back, keep(request))
            response = redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
        if is_part:
            return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
        return response


def keep(request: HttpRequest) -> str | None:
    """Keep what was typed for the account that the form was shown to; None where nothing is kept."""
    if request.resolver_match and (request.resolver_match.url_name or "").startswith("account_"):
        return None  # forms about passwords
    typist = typists.typist_of(request)
    return kept.keep(request, typist) if typist is not None else None


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose token is of an earlier sign-in: it leads back to the form with what was typed."""
    typist, user = typists.typist_of(request), getattr(request, "user", None)
    is_of_another = bool(user and user.is_authenticated and typist not in {None, user.pk})
    key = keep(request)
    context = {
        "is_of_another": is_of_another,
        "are_kept": key is not None,
        "back": kept.page_with(kept.page_of(request), None if is_of_another else key),
    }
    return render(request, "403_csrf.html", context, status=403)


@require_POST
@any_signed_in_user(why="what somebody typed is kept for the same person")
def entries_keep(request: SignedInRequest) -> HttpResponse:
    """Keep what was typed so far into a form, and go on to a page of ours: the same one in the other language."""
    onwards = request.POST.get(kept.ONWARDS, "")
    if not onwards.startswith("/") or not url_has_allowed_host_and_scheme(onwards, allowed_hosts=None):
        return redirect("home")
    return redirect(kept.page_with(onwards, kept.keep(request, request.user.pk)))


def _leads_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer asks for a session; signing out leads there, too, but to nowhere next."""
    leads_to = urlsplit(response["Location"])
    return leads_to.path == reverse("account_login") and "next" in parse_qs(leads_to.query)
