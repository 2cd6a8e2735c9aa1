"""Muster lists: who is in an area or a mission on any day, to print. No contacts: those are asked for with a reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from foundation import as_of
from missions.models import Area, Mission
from missions.models.names import named_as_of
from missions.views import parts


@require_safe
@requires(Permission.MISSION_SEE)
def area_muster(request: SignedInRequest, area_id: int) -> HttpResponse:
    return _muster(request, get_object_or_404(Area, pk=area_id))


@require_safe
@requires(Permission.MISSION_SEE)
def mission_muster(request: SignedInRequest, mission_id: int) -> HttpResponse:
    return _muster(request, get_object_or_404(Mission.objects.select_related("area"), pk=mission_id))


def _muster(request: SignedInRequest, row: Area | Mission) -> HttpResponse:
    """Everybody deployed there on the day, by name, with the place: that of the stay, the position or the mission."""
    day = as_of.shown(request)
    place = parts.Place(row, request.user, day)
    stays: list[Any] = parts.people(place, place.here.order_by("person__sort_name", "id"))
    for stay in stays:
        of_the_position = stay.position.duty_station if stay.position else ""
        stay.place = stay.duty_station or of_the_position or ("–" if isinstance(row, Mission) else stay.mission)
    named_as_of([row], day.on, today=day.today)
    context = {"place": row, "stays": stays}
    return render(request, "missions/muster_list.html", context)
