"""The pages of areas and missions."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.exporting import exported
from deployments.candidates.places import positions_seen_by
from deployments.models import FOREVER, Correction, RosterEntry
from deployments.stays import authorised_cap
from deployments.watch.rosters import with_standing
from foundation import as_of
from foundation.as_of import AsOf
from foundation.lists import bounded_count, page_of
from foundation.pages import form_page, typed
from missions.exports import MISSIONS, ROSTER, entries_told
from missions.filters import MissionFilter
from missions.forms import MissionForm
from missions.models import Area, Authorization, Mission, Requirement
from missions.models.names import named_as_of
from missions.models.states import stretches
from missions.models.succession import areas_on
from missions.views import parts
from reports import measures
from reports.chart import strength_chart

PAGE_SIZE = 25
COLUMNS = [
    ("area", _lazy("Country or region")),
    ("lead", _lazy("Lead organization")),
    ("kind", _lazy("Kind")),
    ("state", _lazy("State")),
    ("deployed", _lazy("Deployed today")),
]
"""Columns of the list that may be left out."""
CHART_BACK, CHART_AHEAD = dt.timedelta(days=365), dt.timedelta(days=540)


@require_safe
@requires(Permission.MISSION_SEE)
def area_detail(request: SignedInRequest, area_id: int) -> HttpResponse:
    """An area as of a day: strength against the cap over time, and its people, authorizations, missions and flags."""
    area = get_object_or_404(Area, pk=area_id)
    day = as_of.shown(request)
    successions = list(area.successions.standing().select_related("successor"))
    predecessions = list(area.predecessions.standing().select_related("area"))
    neighbours = [*(row.successor for row in successions), *(row.area for row in predecessions)]
    named_as_of([area, *neighbours], day.on, today=day.today)
    place, strength, missions = parts.Place(area, request.user, day), _strength(area, day), _missions_of(area, day)
    others = {
        "authorizations": (_("Authorizations"), len(strength["authorizations"])),
        "missions": (_("Missions"), len(missions)),
    }
    context = {
        **strength,
        "former_names": area.former_names.standing(),
        "successions": successions,
        "predecessions": predecessions,
        "missions": missions,
        **parts.context(request, place, others),
    }
    return render(request, "missions/area_detail.html", context)


@require_safe
@requires(Permission.MISSION_SEE)
def mission_list(request: SignedInRequest) -> HttpResponseBase:
    """Missions as of a day; as of a past one without those that began later."""
    day = as_of.shown(request)
    rows = Mission.objects.select_related("area", "lead").with_state(day.on)
    if day.is_past:
        rows = rows.begun(day.on)
    rows = rows.order_by("area__listing_order", "starts_on", "code")
    filtered = MissionFilter(request.GET, queryset=rows, request=request)
    shown = partial(_with_deployed, reader=request.user, day=day)
    if answer := exported(request, MISSIONS, filtered.qs, filtered=filtered, shown=shown):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    page.object_list = shown(page.object_list)
    return render(request, "missions/mission_list.html", {"filter": filtered, "page": page, "columns": COLUMNS})


def _with_deployed(rows: Iterable[Mission], *, reader: User, day: AsOf) -> list[Mission]:
    """Missions by their names of a day, with where they belong on it and how many are deployed there."""
    missions: list[Any] = list(rows)
    deployed = measures.counted_by(measures.deployed(reader, on=day.on, today=day.today), "mission")
    areas = areas_on(missions, day.on)
    for mission in missions:
        mission.deployed_then, mission.area_shown = deployed.get(mission.pk, 0), areas[mission.pk]
    named_as_of([*missions, *areas.values()], day.on, today=day.today)
    return missions


@require_safe
@requires(Permission.MISSION_READ)
def mission_detail(request: SignedInRequest, mission_id: int) -> HttpResponseBase:
    """A mission as of a day: its mandate and conditions; for the office also its people, authorizations and flags."""
    mission = get_object_or_404(Mission.objects.select_related("area", "lead", "successor", "profile"), pk=mission_id)
    day = as_of.shown(request)
    area, predecessors = mission.area_on(day.on), list(mission.predecessors.all())
    successors = [mission.successor] if mission.successor else []
    named_as_of([mission, area, *predecessors, *successors], day.on, today=day.today)
    mandate = {
        "mission": mission,
        "area": area,
        "today": day.today,
        "state": mission.state_on(day.on),
        "has_not_begun": mission.starts_on is not None and day.on < mission.starts_on,
        "predecessors": predecessors,
        "themes": mission.themes.all(),
        "asked": Requirement.objects.filter(Q(lead=mission.lead) | Q(mission=mission)).select_related("kind"),
    }
    if not request.user.may(Permission.MISSION_SEE):
        return _for_a_service(request, mission, area, day, mandate)
    if mission.is_roster and (answer := _exported_roster(request, mission, day)):
        return answer
    roster = _roster(request, mission, day) if mission.is_roster else {}
    states = list(mission.states.select_related("recorded_by", "withdrawn_by"))
    strength = _strength(area, day, mission if mission.uses_places else None)
    others: dict[str, tuple[str, int | None]] = {"about": (_("About the mission"), None)}
    if mission.uses_places:
        others["authorizations"] = (_("Authorizations"), len(strength["authorizations"]))
    if mission.is_roster:
        others["roster"] = (_("On the roster"), roster["on_roster"])
    context = {
        **strength,
        **mandate,
        **_conditions(mission, strength["authorization"]),
        "former_names": mission.former_names.standing(),
        "stretches": stretches(states, mission.starts_on, mission.ends_on),
        "withdrawn": [row for row in states if row.withdrawn_at],
        "teams": mission.teams.all(),
        **roster,
        **parts.context(request, parts.Place(mission, request.user, day), others),
    }
    return render(request, "missions/mission_detail.html", context)


def _for_a_service(
    request: SignedInRequest, mission: Mission, area: Area, day: AsOf, mandate: dict[str, object]
) -> HttpResponse:
    """What a liaison reads of a mission: the mandate, the conditions, the open calls, and the own people there.

    No figure and nobody of another service is looked up for it.
    """
    authorization = Authorization.objects.issued().in_force(day.on).filter(area=area).first()
    context = {
        **mandate,
        **_conditions(mission, authorization),
        "calls": positions_seen_by(request.user, today=day.today).filter(mission=mission),
        **_own_people(request.user, mission, day),
    }
    return render(request, "missions/mission_read.html", context)


def _own_people(user: User, mission: Mission, day: AsOf) -> dict[str, object]:
    place = parts.Place(mission, user, day)
    return {"own_people": parts.people(place, place.here.order_by("ends_on", "id"))}


def _conditions(mission: Mission, authorization: Authorization | None) -> dict[str, object]:
    """Language and arms of a mission: its own, or those of the authorization of its country or region."""
    armed = mission.armed if mission.armed is not None else authorization and authorization.armed
    language = mission.get_language_display() or (authorization.get_language_display() if authorization else "")
    return {"language": language, "armed": armed}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_edit(request: SignedInRequest, mission_id: int) -> HttpResponse:
    mission = get_object_or_404(Mission.objects.select_related("area"), pk=mission_id)
    form = MissionForm(typed(request), instance=mission)

    def act() -> None:
        if conflicts.save(form, by=request.user):
            messages.success(request, _("%(name)s was saved.") % {"name": form.instance})

    return form_page(
        request,
        form,
        act,
        title=_("Edit %(mission)s") % {"mission": mission},
        back=mission,
        context={"list_url": "mission_list", "list_title": _("Missions")},
    )


def _entries(mission: Mission, day: AsOf) -> QuerySet[RosterEntry]:
    entries = RosterEntry.objects.filter(roster=mission).nominated_by(day.on)
    entries = entries.select_related("person__rank", "person__service", "roster")
    return entries.order_by(F("taken_off_on").desc(nulls_first=True), "person__sort_name")


def _exported_roster(request: SignedInRequest, mission: Mission, day: AsOf) -> HttpResponseBase | None:
    shown = partial(entries_told, day=day)
    return exported(request, ROSTER, _entries(mission, day), shown=shown, about=mission)


def _roster(request: SignedInRequest, mission: Mission, day: AsOf) -> dict[str, Any]:
    """A page of those who were put on a roster by a day: by name, those who were taken off after the others."""
    page = page_of(request, _entries(mission, day), PAGE_SIZE)
    page.object_list = with_standing(page.object_list, day.on)
    return {"page": page, "on_roster": bounded_count(mission.entries.standing_on(day.on))}


def _strength(area: Area, day: AsOf, mission: Mission | None = None) -> dict[str, Any]:
    """What the template shows of the area's strength: of the day, its chart, and the authorizations with their caps.

    In the chart of a mission its own share stands out.
    """
    first, last = day.on - CHART_BACK, day.on + CHART_AHEAD
    counted = {"area": area.pk} | ({"mission": mission.pk} if mission else {}) | {"status": "counted"}
    rows_at, own = f"{reverse('deployment_list')}?{urlencode(counted)}", None
    placed = {"area": area.pk, "status": "placed"}
    row = mission or area
    if mission:
        steps, own = authorised_cap.with_share(area, mission, first, last, today=day.today)
    else:
        steps = authorised_cap.timeline(area, first, last, today=day.today)
    from_then = authorised_cap.timeline(area, day.on, FOREVER, today=day.today)  # as far as the board looks
    authorizations = list(
        area.authorizations.select_related("supersedes", "area")
        .prefetch_related(Prefetch("corrections", Correction.objects.select_related("asked_by", "decided_by")))
        .order_by("-valid_from", "-id")
    )
    return {
        "area": area,
        "today": day.today,
        "strength": from_then[0],
        "first_full_day": authorised_cap.first_day_full(from_then),
        "chart": strength_chart(steps, first, last, on=day.on, today=day.today, rows_at=rows_at, own=own),
        "placed_at": f"{reverse('deployment_list')}?{urlencode(placed)}",
        "own_at": f"{reverse('deployment_list')}?{urlencode({'mission': mission.pk, 'status': 'deployed'})}"
        if mission
        else "",
        "authorizations_at": f"{row.get_absolute_url()}?part=authorizations#part",
        "authorizations": authorizations,
        "authorization": next((row for row in authorizations if row.is_in_force(day.on)), None),
        "newest": next((row for row in authorizations if row.state == "issued"), None),
    }


def _missions_of(area: Area, day: AsOf) -> list[Mission]:
    """The missions that belong to an area on some day, each with where it belongs on others, as `elsewhere`.

    As of a past day without those that began later.
    """
    rows = Mission.objects.ever_in([area.pk]).select_related("lead", "area").prefetch_related("former_areas__area")
    if day.is_past:
        rows = rows.begun(day.on)
    found = list(rows.with_state(day.on).order_by("starts_on", "code"))
    others: list[Area] = []
    for mission in found:
        former = [(row.area, row.first_day, row.last_day) for row in mission.former_areas.all() if not row.withdrawn_at]
        everywhere = [*former, (mission.area, mission.area_since, None)]
        mission.elsewhere = [stretch for stretch in everywhere if stretch[0] != area]  # type: ignore[attr-defined]
        others += [other for other, _first, _last in mission.elsewhere]  # type: ignore[attr-defined]
    named_as_of([*found, *others], day.on, today=day.today)
    return found
