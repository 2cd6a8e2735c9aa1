"""Pages that are one form: guard, fetch, act, answer, drawn by one template."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.refusals import Blocker, StepRefused


def typed(request: HttpRequest):
    """What was typed, for the first argument of a form; None before anything was sent."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], bool | object],
    *,
    title: str,
    back,
    done: str,
    lead: str = "",
    button: str = "",
    danger: bool = False,
    parent=None,
    note: str = "",
) -> HttpResponse:
    """Show a form; when it is sent, `act()` and go back to `back` saying `done`.

    `act` answers False when the form is not valid, or raises `StepRefused`: the page then comes back with every reason
    and with all that was typed.
    """
    refused: list[Blocker] = []
    if request.method == "POST":
        try:
            if act() is not False:
                messages.success(request, done)
                return redirect(back)
        except StepRefused as refusal:
            refused = refusal.blockers
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": button or _("Save"),
        "danger": danger,
        "back": back,
        "parent": parent or (back if hasattr(back, "get_absolute_url") else None),
        "note": note,
        "blockers": refused,
    }
    return render(request, "form_page.html", context, status=409 if refused else 200)
