"""Signing out, which also empties what the browser kept."""

from functools import wraps

from allauth.account import views
from django.http import HttpRequest
from django.http.response import HttpResponseBase


@wraps(views.logout)
def sign_out(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
    """allauth's page; once signed out, the browser forgets what it kept of this site.

    Not its cookies: that of the session is gone with it, and that of the device tells the owner from others.
    """
    response = views.logout(request, *args, **kwargs)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response
