"""Lists: bring one, say what its tables and columns mean, look at every row, save, undo."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import npgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from foundation.bilingual import reader_language
from foundation.converters import is_id
from foundation.list_settings import LARGEST
from foundation.lists import page_of
from foundation.pages import form_page, typed
from records import published, work
from records.filters import ImportedRowFilter
from records.forms import ColumnsForm, ListForm, PublishedForm, UndoForm
from records.kinds import KINDS
from records.models import Import, ImportedRow
from records.opening import kinds_for
from records.rows import WORTH_SAVING, Outcome

PAGE_SIZE = 50
LIST_COLUMNS = [
    ("at", _lazy("Imported on")),
    ("by", _lazy("Imported by")),
    ("state", _lazy("State")),
    ("rows", _lazy("Rows")),
]
"""Columns of the list that may be left out."""
COLUMNS = [
    ("line", _lazy("Line")),
    ("result", _lazy("Result")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_list(request: SignedInRequest) -> HttpResponse:
    """The lists that the reader brought, and those of the office that are on record, the newest first."""
    page = page_of(request, Import.objects.visible_to(request.user).select_related("by"), 25)
    columns = [one for one in LIST_COLUMNS if one[0] != "by" or request.user.may(Permission.RECORDS_IMPORT)]
    context = {"page": page, "columns": columns, "kinds": kinds_for(request.user)}
    return render(request, "records/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CANDIDATE_IMPORT)
def import_add(request: SignedInRequest) -> HttpResponse:
    form = ListForm(typed(request), request.FILES if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: work.upload(form.cleaned_data["file"], by=request.user),
        template="records/import_add.html",
        context={"kinds": kinds_for(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RECORDS_IMPORT)
def published_data(request: SignedInRequest) -> HttpResponse:
    """Which published reference data come as a list, whose every row is looked at like those of a file."""
    form = PublishedForm(typed(request))
    groups = [
        (group, published.told(group, request.user), [published.GROUPS[code].label for code in group.needs])
        for group in published.GROUPS.values()
    ]
    return form_page(
        request,
        form,
        lambda: work.bring_published(published.with_needed(form.cleaned_data["groups"]), by=request.user),
        template="records/published_data.html",
        context={"groups": groups, "ticked": request.POST.getlist("groups")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CANDIDATE_IMPORT)
def import_columns(request: SignedInRequest, import_id: int) -> HttpResponse:
    """What each table and column means; what was chosen the last time for the same layout is proposed."""
    batch = _get(request, import_id)
    if not batch.tables:
        return redirect(batch)
    form = ColumnsForm(typed(request), batch=batch)
    if request.method == "POST":
        valid = form.is_valid()
        if form.reads_again:
            work.open_again(batch, form.chosen)
            return redirect(batch)
        if valid:
            if not work.choose_columns(batch, form.chosen):
                messages.warning(request, _("This list is worked on just now: look at where it stands."))
            return redirect(batch)
    return render(request, "records/import_columns.html", {"form": form, "batch": batch})


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_detail(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Where a list stands: its progress, then every row with its result."""
    batch = _get(request, import_id)
    filtered = ImportedRowFilter(request.GET, queryset=batch.rows.all())
    page = page_of(request, filtered.qs, PAGE_SIZE)
    language = reader_language()
    context = {
        "batch": batch,
        "filter": filtered,
        "page": page,
        "columns": COLUMNS,
        "rows": [(row, KINDS[row.kind].label, list(_changes(row, language))) for row in page.object_list],
        "can_be_ticked": batch.state == Import.State.PREVIEW and any(row.is_worth_saving for row in page.object_list),
        "counts": _counts(batch),
        "by_kind": _rows_by_kind(batch),
        "kind_chosen": request.GET.get("kind", ""),
        "refused": sum(results.get("refused", 0) for results in batch.counts.values()),
        "refused_kinds": sum("refused" in results for results in batch.counts.values()),
        "can_cancel": work.can_be_cancelled(batch),
        "groups": _groups(batch, language),
        "excesses": [{**each, "area": each["area"][language]} for each in batch.excesses],
        "chosen": request.GET.get("outcome", ""),
        "renamed": sum(results.get("renamed", 0) for results in batch.counts.values()),
        "worth": batch.rows.filter(outcome__in=WORTH_SAVING, chosen=True).count(),
        "unticked": batch.rows.filter(outcome__in=WORTH_SAVING, chosen=False).exists(),
        "left_out": [table for table in batch.tables if not batch.choices["tables"][str(table["number"])]["kind"]],
        "read": [
            (
                table,
                choice["heading_line"],
                KINDS[kind].label,
                KINDS[kind].labels_missing(choice),
            )
            for table in batch.tables
            if (kind := (choice := batch.choices["tables"][str(table["number"])])["kind"])
        ],
    }
    return render(request, "records/import_detail.html", context)


def _changes(row: ImportedRow, language: str):
    """(label, before, after) of each change of a row, in this language."""
    fields = KINDS[row.kind].fields
    for name, before, after in row.changes:
        yield fields[name].label, before[language], after[language]


def _counts(batch: Import) -> list[tuple[str, Any, int]]:
    """Each result with its label and how many rows of all kinds have it."""
    rows = {value: sum(results.get(value, 0) for results in batch.counts.values()) for value in Outcome.values}
    return [(value, _results_of(number)[value], number) for value, number in rows.items()]


def _results_of(rows: int) -> dict[str, str]:
    """The label of each result, in the number that goes with so many rows."""
    return {
        "new": npgettext("rows", "New", "New", rows),
        "changed": npgettext("rows", "Changed", "Changed", rows),
        "renamed": npgettext("rows", "Name or birth date changes", "Name or birth date changes", rows),
        "unchanged": npgettext("rows", "Unchanged", "Unchanged", rows),
        "refused": npgettext("rows", "Refused", "Refused", rows),
    }


def _rows_by_kind(batch: Import) -> list[tuple[str, Any, int]]:
    return [(kind, KINDS[kind].label, sum(results.values())) for kind, results in batch.counts.items()]


def _groups(batch: Import, language: str) -> list[dict[str, Any]]:
    """The causes of refusals, the most frequent first; `match` where a column could be matched instead."""
    chosen = list(batch.choices.get("tables", {}).values())
    found = []
    for number, group in enumerate(batch.groups):
        kind = group["kind"]
        matched = {name for choice in chosen if choice["kind"] == kind for name in choice["columns"].values()}
        found.append(
            {
                "number": number,
                "rows": group["rows"],
                "kind": KINDS[kind].label,
                "sentence": group["sentence"][language],
                "match": group["field"] and group["field"] not in matched,
            }
        )
    return sorted(found, key=lambda group: -group["rows"])


@require_safe
@requires(Permission.CANDIDATE_IMPORT)
def import_progress(request: SignedInRequest, import_id: int) -> HttpResponse:
    """A piece of the page: how far the work is; the whole page comes again when it is done."""
    batch = _get(request, import_id)
    response = render(request, "records/_import_progress.html", {"batch": batch})
    if not batch.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires(Permission.CANDIDATE_IMPORT)
def import_tick(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Which of the rows of a page are saved."""
    batch = _get(request, import_id)
    shown = [int(row) for row in request.POST.getlist("shown")[:LARGEST] if is_id(row)]
    chosen = {int(row) for row in request.POST.getlist("chosen")[:LARGEST] if is_id(row)}
    if work.tick(batch, shown, chosen):
        messages.success(request, _("Your choice of rows is kept."))
    else:
        messages.warning(request, _("This list cannot be changed now: look at where it stands."))
    return redirect(f"{batch.get_absolute_url()}?{request.GET.urlencode()}")


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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CANDIDATE_IMPORT)
def import_undo(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Take back all that a list added and changed, with a reason."""
    batch = _get(request, import_id)
    form = UndoForm(typed(request))

    def act():
        if not work.undo(batch, by=request.user, reason=form.cleaned_data["reason"]):
            messages.warning(request, _("This list cannot be undone now: look at where it stands."))

    return form_page(
        request,
        form,
        act,
        title=_("Undo the whole list"),
        lead=_("What it added is removed, what it changed gets its values back, as long as nothing was built upon it."),
        button=_("Undo the list"),
        danger=True,
        back=batch,
    )


def _get(request: SignedInRequest, import_id: int) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user).select_related("by"), pk=import_id)
