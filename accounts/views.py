"""Signing out, which also empties what the browser kept; and the account of the first administrator."""

from functools import wraps

from allauth.account import views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import first_administrator
from accounts.forms import FirstAdministratorForm


@wraps(views.logout)
def sign_out(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
    """allauth's page; once signed out, the browser forgets what it kept of this site.

    Not its cookies: that of the session is gone with it, and that of the device tells the owner from others.
    """
    response = views.logout(request, *args, **kwargs)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


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
