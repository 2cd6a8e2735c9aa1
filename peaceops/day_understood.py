"""What a typed day is understood as, said back beside its field while the form is still open."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import any_signed_in_user
from accounts.requests import SignedInRequest
from foundation.days import said_back, understood

LONGEST = 40


@require_safe
@any_signed_in_user(why="it reads the question alone, and nothing that is stored")
def day_understood(request: SignedInRequest) -> JsonResponse:
    """The day that was typed and its words, beside the days of the stay where these are typed too; or what is wrong."""
    typed = request.GET.get("typed", "")[:LONGEST]
    try:
        found = understood(typed, today=timezone.localdate())
    except ValidationError as error:
        return JsonResponse({"wrong": error.messages[0]})
    first, last = (_day(request, name) for name in ("first", "last"))
    return JsonResponse({"day": found.isoformat(), "says": said_back(found, first, last)})


def _day(request: SignedInRequest, name: str) -> dt.date | None:
    try:
        return understood(request.GET.get(name, "")[:LONGEST], today=timezone.localdate())
    except ValidationError:
        return None
