"""Choosing a person among those whom the reader sees, before a form and while typing."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from deployments.models import Deployment, Nomination
from deployments.models.nominations import POOL
from foundation.converters import is_id
from foundation.days import DayField
from foundation.text import normalised
from personnel.models import Availability, Person, Rank

PEOPLE_OFFERED = 20
PEOPLE_SUGGESTED = 8
SHORTEST_SEARCH = 2
"""Characters: one letter is in nearly every name."""


def chosen_person(request: SignedInRequest) -> Person | None:
    """The person of `?person=…`, None when nobody is chosen yet; 404 for whom the reader does not see."""
    chosen = request.GET.get("person", "")
    if not chosen:
        return None
    if not is_id(chosen):
        raise Http404
    people = Person.objects.visible_to(request.user).current().select_related("rank", "service")
    return get_object_or_404(people, pk=chosen)


def choose_person(request: SignedInRequest, target: str, title: str, question: str, args: list | None = None):
    """The page that asks who; each answer leads back to `target`."""
    words = _words(request)
    found = active_people(request.user).search(words)[:PEOPLE_OFFERED] if words else []
    query = request.GET.copy()
    for name in ("q", "person"):
        query.pop(name, None)
    context = {
        "words": words,
        "found": found,
        "at_most": PEOPLE_OFFERED,
        "title": title,
        "question": question,
        "target": reverse(target, args=args or []),
        "kept": query.items(),
        "query": query.urlencode(),
        "go": f"{reverse(target, args=args or [])}?{query.urlencode()}{'&' if query else ''}person=",
    }
    return render(request, "deployments/choose_person.html", context)


def active_people(reader: User):
    """Those whom the reader may choose: active, and of records that were merged the one that is kept."""
    people = Person.objects.visible_to(reader).current().filter(state=Person.State.ACTIVE)
    return people.select_related("rank", "service")


def _words(request: SignedInRequest) -> str:
    return request.GET.get("q", "").replace("\0", "")[:100].strip()


@require_safe
@requires(Permission.PERSON_SEE)
def person_suggest(request: SignedInRequest) -> HttpResponse:
    """A piece of a page: the first people whom the words of `?q=` fit, with where they are and whether they can come.

    `?position=` says for which position, `?starts_on=` from which day; both may be missing or half typed.
    """
    words = _words(request)
    enough = len(words) >= SHORTEST_SEARCH
    position = request.GET.get("position", "")
    best = _best_first(words, request.user, position=position)
    found: list[Any] = list(best[: PEOPLE_SUGGESTED + 1]) if enough else []
    people = found[:PEOPLE_SUGGESTED]
    if people:
        _tell_more(people, request.user, position=position, first=_first_day(request))
    context = {"people": people, "more": len(found) > len(people), "at_most": PEOPLE_SUGGESTED, "asked": enough}
    return render(request, "deployments/person_suggest.html", context)


def _best_first(words: str, reader: User, *, position: str):
    """Those whom the words fit: first those in the pool of the position, then those whose family or given name begins
    with the last of the words; of several those of the rank that was typed.
    """
    last = normalised(words).rpartition(" ")[2]
    comes_first = [
        Q(Exists(_in_pool(reader, position).filter(person=OuterRef("pk")))) if is_id(position) else None,
        Q(sort_name__startswith=last) | Q(search_text__startswith=last),
        Q(rank__in=ranks) if (ranks := Rank.objects.typed_in(words)) else None,
    ]
    order = [Case(When(one, then=Value(0)), default=Value(1)) for one in comes_first if one is not None]
    return active_people(reader).search(words).order_by(*order, "sort_name", "pk")


def _in_pool(reader: User, position: str) -> QuerySet[Nomination]:
    return Nomination.objects.visible_to(reader).filter(position=int(position), stage__in=POOL)


def _first_day(request: SignedInRequest) -> dt.date:
    """The day that is typed so far, or today."""
    field = DayField(required=False)
    try:
        return field.clean(request.GET.get("starts_on", "")) or timezone.localdate()
    except ValidationError:
        return timezone.localdate()


def _tell_more(people: list[Any], reader: User, *, position: str, first: dt.date) -> None:
    """Set on each person the stay in which they are, whether they are away from `first` on, and whether they are in
    the pool of the position; what the reader does not see is not said."""
    there = Deployment.objects.visible_to(reader).in_mission().filter(person__in=people).select_related("mission")
    stays = {stay.person_id: stay for stay in there}
    away = Availability.objects.filter(
        Q(last_day=None) | Q(last_day__gte=first), person__in=people, first_day__lte=first
    )
    unavailable = away.filter(kind=Availability.Kind.UNAVAILABLE).order_by(F("last_day").asc(nulls_last=True))
    until = dict(unavailable.values_list("person", "last_day"))
    pool: set[int] = set()
    if is_id(position):
        pool = set(_in_pool(reader, position).filter(person__in=people).values_list("person", flat=True))
    for person in people:
        person.stay, person.is_qualified = stays.get(person.pk), person.pk in pool
        person.is_unavailable, person.unavailable_until = person.pk in until, until.get(person.pk)
