"""The first page, the search over everything, and the pages of refusal."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Permission, any_signed_in_user
from accounts.models import User
from deployments.candidates import matching, to_do
from deployments.models import Consent, Deployment, Nomination
from flags import attention
from foundation.days import AsOfForm
from foundation.text import normalised
from missions.models import Area, Mission, Position
from personnel.models import Person, PoliceService
from reports import board

FOUND_AT_MOST = 20
CANDIDATES_SHOWN = 50


@require_safe
@any_signed_in_user(why="everybody has a first page; a liaison's holds the own people only")
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    if not request.user.may(Permission.OPERATIONS_SEE):
        return _liaison_home(request, request.user, today)
    form = AsOfForm(request.GET)
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    return render(
        request,
        "home.html",
        {
            "form": form,
            "on": on,
            "shown_day": request.GET.get("on") or today.isoformat(),
            "today": today,
            "board": board.operations(on, today=today),
            "attention": attention.for_user(request.user, today=today),
            "to_do": to_do.for_user(request.user, today=today),
        },
    )


def _liaison_home(request: HttpRequest, user: User, today: dt.date) -> HttpResponse:
    """What needs a liaison today: offers to answer, files to correct, calls that close; then who is abroad."""
    mine = Deployment.objects.visible_to(user).select_related("person__rank", "mission__area", "service", "rank")
    live = Nomination.objects.visible_to(user).live()
    candidates = list(
        live.select_related(
            "person__rank", "person__service", "service", "position__mission__lead", "position__mission__profile"
        ).order_by("stage_since", "id")[:CANDIDATES_SHOWN]
    )
    calls = Position.objects.with_open_call(today).select_related("mission__area").order_by("call_closes", "id")
    context = {
        "today": today,
        "abroad": mine.deployed(today, today=today).order_by("ends_on"),
        "leaving": mine.filter(status__in=["planned", "approved"]).order_by("starts_on"),
        "services": [
            (service, [(paper, paper.standing(today)) for paper in service.agreements.all()])
            for service in PoliceService.objects.visible_to(user).prefetch_related("agreements")
        ],
        "calls": [(position, (position.call_closes - today).days) for position in calls],
        "offers": Consent.objects.visible_to(user)
        .waiting()
        .filter(answer_by__gte=today)
        .select_related("person__rank", "mission", "service")
        .order_by("answer_by"),
        "returned": [one for one in candidates if one.stage == Nomination.Stage.RETURNED],
        "candidates": matching.missing(candidates, today=today, reader=user),
        "candidate_count": live.count(),
    }
    return render(request, "liaison_home.html", context)


@require_safe
@any_signed_in_user(why="each part of the search shows what the reader may see anyway")
def search(request: HttpRequest) -> HttpResponse:
    """People, missions, areas and services whose names hold the words."""
    words = request.GET.get("q", "").replace("\0", "")[:100].strip()
    found = _find(words, request.user) if words else {}
    return render(request, "search.html", {"words": words, "found": found, "at_most": FOUND_AT_MOST})


def _find(words: str, user: User) -> dict[str, list]:
    wanted = normalised(words).split()

    def named(rows) -> list:
        names = ((row, normalised(f"{row.name_en} {row.name_fr} {row.code}")) for row in rows)
        return [row for row, name in names if all(word in name for word in wanted)][:FOUND_AT_MOST]

    found: dict[str, list] = {
        _("People"): list(
            Person.objects.visible_to(user).current().search(words).select_related("rank", "service")[:FOUND_AT_MOST]
        ),
        _("Police services"): named(PoliceService.objects.visible_to(user)),
    }
    if user.may(Permission.MISSION_SEE):
        found[_("Missions")] = named(Mission.objects.all())
        found[_("Countries and regions")] = named(Area.objects.all())
    return {title: rows for title, rows in found.items() if rows} if wanted else {}


def refused(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Nothing may fail here: no database, no signed-in user."""
    return render(None, "500.html", status=500)
