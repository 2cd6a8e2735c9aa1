"""The home page, and the search over everything."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import Permission, any_signed_in_user, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from deployments.candidates import matching, pipeline
from deployments.models import Nomination
from deployments.models.transitions import Move
from flags import attention
from foundation import as_of
from foundation.days import said_back, understood
from foundation.lists import bounded_count
from personnel.models import PoliceService
from reports import board, first_steps, measures, searching, to_do

CANDIDATES_SHOWN = 50
ASSIGNED_SHOWN = 3
STAYS_SHOWN = 50
LONGEST_DAY = 40


@require_safe
@any_signed_in_user(why="everybody has a home page; a liaison's shows the own people only")
def home(request: SignedInRequest) -> HttpResponse:
    if not request.user.may(Permission.OPERATIONS_SEE):
        return _liaison_home(request, request.user, timezone.localdate())
    day = as_of.shown(request)
    on, today = day.on, day.today
    tasks = to_do.for_user(request.user, today=today)
    box = attention.for_user(request.user, today=today, shown=ASSIGNED_SHOWN)
    return render(
        request,
        "home.html",
        {
            "on": on,
            "today": today,
            "board": board.operations(on, today=today),
            "is_published_layout": request.GET.get("layout") == "published",
            "attention": box,
            "assigned": [notice for notice in box.notices if notice.flag.assignee_id == request.user.pk],
            "next_notice": attention.next_to_plan(request.user, today=today) if not (tasks or box.to_act) else None,
            "to_do": tasks,
            "groups": to_do.grouped(tasks),
            "first_steps": day.is_today and request.user.may(Permission.OFFICE_SET_UP) and first_steps.are_left(),
        },
    )


@require_safe
@requires(Permission.OFFICE_SET_UP)
def office_set_up(request: SignedInRequest) -> HttpResponse:
    """What an office that starts has and still needs, each with the page where it is entered."""
    steps = first_steps.for_user(request.user)
    return render(
        request, "first_steps.html", {"steps": steps, "left": len([step for step in steps if not step.is_done])}
    )


def _next_of_the_service(nomination: Nomination) -> list[Move]:
    """What the home service does next with one of its nominations; nothing while the office has it."""
    moves = pipeline.possible(nomination, may_move=False, may_submit=True)
    return [move for move in moves if move != Move.WITHDRAW]


def _liaison_home(request: SignedInRequest, user: User, today: dt.date) -> HttpResponse:
    """What a liaison has to do today, what runs out, the own candidates with the next act of each, open calls, and who
    is deployed or about to leave.
    """
    related = ["person__rank", "mission__area", "service", "rank"]
    live = measures.live_nominations(user)
    candidates = list(
        live.select_related(
            "person__rank", "person__service", "service", "position__mission__lead", "position__mission__profile"
        ).order_by("stage_since", "id")[:CANDIDATES_SHOWN]
    )
    calls = measures.open_calls(on=today).select_related("mission__area").order_by("call_closes", "id")
    offers = measures.offers_to_answer(user, today=today).select_related("person__rank", "mission", "service")
    offers = offers.order_by("answer_by", "id")
    abroad, leaving = measures.deployed(user, on=today, today=today), measures.coming(user, on=today, today=today)
    context = {
        "today": today,
        "abroad": abroad.select_related(*related).order_by("ends_on", "id")[:STAYS_SHOWN],
        "abroad_count": bounded_count(abroad),
        "leaving": leaving.select_related(*related).order_by("starts_on", "id")[:STAYS_SHOWN],
        "leaving_count": bounded_count(leaving),
        "services": [
            (service, [(agreement, agreement.standing(today)) for agreement in service.agreements.all()])
            for service in PoliceService.objects.visible_to(user).prefetch_related("agreements")
        ],
        "calls": [(position, (position.call_closes - today).days) for position in calls if position.call_closes],
        "offers": offers,
        "awaited": {offer.nomination_id for offer in offers},
        "returned": [nomination for nomination in candidates if nomination.stage == Nomination.Stage.RETURNED],
        "candidates": [
            (match, _next_of_the_service(match.nomination))
            for match in matching.missing(candidates, today=today, reader=user)
        ],
        "box": attention.for_user(user, today=today),
        "candidate_count": bounded_count(live),
    }
    return render(request, "liaison_home.html", context)


@require_safe
@any_signed_in_user(why="each part of the search shows what the reader may see anyway")
def search(request: SignedInRequest) -> HttpResponse:
    """What every word is written on, of each kind; an exact number or reference leads to its page."""
    words, today = searching.words_of(request.GET.get("q", "")), timezone.localdate()
    if row := searching.exact(words, request.user, today=today):
        return redirect(as_of.of(request).keep(row.get_absolute_url()))
    found = searching.find(words, request.user, today=today, at_most=searching.AT_MOST)
    context = {
        "words": words,
        "found": found,
        "at_most": searching.AT_MOST,
        "are_more_people": len(found.get(_("People"), [])) == searching.AT_MOST,
    }
    return render(request, "search.html", context)


@require_safe
@any_signed_in_user(why="it suggests what the search would find, which the reader may see anyway")
def search_suggestions(request: SignedInRequest) -> HttpResponse:
    """The first hits of a search while it is typed, for `static/js/search.js`."""
    words, day = searching.words_of(request.GET.get("q", "")), as_of.of(request)
    hits = [
        {"kind": kind, "says": row.found_as, "beside": row.found_beside, "url": day.keep(row.get_absolute_url())}
        for kind, row in searching.suggest(words, request.user, today=timezone.localdate())
    ]
    n = len(hits)
    told = ngettext("%(n)s suggestion", "%(n)s suggestions", n) % {"n": n} if n else _("No suggestions")
    everything = {
        "says": _("All results for “%(words)s”") % {"words": words},
        "url": day.keep(f"{reverse('search')}?{urlencode({'q': words})}"),
    }
    return JsonResponse({"hits": hits, "told": told, "all": everything})


@require_safe
@any_signed_in_user(why="it reads the question alone, and nothing that is stored")
def day_understood(request: SignedInRequest) -> JsonResponse:
    """The day that was typed and its words, beside the days of the stay where these are typed too; or what is wrong."""
    typed = request.GET.get("typed", "")[:LONGEST_DAY]
    try:
        found = understood(typed, today=timezone.localdate())
    except ValidationError as error:
        return JsonResponse({"wrong": error.messages[0]})
    first, last = (_day(request, name) for name in ("first", "last"))
    return JsonResponse({"day": found.isoformat(), "says": said_back(found, first, last)})


def _day(request: SignedInRequest, name: str) -> dt.date | None:
    try:
        return understood(request.GET.get(name, "")[:LONGEST_DAY], today=timezone.localdate())
    except ValidationError:
        return None
