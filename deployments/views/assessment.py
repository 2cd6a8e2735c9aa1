"""Screening, reviews and documents of a nomination."""

from django import forms
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from deployments.candidates import assessment, documents
from deployments.models import Document, Nomination
from deployments.nomination_forms import DocumentForm, ReviewForm, ScreeningForm
from deployments.views.nominations import get_nomination
from foundation.pages import form_page, typed


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_MOVE)
def screening_edit(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    nomination = get_nomination(request, nomination_id)
    form = ScreeningForm(typed(request), nomination=nomination)

    return form_page(
        request,
        form,
        lambda: assessment.screen(nomination, form.answers, by=request.user, still=form.still_holds),
        title=_("Screening checklist"),
        lead=str(nomination),
        back=nomination,
        done=_("The checklist was saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_MOVE)
def review_add(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    nomination = get_nomination(request, nomination_id)
    form = ReviewForm(typed(request))

    def act() -> None:
        said = form.cleaned_data
        assessment.review(
            nomination,
            points={} if said["conflict"] else form.points,
            comment=said["comment"],
            conflict=said["conflict"],
            by=request.user,
        )

    return form_page(
        request,
        form,
        act,
        title=_("Your review"),
        lead=str(nomination),
        note=_("0: not shown; 5: outstanding. Once saved, a review stays as it is; then you see those of the others."),
        back=nomination,
        done=_("Your review was saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SUBMIT)
def document_add(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    nomination = get_nomination(request, nomination_id)
    form = DocumentForm(typed(request), request.FILES if request.method == "POST" else None)

    return form_page(
        request,
        form,
        lambda: documents.add(form.save(commit=False), nomination, by=request.user),
        title=_("Upload a document"),
        lead=str(nomination),
        back=nomination,
        done=_("The document was uploaded."),
        button=_("Upload"),
    )


@require_safe
@requires(Permission.NOMINATION_SEE)
def document_download(request: SignedInRequest, document_id: int) -> FileResponse:
    """The file itself: always as an attachment, never shown by the browser in our name."""
    document = _get(request, document_id)
    try:
        file = document.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    record(request.user, Verb.DOWNLOADED, document.nomination, document=document.pk)
    return FileResponse(file, as_attachment=True, filename=document.name, content_type=document.media_type)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SUBMIT)
def document_remove(request: SignedInRequest, document_id: int) -> HttpResponse:
    """Whoever uploaded the wrong file takes it away, as long as the home service works on the nomination."""
    document = _get(request, document_id)
    if not document.nomination.is_with_the_service and not request.user.may(Permission.NOMINATION_MOVE):
        raise Http404
    return form_page(
        request,
        forms.Form(typed(request)),
        lambda: documents.remove(document, by=request.user),
        title=_("Remove a document"),
        lead=document.name,
        back=document.nomination,
        done=_("The document was removed."),
        button=_("Remove"),
        danger=True,
    )


def _get(request: SignedInRequest, document_id: int) -> Document:
    mine = Nomination.objects.visible_to(request.user)
    rows = Document.objects.filter(nomination__in=mine).select_related(
        "nomination__person__rank", "nomination__position"
    )
    return get_object_or_404(rows, pk=document_id)
