"""Signing out, which also empties what the browser kept; how long a session lasts; how lists look; the first
administrator.
"""

from functools import wraps
from urllib.parse import parse_qsl, urlencode

from allauth.account import views
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import first_administrator, ready_views, sessions
from accounts.access import any_signed_in_user
from accounts.forms import FirstAdministratorForm, ViewForm
from accounts.models import SavedView
from accounts.requests import SignedInRequest
from audit.log import sign
from foundation import list_settings as remembered
from foundation.lists import OF_A_PLACE
from foundation.pages import form_page, typed
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


@require_http_methods(["GET", "HEAD", "POST"])
@any_signed_in_user(why="Everybody sees, saves and deletes the own views only, of lists that ask for their permission.")
def saved_view_list(request: SignedInRequest) -> HttpResponse:
    """The views of the reader and the ready-made ones; the list that one comes from is saved under a name."""
    view = _view_of(request)
    form = ViewForm(typed(request) if view else None, view=view or SavedView(user=request.user))
    own = SavedView.objects.filter(user=request.user)
    if view is None and request.method == "POST":
        messages.error(request, _("Open a list first: its filter and its order are what is saved."))
        return redirect("saved_view_list")
    return form_page(
        request,
        form,
        lambda: form.save(by=request.user),
        back="saved_view_list",
        done=_("The view is saved."),
        template="account/saved_view_list.html",
        context={"own": own, "ready": ready_views.for_user(request.user), "view": view},
    )


def _view_of(request: SignedInRequest) -> SavedView | None:
    """The list that the page was opened from as a view without a name; None where it is no list that is known."""
    path, _mark, query = (way_back(request) or "").partition("?")
    page = resolve(path) if path else None
    if page is None or page.url_name not in SavedView.List.values:
        return None
    of = page.kwargs["name"] if page.url_name in SavedView.BY_NAME else ""
    if len(of) > SavedView.LONGEST_NAME:
        return None
    asked = [(key, value) for key, value in parse_qsl(query) if key not in (*OF_A_PLACE, "on")]
    return SavedView(user=request.user, list=page.url_name, of=of, query=urlencode(asked))


@require_http_methods(["GET", "HEAD", "POST"])
@any_signed_in_user(why="Everybody renames the own views only.")
def saved_view_edit(request: SignedInRequest, view_id: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=view_id, user=request.user)
    form = ViewForm(typed(request), view=view, initial={"name": view.name})
    done = _("The view is renamed.")
    return form_page(
        request,
        form,
        lambda: form.save(by=request.user),
        title=_("Rename the view"),
        back="saved_view_list",
        done=done,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@any_signed_in_user(why="Everybody deletes the own views only.")
def saved_view_delete(request: SignedInRequest, view_id: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=view_id, user=request.user)

    def act() -> None:
        sign(view, request.user, "")
        view.delete()

    return form_page(
        request,
        forms.Form(typed(request)),
        act,
        title=_("Delete the view"),
        lead=view.name,
        button=_("Delete"),
        danger=True,
        back="saved_view_list",
        done=_("The view is deleted."),
    )


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
