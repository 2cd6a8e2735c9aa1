"""Long lists that a worker makes as a file: the reader's own, how far they are, and each to fetch or to give up."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import any_signed_in_user
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from records import kept_exports, long_exports
from records.models import Export

SHOWN = 25
"""The newest so many; older ones are deleted by then."""
OWN = "Everybody sees, cancels and fetches the own exports only; the rights of the list are asked again."


@require_safe
@any_signed_in_user(why=OWN)
def long_export_list(request: SignedInRequest) -> HttpResponse:
    """The exports that a worker made, or makes, for the reader."""
    return render(request, "records/long_export_list.html", _shown(request))


@require_safe
@any_signed_in_user(why=OWN)
def long_export_progress(request: SignedInRequest) -> HttpResponse:
    """The same as a part of the page, which asks for it every few seconds while one is being made."""
    return render(request, "records/_long_exports.html", _shown(request))


def _shown(request: SignedInRequest) -> dict[str, object]:
    today = timezone.localdate()
    rows = []
    for export in Export.objects.of_lists().visible_to(request.user)[:SHOWN]:
        done, number = kept_exports.progress(export) if export.is_under_way else (0, 0)
        is_there = long_exports.may_fetch(export, request.user) and kept_exports.is_there(export, today=today)
        rows.append({"export": export, "done": done, "number": number, "is_there": is_there})
    under_way = any(row["export"].is_under_way for row in rows)  # type: ignore[attr-defined]
    return {"rows": rows, "under_way": under_way, "kept_days": settings.EXPORT_KEPT_DAYS}


@require_POST
@any_signed_in_user(why=OWN)
def long_export_cancel(request: SignedInRequest, export_id: int) -> HttpResponse:
    if long_exports.cancel(_own(request, export_id), by=request.user):
        messages.success(request, _("The export is cancelled."))
    return redirect("long_export_list")


@require_safe
@any_signed_in_user(why=OWN)
def long_export_download(request: SignedInRequest, export_id: int) -> HttpResponseBase:
    """The file, for whoever asked for it and still has the rights, as long as it is kept."""
    export = _own(request, export_id)
    if not long_exports.may_fetch(export, request.user):
        raise PermissionDenied
    if not kept_exports.is_there(export, today=timezone.localdate()):
        raise Http404
    file = kept_exports.opened(export)
    record(request.user, Verb.DOWNLOADED, export)
    name = f"{slugify(export.title)}-{timezone.localdate(export.at):%Y-%m-%d}.{export.ending}"
    return FileResponse(file, as_attachment=True, filename=name)


def _own(request: SignedInRequest, export_id: int) -> Export:
    return get_object_or_404(Export.objects.of_lists().visible_to(request.user), pk=export_id)
