"""Finding and merging records of the same person."""

from functools import partial

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments.candidates import duplicates, merging
from foundation.lists import CountedPages, page_of
from foundation.pages import form_page, typed
from personnel.exports import DUPLICATES, TWO_PEOPLE
from personnel.merge_form import MergeForm, TwoPeopleForm
from personnel.models import Person, TwoPeople

PAGE_SIZE = 25
COLUMNS = [
    ("newer", _lazy("Newer record")),
    ("shared", _lazy("They share")),
]
"""Columns of the list that may be left out."""
SHOWN = 5
"""How many of those that are two people the list shows below, the newest first."""


@require_safe
@requires(Permission.PERSON_MERGE)
def duplicate_list(request: SignedInRequest) -> HttpResponseBase:
    """Pairs that may be one person; with `?said=two`, those of which somebody said that they are two."""
    said = TwoPeople.objects.select_related(
        "first__rank", "first__service", "second__rank", "second__service", "said_by"
    )
    if request.GET.get("said") == "two":
        if answer := exported(request, TWO_PEOPLE, said):
            return answer
        two = page_of(request, said, PAGE_SIZE)
        return render(request, "personnel/two_people_list.html", {"page": two})
    found, people = duplicates.alike(), Person.objects.visible_to(request.user)
    if answer := exported(request, DUPLICATES, found, shown=partial(duplicates.pairs, people=people)):
        return answer
    page = CountedPages(found, PAGE_SIZE).get_page(request.GET.get("page"))
    newest = said[: SHOWN + 1]
    context = {
        "page": page,
        "pairs": duplicates.pairs(list(page), people),
        "two_people": newest[:SHOWN],
        "columns": COLUMNS,
        "more_are_two": len(newest) > SHOWN,
    }
    return render(request, "personnel/duplicate_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_MERGE)
def person_merge(request: SignedInRequest, person_id: int, other_id: int) -> HttpResponse:
    """Merge two records, side by side: the one that stays, and each value that differs, are chosen."""
    one, other = _both(request, person_id, other_id)
    form = MergeForm(typed(request), one=one, other=other)

    def act() -> Person:
        kept, merged = form.kept_and_merged()
        reason, values = form.cleaned_data["reason"], form.values()
        return merging.merge(kept, merged, by=request.user, reason=reason, values=values, still=form.still_shows)

    record(request.user, Verb.LOOKED_AT, one)
    record(request.user, Verb.LOOKED_AT, other)
    return form_page(
        request,
        form,
        act,
        done=_("The records were merged."),
        template="personnel/person_merge.html",
        context={"one": one, "other": other},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_MERGE)
def person_distinguish(request: SignedInRequest, person_id: int, other_id: int) -> HttpResponse:
    """Remember that two records which look alike are two people."""
    one, other = _both(request, person_id, other_id)
    form = TwoPeopleForm(typed(request))
    return form_page(
        request,
        form,
        lambda: duplicates.say_two_people(one, other, by=request.user, reason=form.cleaned_data["reason"]),
        title=_("These are two different people"),
        lead=_("%(one)s (%(one_service)s) and %(other)s (%(other_service)s) look alike and are not the same person.")
        % {"one": one, "one_service": one.service, "other": other, "other_service": other.service},
        back="duplicate_list",
        done=_("It was recorded that these are two different people."),
        button=_("These are two different people"),
    )


def _both(request: SignedInRequest, person_id: int, other_id: int) -> tuple[Person, Person]:
    people = Person.objects.visible_to(request.user).current().select_related("rank", "service")
    if person_id == other_id:
        raise Http404
    return get_object_or_404(people, pk=person_id), get_object_or_404(people, pk=other_id)
