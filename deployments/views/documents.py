"""The documents of a nomination: uploading, downloading, withdrawing the own ones, removing those of others."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from deployments.candidates import documents
from deployments.document_forms import DocumentForm, RemovalForm
from deployments.models import Document, Nomination
from deployments.views.nominations import get_nomination
from foundation.pages import form_page, typed
from foundation.private_files import reached


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SUBMIT)
def document_add(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    nomination = get_nomination(request, nomination_id)
    form = DocumentForm(typed(request), request.FILES if request.method == "POST" else None)

    def act() -> None:
        if documents.add(form.save(commit=False), nomination, by=request.user).waits_for_scan:
            said = _("The document was uploaded. It waits to be scanned for viruses; until then nobody can open it.")
            messages.warning(request, said)
        else:
            messages.success(request, _("The document was uploaded."))

    return form_page(
        request,
        form,
        act,
        title=_("Upload a document"),
        lead=str(nomination),
        note=documents.why_closed(nomination) or documents.used(nomination),
        back=nomination,
        button=_("Upload"),
    )


@require_safe
@requires(Permission.NOMINATION_SEE)
def document_download(request: SignedInRequest, document_id: int) -> FileResponse:
    """The file itself, once it is scanned: always as an attachment, never shown by the browser in our name."""
    document = _get(request, document_id)
    if document.waits_for_scan:
        raise Http404
    try:
        with reached():
            file = document.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    record(request.user, Verb.DOWNLOADED, document.nomination, document=document.pk)
    return FileResponse(file, as_attachment=True, filename=document.name, content_type=document.media_type)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SUBMIT)
def document_withdraw(request: SignedInRequest, document_id: int) -> HttpResponse:
    """Whoever uploaded the wrong file takes it back."""
    document = _get(request, document_id)
    if document.by_id != request.user.pk:
        raise PermissionDenied
    return form_page(
        request,
        forms.Form(typed(request)),
        lambda: documents.withdraw(document, by=request.user),
        title=_("Withdraw a document"),
        lead=document.name,
        note=documents.why_closed(document.nomination) or _("The file is deleted; that there was one stays on record."),
        back=document.nomination,
        done=_("The document was withdrawn."),
        button=_("Withdraw"),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_MOVE)
def document_remove(request: SignedInRequest, document_id: int) -> HttpResponse:
    """The office takes away what does not belong there, at any stage, with a reason."""
    document = _get(request, document_id)
    form = RemovalForm(typed(request))
    return form_page(
        request,
        form,
        lambda: documents.remove(document, reason=form.cleaned_data["reason"], by=request.user),
        title=_("Remove a document"),
        lead=document.name,
        note=_("Nobody can open it any more. Auditors see that it was removed, by whom, when and why."),
        back=document.nomination,
        done=_("The document was removed."),
        button=_("Remove"),
        danger=True,
    )


def _get(request: SignedInRequest, document_id: int) -> Document:
    mine = Nomination.objects.visible_to(request.user)
    rows = Document.objects.current().filter(nomination__in=mine)
    return get_object_or_404(rows.select_related("nomination__person__rank", "nomination__position"), pk=document_id)
