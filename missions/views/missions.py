"""The pages of areas and missions."""

import datetime as dt
from collections.abc import Callable, Iterable
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
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.exporting import exported
from deployments.models import FOREVER, Correction, Deployment, RosterEntry
from deployments.stays import authorised_cap
from deployments.watch.rosters import with_standing
from flags import attention
from flags.models import Flag
from foundation import as_of
from foundation.as_of import AsOf
from foundation.lists import bounded_count, page_of
from foundation.pages import form_page, typed
from missions.exports import MISSIONS, ROSTER, entries_told
from missions.filters import MissionFilter
from missions.forms import MissionForm
from missions.models import Area, Mission, Requirement
from missions.models.names import named_as_of
from missions.models.states import stretches
from missions.models.succession import areas_on
from reports import measures, naming
from reports.chart import strength_chart

Place = Callable[[Any], Any]
"""What narrows deployments to an area or a mission."""

PAGE_SIZE = 25
PAST_SHOWN = 10
"""How many of those who left a page lists; its link leads to the others."""
CHART_BACK, CHART_AHEAD = dt.timedelta(days=365), dt.timedelta(days=540)


@require_safe
@requires(Permission.MISSION_SEE)
def area_detail(request: SignedInRequest, area_id: int) -> HttpResponse:
    """An area as of a day: strength against the cap over time, its authorizations, missions and people."""
    area = get_object_or_404(Area, pk=area_id)
    day = as_of.shown(request)
    successions = list(area.successions.standing().select_related("successor"))
    predecessions = list(area.predecessions.standing().select_related("area"))
    neighbours = [*(row.successor for row in successions), *(row.area for row in predecessions)]
    named_as_of([area, *neighbours], day.on, today=day.today)
    flags = Flag.objects.visible_to(request.user).open().filter(area=area)
    context = {
        **_strength(area, day),
        "former_names": area.former_names.standing(),
        "successions": successions,
        "predecessions": predecessions,
        "missions": _missions_of(area, day),
        **_people(
            request,
            day,
            lambda rows: rows.in_area_on(area, day.on),
            lambda rows: rows.in_area(area, today=day.today),
        ),
        "all_returned": _returned(area=area.pk),
        "notices": attention.with_sentences(flags, today=day.today),
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
    return render(request, "missions/mission_list.html", {"filter": filtered, "page": page})


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
@requires(Permission.MISSION_SEE)
def mission_detail(request: SignedInRequest, mission_id: int) -> HttpResponseBase:
    """A mission as of a day: mandate, authorization, and its people then, planned and past."""
    mission = get_object_or_404(Mission.objects.select_related("area", "lead", "successor", "profile"), pk=mission_id)
    day = as_of.shown(request)
    area, predecessors = mission.area_on(day.on), list(mission.predecessors.all())
    successors = [mission.successor] if mission.successor else []
    named_as_of([mission, area, *predecessors, *successors], day.on, today=day.today)
    if mission.is_roster and (answer := _exported_roster(request, mission, day)):
        return answer
    roster = _roster(request, mission, day) if mission.is_roster else {}
    states = list(mission.states.select_related("recorded_by", "withdrawn_by"))
    context = {
        "mission": mission,
        "state": mission.state_on(day.on),
        "has_not_begun": mission.starts_on is not None and day.on < mission.starts_on,
        "former_names": mission.former_names.standing(),
        "stretches": stretches(states, mission.starts_on, mission.ends_on),
        "withdrawn": [row for row in states if row.withdrawn_at],
        **_strength(area, day, mission if mission.uses_places else None),
        **_people(request, day, lambda rows: rows.filter(mission=mission)),
        **roster,
        "all_returned": _returned(mission=mission.pk),
        "themes": mission.themes.all(),
        "teams": mission.teams.all(),
        "positions": mission.positions.all(),
        "predecessors": predecessors,
        "asked": Requirement.objects.filter(Q(lead=mission.lead) | Q(mission=mission)).select_related("kind"),
    }
    return render(request, "missions/mission_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_edit(request: SignedInRequest, mission_id: int) -> HttpResponse:
    mission = get_object_or_404(Mission.objects.select_related("area"), pk=mission_id)
    form = MissionForm(typed(request), instance=mission)

    def act() -> None:
        if conflicts.save(form, by=request.user):
            messages.success(request, _("%(name)s was saved.") % {"name": form.instance})

    context = {"mission": mission}
    return form_page(request, form, act, back=mission, template="missions/mission_edit.html", context=context)


def _entries(mission: Mission, day: AsOf) -> QuerySet[RosterEntry]:
    entries = RosterEntry.objects.filter(roster=mission).nominated_by(day.on)
    entries = entries.select_related("person__rank", "person__service", "roster")
    return entries.order_by(F("taken_off_on").desc(nulls_first=True), "person__sort_name")


def _exported_roster(request: SignedInRequest, mission: Mission, day: AsOf) -> HttpResponseBase | None:
    shown = partial(entries_told, day=day)
    return exported(request, ROSTER, _entries(mission, day), shown=shown, about=mission)


def _roster(request: SignedInRequest, mission: Mission, day: AsOf) -> dict[str, object]:
    """A page of those who were put on a roster by a day: by name, those who were taken off after the others."""
    page = page_of(request, _entries(mission, day), PAGE_SIZE)
    page.object_list = with_standing(page.object_list, day.on)
    return {"page": page, "on_roster": bounded_count(mission.entries.standing_on(day.on))}


def _strength(area: Area, day: AsOf, mission: Mission | None = None) -> dict[str, object]:
    """What the template shows of the area's strength: of the day, its chart, and the authorizations with their caps.

    In the chart of a mission its own share stands out.
    """
    first, last = day.on - CHART_BACK, day.on + CHART_AHEAD
    counted = {"area": area.pk} | ({"mission": mission.pk} if mission else {}) | {"status": "counted"}
    rows_at, own = f"{reverse('deployment_list')}?{urlencode(counted)}", None
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


def _returned(**of: int) -> str:
    """The address of the list of all who have returned from an area or mission."""
    return f"{reverse('deployment_list')}?{urlencode({**of, 'status': 'returned', 'sort': '-last'})}"


def _people(request: SignedInRequest, day: AsOf, of: Place, ever_of: Place | None = None) -> dict[str, object]:
    """The deployments of an area or mission as of a day: current, coming, and the last that ended.

    `of` narrows rows to those that belong there on the day, `ever_of` to those with a day there, where that differs.
    """
    user, days = request.user, {"on": day.on, "today": day.today}

    def rows(measure: QuerySet[Deployment], of: Place = ever_of or of) -> QuerySet[Deployment]:
        known = of(measure).select_related("person", "rank", "service", "mission", "position", "team")
        return known.prefetch_related("roles")

    past = rows(measures.ended(user, **days))
    found = {
        "here_now": list(rows(measures.deployed(user, **days), of).order_by("ends_on", "id")),
        "coming": list(rows(measures.coming(user, **days)).order_by("starts_on", "id")),
        "past": list(past.order_by("-departed_on", "-id")[:PAST_SHOWN]),
    }
    naming.stays_as_of([stay for stays in found.values() for stay in stays], day.on, today=day.today)
    return {**found, "past_count": bounded_count(past)}
