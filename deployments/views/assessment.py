"""Screening and reviews of a nomination."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.candidates import assessment
from deployments.nomination_forms import ReviewForm, ScreeningForm
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
