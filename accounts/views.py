"""Signing out, which also empties what the browser kept; how long a session lasts; how lists look; the first
administrator.
"""

from functools import wraps
from urllib.parse import parse_qsl, urlencode

from allauth.account import views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import first_administrator, sessions
from accounts.access import any_signed_in_user
from accounts.forms import FirstAdministratorForm
from accounts.requests import SignedInRequest
from foundation import list_settings as remembered
from foundation.lists import OF_A_PLACE
from foundation.ways_back import way_back


@wraps(views.logout)
def sign_out(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
    """allauth's page; once signed out, the browser forgets what it kept of this site.

    Not its cookies: that of the session is gone with it, and that of the device tells the owner from others.
    """
    response = views.logout(request, *args, **kwargs)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@any_signed_in_user(why="how long the own session lasts, and that it goes on")
def session_time(request: SignedInRequest) -> JsonResponse:
    """How many seconds the session still lasts; sent as a form, it lasts its whole time again from now on."""
    if request.method == "POST":
        request.session.modified = True
    return JsonResponse({"seconds": sessions.seconds_left(request)})


@require_POST
@any_signed_in_user(why="How a list looks is for each reader to choose, and kept in the own browser.")
def list_settings(request: SignedInRequest) -> HttpResponse:
    """Remember how many rows and which columns the reader wants in the list which the form was opened from."""
    back = way_back(request)
    if back is None:
        return redirect("home")
    path, _mark, query = back.partition("?")
    asked = [(name, value) for name, value in parse_qsl(query) if name not in OF_A_PLACE]
    answer = redirect(f"{path}?{urlencode(asked)}" if asked else path)
    if name := resolve(path).url_name:
        chosen = remembered.chosen(request.POST, remembered.of(request, name))
        remembered.keep(request, answer, name, chosen, secure=settings.SESSION_COOKIE_SECURE)
    return answer


@login_not_required
@require_http_methods(["GET", "POST"])
def make_first_administrator(request: HttpRequest, key: str) -> HttpResponse:
    """The page that the link of an empty installation opens: one account, whose owner then invites all others."""
    form = FirstAdministratorForm(request.POST or None)
    works = first_administrator.is_valid(key)
    if works and form.is_valid():
        try:
            first_administrator.save(form.save(commit=False))
        except first_administrator.AlreadyThere:
            works = False
        else:
            messages.success(request, _("Your account is open. Sign in with it."))
            return redirect("account_login")
    return render(request, "account/first_administrator.html", {"form": form, "works": works})
