"""Lists of candidates: bring one, say what its columns mean, look at every row, save; templates and exports."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from deployments.filters import ImportedRowFilter
from deployments.importing import files, work
from deployments.importing.columns import FIELDS
from deployments.importing.reading import FileRefused
from deployments.list_forms import ColumnsForm, ListForm
from deployments.models import CandidateImport, ImportedRow
from foundation.bilingual import reader_language
from foundation.lists import page_of
from foundation.pages import typed
from personnel.filters import PersonFilter
from personnel.models import Person

PAGE_SIZE = 50
FETCHED_AT_ONCE = 500
"""So many people of an export are in memory."""


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_list(request: SignedInRequest) -> HttpResponse:
    """The lists that the reader brought, the newest first."""
    page = page_of(request, CandidateImport.objects.visible_to(request.user), 25)
    return render(request, "deployments/import_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CANDIDATE_IMPORT)
def import_add(request: SignedInRequest) -> HttpResponse:
    form = ListForm(typed(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = work.upload(form.cleaned_data["file"], by=request.user)
        except FileRefused as refused:
            form.add_error("file", str(refused.reason))
        else:
            return redirect("import_columns", batch.pk)
    return render(request, "deployments/import_add.html", {"form": form, "columns": FIELDS.values()})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CANDIDATE_IMPORT)
def import_columns(request: SignedInRequest, import_id: int) -> HttpResponse:
    """What each column means; what was chosen the last time for the same heading is proposed."""
    batch = _get(request, import_id)
    form = ColumnsForm(typed(request), batch=batch)
    if request.method == "POST" and form.is_valid():
        work.choose_columns(batch, form.chosen)
        return redirect(batch)
    return render(request, "deployments/import_columns.html", {"form": form, "batch": batch})


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_detail(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Where a list stands: its progress, then every row with its result."""
    batch = _get(request, import_id)
    filtered = ImportedRowFilter(request.GET, queryset=batch.rows.all())
    page = page_of(request, filtered.qs, PAGE_SIZE)
    language = reader_language()
    told = [
        (row, [(FIELDS[name].label, before[language], after[language]) for name, before, after in row.changes])
        for row in page.object_list
    ]
    counts = [(outcome.value, outcome.label, batch.counts.get(outcome.value, 0)) for outcome in ImportedRow.Outcome]
    worth = sum(number for value, _label, number in counts if value in {"new", "changed"})
    context = {
        "batch": batch,
        "filter": filtered,
        "page": page,
        "rows": told,
        "counts": counts,
        "chosen": request.GET.get("outcome", ""),
        "worth": worth,
    }
    return render(request, "deployments/import_detail.html", context)


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_progress(request: SignedInRequest, import_id: int) -> HttpResponse:
    """A piece of the page: how far the work is; the whole page comes again when it is done."""
    batch = _get(request, import_id)
    response = render(request, "deployments/_import_progress.html", {"batch": batch})
    if not batch.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires(Permission.CANDIDATE_IMPORT)
def import_accept(request: SignedInRequest, import_id: int) -> HttpResponse:
    batch = _get(request, import_id)
    if not work.accept(batch):
        messages.warning(request, _("This list cannot be saved now: look at where it stands."))
    return redirect(batch)


@require_POST
@requires(Permission.CANDIDATE_IMPORT)
def import_cancel(request: SignedInRequest, import_id: int) -> HttpResponse:
    batch = _get(request, import_id)
    if work.cancel(batch, by=request.user):
        messages.success(request, _("The list was cancelled; nothing of it was saved."))
    else:
        messages.warning(request, _("The list was saved already."))
    return redirect("import_list")


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def candidate_template(request: SignedInRequest, ending: str) -> HttpResponseBase:
    """An empty list with the headings that are known, in the reader's language."""
    return files.download(_("candidates-template"), ending, [])


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
    return files.download(_("people"), ending, files.rows(filtered.qs.iterator(FETCHED_AT_ONCE)))


def _get(request: SignedInRequest, import_id: int) -> CandidateImport:
    return get_object_or_404(CandidateImport.objects.visible_to(request.user).select_related("by"), pk=import_id)
