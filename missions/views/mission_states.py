"""Entering in which state a mission is from a day on, with a preview of who is there; and taking a wrong one back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.stays import mission_states
from foundation.pages import form_page, typed
from foundation.sentences import day as in_words
from missions.forms import MissionStateForm, WithdrawForm
from missions.models import Mission, MissionState
from missions.views import parts

TEMPLATE = "missions/mission_state_record.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_state_record(request: SignedInRequest, mission_id: int) -> HttpResponse:
    """Enter a state; who is there or approved is shown first, and only then can it be saved."""
    mission = get_object_or_404(Mission.objects.select_related("area"), pk=mission_id)
    today = timezone.localdate()
    form = MissionStateForm(typed(request), mission=mission)
    back = parts.address(mission, "about")
    context: dict[str, object] = {"mission": mission, "stretches": mission.stretches(), "today": today, "back": back}
    if form.is_valid() and form.preview_first(request):
        people = mission_states.people_from(mission, form.instance.from_day, today=today)
        return render(request, TEMPLATE, {**context, "form": form, "previews": True, "people": people})

    def act() -> None:
        saved = mission_states.enter(form.instance, by=request.user)
        words = {"mission": mission, "state": saved.get_state_display(), "day": in_words(saved.from_day)}
        messages.success(request, _("%(mission)s: “%(state)s” from %(day)s was saved.") % words)

    return form_page(request, form, act, back=back, template=TEMPLATE, context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_state_withdraw(request: SignedInRequest, state_id: int) -> HttpResponse:
    """Withdraw a state that was recorded wrongly; it stays on record with the reason."""
    row = get_object_or_404(MissionState.objects.select_related("mission__area"), pk=state_id)
    form = WithdrawForm(typed(request))
    words = {"state": row.get_state_display(), "day": in_words(row.from_day)}
    return form_page(
        request,
        form,
        lambda: mission_states.withdraw(row, by=request.user, reason=form.cleaned_data["reason"]),
        title=_("Withdraw “%(state)s” from %(day)s") % words,
        lead=str(row.mission),
        note=_("For what was recorded wrongly. A mission that goes on again gets a new state instead."),
        button=_("Withdraw"),
        danger=True,
        back=parts.address(row.mission, "about"),
        parent=row.mission,
        done=_("“%(state)s” from %(day)s was withdrawn.") % words,
    )
