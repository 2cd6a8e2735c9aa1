"""Recording, amending and ending authorizations. The consequences are shown first; only then can it be saved."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.stays import amendment
from foundation.pages import form_page, typed
from missions.forms import AuthorizationEndForm, AuthorizationForm, ProposalForm
from missions.models import Area, Authorization
from missions.views import parts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def authorization_record(request: SignedInRequest, area_id: int) -> HttpResponse:
    """Record the first authorization of an area, or one after a gap."""
    area = get_object_or_404(Area, pk=area_id)
    form = AuthorizationForm(typed(request), area=area)
    title = _("Record an authorization")
    return _preview_then_save(request, form, area, title)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def authorization_amend(request: SignedInRequest, authorization_id: int) -> HttpResponse:
    """Record an authorization that replaces another from its own first day on."""
    old = get_object_or_404(Authorization.objects.select_related("area"), pk=authorization_id)
    initial = {"cap": old.cap, "language": old.language, "armed": str(old.armed), "valid_to": old.valid_to}
    form = AuthorizationForm(typed(request), area=old.area, amends=old, initial=initial)
    title = _("Amend %(reference)s") % {"reference": old}
    return _preview_then_save(request, form, old.area, title, old)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def authorization_end(request: SignedInRequest, authorization_id: int) -> HttpResponse:
    """End an authorization on a day, or withdraw it."""
    old = get_object_or_404(Authorization.objects.select_related("area", "supersedes"), pk=authorization_id)
    form = AuthorizationEndForm(typed(request), instance=old)
    title = _("End or withdraw %(reference)s") % {"reference": old}
    return _preview_then_save(request, form, old.area, title, old)


def _preview_then_save(
    request: SignedInRequest, form: ProposalForm, area: Area, title: str, old: Authorization | None = None
) -> HttpResponse:
    """Show the consequences of a valid form; save it when it was shown with these very values and `save` is pressed."""
    template = "missions/authorization_form.html"
    back = parts.address(area, "authorizations")
    context: dict[str, object] = {"area": area, "title": title, "old": old, "back": back}
    if form.is_valid() and form.preview_first(request):
        return render(
            request,
            template,
            {**context, "form": form, "preview": amendment.consequences(form.proposal, today=timezone.localdate())},
        )

    def act() -> None:
        saved = amendment.carry_out(form.proposal, by=request.user, reason=form.why)
        messages.success(request, _("%(reference)s was saved.") % {"reference": saved})

    return form_page(request, form, act, back=back, template=template, context=context)
