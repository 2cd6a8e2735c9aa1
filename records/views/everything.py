"""Everything in one archive, for administrators: ask for it, watch it being made, download it."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from foundation.pages import form_page, typed
from records import kept_exports
from records.everything import archives, scope
from records.forms import ExportForm
from records.models import Export

SHOWN = 25
"""The newest so many archives: the trail holds them all."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RECORDS_EXPORT)
def everything_export(request: SignedInRequest) -> HttpResponse:
    """What was taken out, by whom and why; and asking for an archive, which a worker makes."""
    form = ExportForm(typed(request))
    latest = Export.objects.of_everything().visible_to(request.user).select_related("by")[:SHOWN]
    today = timezone.localdate()
    return form_page(
        request,
        form,
        lambda: archives.ask(by=request.user, reason=form.cleaned_data["reason"]),
        done=_("The archive is being made: it stands below as soon as it is ready."),
        template="records/everything_export.html",
        context={
            "rows": [(row, row.by == request.user and kept_exports.is_there(row, today=today)) for row in latest],
            "left_out": [part.label for part in scope.of(request.user).left_out],
            "kept_days": settings.EXPORT_KEPT_DAYS,
            **_under_way(request),
        },
    )


@require_safe
@requires(Permission.RECORDS_EXPORT)
def everything_progress(request: SignedInRequest) -> HttpResponse:
    """How far the archive is that is being made; the page asks for it every few seconds."""
    return render(request, "records/_everything_progress.html", _under_way(request))


@require_safe
@requires(Permission.RECORDS_EXPORT)
def everything_download(request: SignedInRequest, export_id: int) -> HttpResponseBase:
    """The archive itself, for whoever asked for it, as long as it is kept."""
    export = get_object_or_404(Export.objects.of_everything().visible_to(request.user), pk=export_id)
    if export.by != request.user:
        raise PermissionDenied
    if not kept_exports.is_there(export, today=timezone.localdate()):
        raise Http404
    file = kept_exports.opened(export)
    record(request.user, Verb.DOWNLOADED, export)
    name = f"peaceops-{timezone.localdate(export.at):%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name)


def _under_way(request: SignedInRequest) -> dict[str, object]:
    export = Export.objects.of_everything().visible_to(request.user).filter(state=Export.State.UNDER_WAY).first()
    done, steps = kept_exports.progress(export) if export else (0, 0)
    return {"under_way": export, "done_parts": done, "parts": steps}
