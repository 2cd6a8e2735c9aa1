"""The teams of a mission."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit import conflicts
from foundation.pages import form_page, typed
from missions.forms import TeamForm
from missions.models import Mission, Team
from missions.views import parts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def team_add(request: SignedInRequest, mission_id: int) -> HttpResponse:
    mission = get_object_or_404(Mission.objects.taking_deployments(), pk=mission_id)
    return _page(request, Team(mission=mission), _("Add a team"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def team_edit(request: SignedInRequest, team_id: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.select_related("mission"), pk=team_id)
    return _page(request, team, _("Edit %(name)s") % {"name": team})


def _page(request: SignedInRequest, team: Team, title: str) -> HttpResponse:
    form = TeamForm(typed(request), instance=team)
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=title,
        lead=str(team.mission),
        back=parts.address(team.mission, "about"),
        parent=team.mission,
        done=_("The team was saved."),
    )
