"""One country or region in the place of another, or split off from it: previewed, saved, and taken back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.stays import succession
from foundation.pages import form_page, typed
from foundation.sentences import day as in_words
from missions.forms import SuccessionForm, WithdrawForm
from missions.models import Area, AreaSuccession

TEMPLATE = "missions/area_succeed.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def area_succeed(request: SignedInRequest, area_id: int) -> HttpResponse:
    """Record what follows a country or region from a day on. What it means is shown first."""
    area = get_object_or_404(Area, pk=area_id)
    today = timezone.localdate()
    form = SuccessionForm(typed(request), area=area)
    context: dict[str, object] = {"area": area}
    if form.is_valid() and form.preview_first(request):
        preview = {
            "moves": list(form.proposal.moves.items()),
            "ends": succession.ends(form.proposal),
            "people": succession.people_concerned(form.proposal, today=today),
            "excesses": succession.excesses(form.proposal, today=today),
        }
        return render(request, TEMPLATE, {**context, "form": form, "preview": preview})

    def act() -> None:
        entered = succession.enter(form.proposal, by=request.user)
        followers = ", ".join(str(row.successor) for row in entered)
        words = {"area": area, "successors": followers, "day": in_words(entered[0].from_day)}
        messages.success(request, _("%(area)s: succeeded by %(successors)s on %(day)s, saved.") % words)

    return form_page(request, form, act, back=area, template=TEMPLATE, context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUTHORIZATION_RECORD)
def succession_withdraw(request: SignedInRequest, succession_id: int) -> HttpResponse:
    """Take a succession back that was recorded wrongly."""
    row = get_object_or_404(AreaSuccession.objects.select_related("area", "successor"), pk=succession_id)
    form = WithdrawForm(typed(request))
    return form_page(
        request,
        form,
        lambda: succession.withdraw(row, by=request.user, reason=form.cleaned_data["reason"]),
        title=_("Withdraw the succession of %(area)s by %(successor)s")
        % {"area": row.area, "successor": row.successor},
        note=_(
            "Its missions belong where they did. An authorization that it ended stays ended: correct that on its own."
        ),
        button=_("Withdraw"),
        danger=True,
        back=row.area,
        done=_("The succession was withdrawn."),
    )
