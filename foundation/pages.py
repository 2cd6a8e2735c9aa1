"""Pages that are one form: guard, fetch, act, answer, drawn by one template."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation import kept
from foundation.refusals import Blocker, StepRefused


def typed(request: HttpRequest) -> QueryDict | None:
    """What was typed, for the first argument of a form; None before anything was sent.

    Who comes back to a form that could not be taken is shown what was kept of it, and nothing is done with it.
    """
    if request.method == "POST":
        return request.POST
    entries = kept.shown(request)
    if entries is None or not entries.was_sent or not entries.is_for(request.path):
        return None
    request.kept_in_form = True  # type: ignore[attr-defined]  # base.html says so
    return entries.data


def beside_their_fields(form: forms.BaseForm, refused: list[Blocker]) -> list[Blocker]:
    """Say each blocker beside the field that it is about; returns those about none, for the top of the page."""
    for blocker in refused:
        if blocker.about in form.fields:
            form.add_error(blocker.about, blocker.message)
    return [blocker for blocker in refused if blocker.about not in form.fields]


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    title: str = "",
    back=None,
    done: str = "",
    lead: str = "",
    button: str = "",
    danger: bool = False,
    parent=None,
    note: str = "",
    template: str = "form_page.html",
    context: Mapping[str, object] | Callable[[], Mapping[str, object]] | None = None,
) -> HttpResponse:
    """Show a form; when it is sent and valid, `act()`, say `done` and go to `back`, or to what `act` answers.

    `back` is a row, the name of an address, or an address; `parent` the row above it, where `back` is another page.
    Where `act` raises `StepRefused` or adds errors to the form, the page comes back with every reason and with all that
    was typed. A page with a `template` of its own has its `context` beside that of every form page, or what `context()`
    answers when the page is shown; an `act` that says itself what it did leaves `done` empty.
    """
    refused: list[Blocker] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            answer = act()
        except StepRefused as refusal:
            refused = beside_their_fields(form, refusal.blockers)
            status = 409
        else:
            if form.is_valid():
                if done:
                    messages.success(request, done)
                say_what_was_taken_over(request, form)
                return redirect(answer if back is None else back)
    shown = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": button or _("Save"),
        "danger": danger,
        "back": back,
        "parent": parent or (back if hasattr(back, "get_absolute_url") else None),
        "note": note,
        "blockers": refused,
        **((context() if callable(context) else context) or {}),
    }
    return render(request, template, shown, status=status)


def say_what_was_taken_over(request: HttpRequest, form: forms.BaseForm) -> None:
    """Tell who saved second what somebody else had written meanwhile, in fields that were not touched."""
    for change in getattr(form, "taken_over", []):
        said = _("“%(field)s” is “%(value)s” now: somebody else changed it meanwhile, and it stays so.")
        messages.info(request, said % {"field": change.label, "value": change.now})
