"""The pages of positions and their calls for nominations."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.exporting import exported
from deployments.candidates.places import places_taken, positions_seen_by
from deployments.eligibility.demand import for_stay
from deployments.models import Nomination
from foundation import as_of
from foundation.as_of import AsOf
from foundation.lists import page_of
from foundation.pages import form_page, typed
from missions.exports import POSITIONS
from missions.filters import PositionFilter
from missions.forms import PositionForm
from missions.models import Mission, MissionState, Position
from missions.models.names import named_as_of
from missions.models.succession import areas_on
from personnel.expiry import last_day

PAGE_SIZE = 25
COLUMNS = [
    ("mission", _lazy("Mission")),
    ("stream", _lazy("Stream")),
    ("places", _lazy("Places")),
    ("needed", _lazy("Needed from")),
    ("call", _lazy("Call")),
    ("nominations", _lazy("Nominations")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.CALL_SEE)
def position_list(request: SignedInRequest) -> HttpResponseBase:
    """Positions by the end of their call as of a day, with their own nominations; a liaison sees only some.

    Which ones is a matter of today on any day (`positions_seen_by`): who looks back is shown no more. As of a past day
    without those of missions that began later.
    """
    day = as_of.shown(request)
    rows = positions_seen_by(request.user, today=day.today)
    if day.is_past:
        rows = rows.filter(mission__in=Mission.objects.begun(day.on))
    rows = rows.select_related("mission__area").order_by("call_closes", "mission__area__listing_order", "number")
    filtered = PositionFilter(request.GET, queryset=rows, request=request)
    shown = partial(_with_nominations, reader=request.user, day=day)
    if answer := exported(request, POSITIONS, filtered.qs, filtered=filtered, shown=shown):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    page.object_list = shown(page.object_list)
    return render(request, "missions/position_list.html", {"filter": filtered, "page": page, "columns": COLUMNS})


def _with_nominations(rows: Iterable[Position], *, reader: User, day: AsOf) -> list[Position]:
    """Positions with how many the reader sees put forward, their call of a day, and their country or region on it."""
    positions: list[Any] = list(rows)
    nominated = list(
        Nomination.objects.visible_to(reader).live().filter(position__in=positions).values_list("position", flat=True)
    )
    # How many places are taken reveals nominations of other services, so a liaison does not see it.
    taken = places_taken(positions) if reader.may(Permission.SELECTION_SEE) else {}
    areas = areas_on([position.mission for position in positions], day.on)
    for position in positions:
        position.put_forward, position.taken = nominated.count(position.pk), taken.get(position.pk)
        position.call_state, position.closes_in = position.call(day.on), _days_left(position, day.on)
        position.area_shown = areas[position.mission_id]
    named_as_of([*(position.mission for position in positions), *areas.values()], day.on, today=day.today)
    return positions


def _days_left(position: Position, today) -> int | None:
    return (position.call_closes - today).days if position.call_closes else None


@require_safe
@requires(Permission.CALL_SEE)
def position_detail(request: SignedInRequest, position_id: int) -> HttpResponse:
    """What a position asks for, its call, and the nominations that the reader may see."""
    today = timezone.localdate()
    visible = Position.objects.filter(pk__in=positions_seen_by(request.user, today=today).values("pk"))
    position = get_object_or_404(
        visible.select_related("mission__area", "mission__lead", "mission__profile", "team"), pk=position_id
    )
    first = position.needed_from or today
    demand = for_stay(position.mission, position, first, last_day(first, position.mission.tour_months))
    context = {
        "position": position,
        "mission": position.mission,
        "roles": position.roles.all(),
        "demand": demand,
        "today": today,
        "call_state": position.call(today),
        "closes_in": _days_left(position, today),
        "may_be_planned": not position.mission.is_roster
        and position.mission.state_on(today) != MissionState.State.CLOSED,
        "taken": places_taken([position])[position.pk] if request.user.may(Permission.SELECTION_SEE) else None,
        "nominations": Nomination.objects.visible_to(request.user)
        .filter(position=position)
        .select_related("person__rank", "service", "position__mission"),
    }
    return render(request, "missions/position_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.POSITION_EDIT)
def position_add(request: SignedInRequest, mission_id: int) -> HttpResponse:
    mission = get_object_or_404(Mission.objects.select_related("area"), pk=mission_id)
    return _form(request, Position(mission=mission), _("Add a position"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.POSITION_EDIT)
def position_edit(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = get_object_or_404(Position.objects.select_related("mission__area"), pk=position_id)
    return _form(request, position, _("Edit %(position)s") % {"position": position})


def _form(request: SignedInRequest, position: Position, title: str) -> HttpResponse:
    form = PositionForm(typed(request), instance=position)
    template, leave_to = "missions/position_form.html", position if position.pk else position.mission

    def act() -> Position:
        if conflicts.save(form, by=request.user):
            messages.success(request, _("%(name)s was saved.") % {"name": form.instance})
        return form.instance

    context = {"mission": position.mission, "leave_to": leave_to}
    return form_page(request, form, act, title=title, template=template, context=context)
