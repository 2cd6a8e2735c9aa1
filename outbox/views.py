"""The pages of the outbox, for administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from foundation.lists import bounded_count, page_of
from outbox import letters
from outbox.exports import LETTERS
from outbox.filters import LetterFilter
from outbox.models import Letter

PAGE_SIZE = 50
COLUMNS = [
    ("to", _lazy("To")),
    ("state", _lazy("State")),
    ("written", _lazy("Written")),
    ("tries", _lazy("Tries")),
    ("next", _lazy("Next try")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.BACKGROUND_RUN)
def letter_list(request: SignedInRequest) -> HttpResponseBase:
    """All letters, newest first, and whether sending works."""
    rows = Letter.objects.select_related("user", "subscriber").defer("text", "html")  # only the page of one shows them
    filtered = LetterFilter(request.GET, queryset=rows, request=request)
    if answer := exported(request, LETTERS, filtered.qs, filtered=filtered):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    context = {
        "filter": filtered,
        "page": page,
        "rows": [(letter, letters.failure_reason(letter)) for letter in page],
        "undeliverable": bounded_count(Letter.objects.undeliverable()),
        "is_stuck": letters.is_stuck(timezone.now()),
        "columns": COLUMNS,
    }
    return render(request, "outbox/letter_list.html", context)


@require_safe
@requires(Permission.BACKGROUND_RUN)
def letter_detail(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """One letter with its text. The look is recorded, for the text names people."""
    letter = get_object_or_404(Letter.objects.select_related("user", "subscriber"), pk=letter_id)
    record(request.user, Verb.LOOKED_AT, letter)
    return render(request, "outbox/letter_detail.html", {"letter": letter, "why": letters.failure_reason(letter)})


@require_POST
@requires(Permission.BACKGROUND_RUN)
def letter_again(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """Send one letter that was given up again."""
    letter = get_object_or_404(Letter, pk=letter_id)
    _report(request, letters.send_again(letter, by=request.user), _("The e-mail will be sent again."))
    return redirect(letter)


@require_POST
@requires(Permission.BACKGROUND_RUN)
def letter_put_aside(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """Put aside one letter that was given up."""
    letter = get_object_or_404(Letter, pk=letter_id)
    _report(request, letters.put_aside(letter, by=request.user), _("The e-mail was archived."))
    return redirect(letter)


@require_POST
@requires(Permission.BACKGROUND_RUN)
def letters_again(request: SignedInRequest) -> HttpResponse:
    """Send all letters that were given up again."""
    outcomes = [
        letters.send_again(letter, by=request.user) for letter in Letter.objects.undeliverable().defer("text", "html")
    ]
    _report(request, any(outcomes), _("The e-mails will be sent again."))
    return redirect("letter_list")


def _report(request: SignedInRequest, done: bool, sentence: str) -> None:
    if done:
        messages.success(request, sentence)
    else:
        messages.error(request, _("Somebody has already dealt with it."))
