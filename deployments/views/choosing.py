"""Choosing: a person before a form, among those whom the reader sees; rows of a list that take a step together."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from foundation.converters import is_id
from personnel.models import Person

PEOPLE_OFFERED = 20


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
    words = request.GET.get("q", "").replace("\0", "")[:100].strip()
    people = Person.objects.visible_to(request.user).current().filter(state=Person.State.ACTIVE)
    found = people.select_related("rank", "service").search(words)[:PEOPLE_OFFERED] if words else []
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
    }
    return render(request, "deployments/choose_person.html", context)


def chosen_rows(request: SignedInRequest, at_most: int) -> list[int]:
    """The ids of the rows that were ticked, or that the address names; whatever is no id is left out."""
    rows = request.POST.getlist("row") or request.GET.getlist("row")
    return [int(one) for one in rows if is_id(one)][:at_most]


def together_page(request: SignedInRequest, results: list[tuple], *, title, back: str) -> HttpResponse:
    """Which rows took the step, and why the others did not."""
    context = {
        "title": title,
        "moved": [row for row, blockers in results if not blockers],
        "refused": [(row, blockers) for row, blockers in results if blockers],
        "back": back,
        "here": reverse(back),  # the answer to what was sent has no address of its own
    }
    return render(request, "deployments/bulk_result.html", context)
