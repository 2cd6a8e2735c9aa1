"""The pages of areas and missions."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from deployments.models import FOREVER, Correction, Deployment, RosterEntry
from deployments.stays import authorised_cap
from deployments.watch.rosters import with_standing
from flags import attention
from flags.models import Flag
from foundation.lists import bounded_count, page_of
from foundation.pages import form_page, typed
from missions.filters import MissionFilter
from missions.forms import MissionForm
from missions.models import Area, Mission, Requirement
from missions.models.states import stretches
from reports import measures
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
    """An area: strength against the cap over time, its authorizations, missions and people."""
    area = get_object_or_404(Area, pk=area_id)
    today = timezone.localdate()
    flags = Flag.objects.visible_to(request.user).open().filter(area=area)
    context = {
        **_strength(area, today),
        "former_names": area.former_names.standing(),
        "successions": area.successions.standing().select_related("successor"),
        "predecessions": area.predecessions.standing().select_related("area"),
        "missions": _missions_of(area, today),
        **_people(
            request.user, today, lambda rows: rows.in_area_on(area, today), lambda rows: rows.in_area(area, today=today)
        ),
        "all_query": f"area={area.pk}",
        "notices": attention.with_sentences(flags, today=today),
    }
    return render(request, "missions/area_detail.html", context)


@require_safe
@requires(Permission.MISSION_SEE)
def mission_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = Mission.objects.select_related("area", "lead").with_state(today)
    rows = rows.order_by("area__listing_order", "starts_on", "code")
    filtered = MissionFilter(request.GET, queryset=rows)
    page = page_of(request, filtered.qs, PAGE_SIZE)
    deployed = measures.counted_by(measures.deployed(request.user, on=today, today=today), "mission")
    for mission in page.object_list:
        mission.deployed_today = deployed.get(mission.pk, 0)
    return render(request, "missions/mission_list.html", {"filter": filtered, "page": page})


@require_safe
@requires(Permission.MISSION_SEE)
def mission_detail(request: SignedInRequest, mission_id: int) -> HttpResponse:
    """A mission: mandate, authorization, and its people now, planned and past."""
    mission = get_object_or_404(Mission.objects.select_related("area", "lead", "successor", "profile"), pk=mission_id)
    today = timezone.localdate()
    roster = _roster(request, mission, today) if mission.is_roster else {}
    states = list(mission.states.select_related("recorded_by", "withdrawn_by"))
    context = {
        "mission": mission,
        "state": mission.state_on(today),
        "former_names": mission.former_names.standing(),
        "stretches": stretches(states, mission.starts_on, mission.ends_on),
        "withdrawn": [row for row in states if row.withdrawn_at],
        **_strength(mission.area_on(today), today),
        **_people(request.user, today, lambda rows: rows.filter(mission=mission)),
        **roster,
        "all_query": f"mission={mission.pk}",
        "themes": mission.themes.all(),
        "teams": mission.teams.all(),
        "positions": mission.positions.all(),
        "predecessors": mission.predecessors.all(),
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


def _roster(request: SignedInRequest, mission: Mission, today: dt.date) -> dict[str, object]:
    """A page of those who are or were on a roster: by name, those who were taken off after the others."""
    entries = RosterEntry.objects.filter(roster=mission).select_related("person__rank", "person__service", "roster")
    page = page_of(request, entries.order_by(F("taken_off_on").desc(nulls_first=True), "person__sort_name"), PAGE_SIZE)
    page.object_list = with_standing(page.object_list, today)
    return {"page": page, "on_roster": mission.entries.standing_ones().count()}


def _strength(area: Area, today: dt.date) -> dict[str, object]:
    """What the template shows of the area's strength: today's, its chart, and the authorizations with their caps."""
    steps = authorised_cap.timeline(area, today - CHART_BACK, today + CHART_AHEAD, today=today)
    from_today = authorised_cap.timeline(area, today, FOREVER, today=today)  # as far as the board looks
    authorizations = list(
        area.authorizations.select_related("supersedes", "area")
        .prefetch_related(Prefetch("corrections", Correction.objects.select_related("asked_by", "decided_by")))
        .order_by("-valid_from", "-id")
    )
    return {
        "area": area,
        "today": today,
        "strength": from_today[0],
        "first_full_day": authorised_cap.first_day_full(from_today),
        "chart": strength_chart(steps, today - CHART_BACK, today + CHART_AHEAD, on=today, today=today),
        "authorizations": authorizations,
        "authorization": next((row for row in authorizations if row.is_in_force(today)), None),
        "newest": next((row for row in authorizations if row.state == "issued"), None),
    }


def _missions_of(area: Area, today: dt.date) -> list[Mission]:
    """The missions that belong to an area on some day, each with where it belongs on others, as `elsewhere`."""
    rows = Mission.objects.ever_in([area.pk]).select_related("lead", "area").prefetch_related("former_areas__area")
    found = list(rows.with_state(today).order_by("starts_on", "code"))
    for mission in found:
        former = [(row.area, row.first_day, row.last_day) for row in mission.former_areas.all() if not row.withdrawn_at]
        everywhere = [*former, (mission.area, mission.area_since, None)]
        mission.elsewhere = [stretch for stretch in everywhere if stretch[0] != area]  # type: ignore[attr-defined]
    return found


def _people(user: User, today: dt.date, of: Place, ever_of: Place | None = None) -> dict[str, object]:
    """The deployments of an area or mission: current, coming, and the last that ended.

    `of` narrows rows to those that belong there today, `ever_of` to those with a day there, where that differs.
    """

    def rows(measure: QuerySet[Deployment], of: Place = ever_of or of) -> QuerySet[Deployment]:
        known = of(measure).select_related("person", "rank", "service", "mission", "position", "team")
        return known.prefetch_related("roles")

    past = rows(measures.ended(user))
    return {
        "here_now": rows(measures.deployed(user, on=today, today=today), of).order_by("ends_on", "id"),
        "coming": rows(measures.coming(user)).order_by("starts_on", "id"),
        "past": past.order_by("-departed_on", "-id")[:PAST_SHOWN],
        "past_count": bounded_count(past),
    }
