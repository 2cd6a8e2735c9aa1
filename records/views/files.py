"""Files that are given out: templates, refused rows, and people as a list that can be brought back."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from personnel.filters import PersonFilter
from personnel.models import Person
from records import templates
from records.kinds.base import Kind
from records.models import Import
from records.opening import kinds_for


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_template(request: SignedInRequest) -> HttpResponseBase:
    """A workbook with one sheet for each kind that the reader may bring, in the reader's language."""
    return templates.workbook(kinds_for(request.user))


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def sheet_template(request: SignedInRequest, kind: Kind) -> HttpResponseBase:
    """The sheet of one kind alone."""
    if kind not in kinds_for(request.user):
        return redirect("import_list")
    return templates.sheet(kind)


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_refused(request: SignedInRequest, import_id: int, ending: str) -> HttpResponseBase:
    """The refused rows of a list as they came, with the reasons in a column of their own."""
    batch = get_object_or_404(Import.objects.visible_to(request.user), pk=import_id)
    record(request.user, Verb.EXPORTED, batch, what="refused rows", ending=ending)
    return templates.refused(batch, ending)


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def candidate_export(request: SignedInRequest, ending: str) -> HttpResponseBase:
    """The people whom the list of people shows, as a list that can be brought back.

    Nobody where a filter is not valid: the list says so.
    """
    people = Person.objects.visible_to(request.user).current().select_related("service", "rank")
    filtered = PersonFilter(request.GET, queryset=people, request=request)
    if not filtered.is_valid():
        return redirect(f"{reverse('person_list')}?{request.GET.urlencode()}")  # which says what is wrong
    record(request.user, Verb.EXPORTED, None, what="people", ending=ending, rows=filtered.qs.count())
    return templates.people(_("people"), ending, filtered.qs)
