"""Acts on many rows: the page that asks what they need, and what is kept of which rows took them and why others not."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from deployments import door
from deployments.eligibility import mending
from deployments.together_forms import TogetherForm
from deployments.views.outcomes import ACTS
from foundation import results, ticks
from foundation.pages import form_page
from foundation.refusals import Blocker, Link
from foundation.ways_back import way_back


def chosen_together(request: SignedInRequest, matching: QuerySet, list_name: str) -> list[int] | HttpResponse:
    """The ids of the rows that were chosen, or the way back to the list where these are none, or not as shown."""
    try:
        ids = ticks.chosen(request, matching)
    except ticks.NotAsShown as refusal:
        messages.error(request, str(refusal))
    else:
        if ids:
            return ids
        messages.error(request, _("Choose at least one row."))
    return redirect(ticks.way_back(reverse(list_name), ticks.questions(request)))


def together_page(
    request: SignedInRequest,
    form: TogetherForm,
    rows: list,
    *,
    act: str,
    list_name: str,
    take: Callable,
    judge: Callable[[Any, Any], list[Blocker]],
    context: dict[str, object],
    template: str = "deployments/together.html",
) -> HttpResponse:
    """Ask what the act needs, then take it with each row; what came of it stands at an address of its own.

    Where the list was opened from a page that waits for the act, and every row took it, that page comes next.
    """
    asked = ticks.questions(request)

    def do() -> str:
        how = {"act": act, "list_name": list_name, "asked": asked, "take": take, "judge": judge}
        name = _once(request, rows, form.step, **how)
        told = results.kept(request, name) or {}
        if (waiting := way_back(request)) and told.get("done") and not told["refused"]:
            messages.success(request, ACTS[act].done(len(told["done"])))
            return waiting
        return reverse("result_detail", args=[name])

    back = ticks.way_back(reverse(list_name), asked, (row.pk for row in rows))
    shown = {
        "rows": [(row, form.of_row(row)) for row in rows],
        "list_url": list_name,
        "list_query": f"?{urlencode(asked)}" if asked else "",
        "back_to": back,
        **context,
    }
    return form_page(request, form, do, template=template, context=shown)


def result_of(request: SignedInRequest, rows: Iterable, step: Callable[[Any], Any], **how: Any) -> str:
    """Take the act with each row, once, and answer the address at which stands what came of it."""
    return reverse("result_detail", args=[_once(request, rows, step, **how)])


def _once(request: SignedInRequest, rows: Iterable, step: Callable[[Any], Any], **how: Any) -> str:
    return results.once(request, lambda name: taken(rows, step, by=request.user, name=name, **how))


def taken(
    rows: Iterable,
    step: Callable[[Any], Any],
    *,
    act: str,
    list_name: str,
    asked: list[tuple[str, str]],
    take: Callable,
    judge: Callable[[Any, Any], list[Blocker]],
    by: User,
    name: str,
) -> dict[str, Any]:
    """Take the act with each row; what came of it, for `results`. Reasons are told in both languages."""
    outcome = door.take_step_with_each(take, rows, step, by=by)
    refused = [(row, blockers) for row, blockers in outcome if blockers]
    return {
        "act": act,
        "list": list_name,
        "asked": asked,
        "done": [row.pk for row, blockers in outcome if not blockers],
        "refused": [
            {"pk": row.pk, "told": _in_both_languages(blockers, partial(judge, row, step(row)), by, name)}
            for row, blockers in refused
        ],
    }


def _in_both_languages(
    blockers: list[Blocker], again: Callable[[], list[Blocker]], reader: User, name: str
) -> dict[str, list[dict[str, Any]]]:
    """The reasons by language, each with the acts that settle it, which lead back to the result of this name.

    They were told in the language of the reader, and are asked for again in the other one. Where the answer is
    another one by now, only what was told stands.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    for language in dict.fromkeys([translation.get_language(), *(code for code, _name in settings.LANGUAGES)]):
        with translation.override(language):
            found = again() if told else blockers
            if [blocker.code for blocker in found] == [blocker.code for blocker in blockers]:
                back = reverse("result_detail", args=[name])
                told[language] = [_kept(blocker, mending.acts(blocker, reader, back)) for blocker in found]
    return told


def _kept(blocker: Blocker, acts: Iterable[Link]) -> dict[str, Any]:
    links = [(str(link.says), link.url) for link in acts]
    return {"code": blocker.code, "message": str(blocker.message), "links": links}
