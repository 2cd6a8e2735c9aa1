"""Choosing: who fits a position and why, the reserve, and the proposal that fills several positions at once."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments.candidates import lifecycle, matching, pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.candidates.places import places_taken
from deployments.exports import SELECTION, Placed
from deployments.models import Consent, Nomination
from deployments.models.transitions import Move
from deployments.nomination_forms import ReserveForm
from deployments.stays import authorised_cap
from deployments.views.together import result_of
from foundation.lists import CountedPages
from foundation.pages import form_page, typed
from foundation.refusals import Blocker
from missions.models import Mission, Position

PAGE_SIZE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SELECTION_SEE)
def position_selection(request: SignedInRequest, position_id: int) -> HttpResponseBase:
    """Everybody put forward for a position, the best first, with reasons; and the ordered reserve."""
    rows = Position.objects.select_related("mission__area", "mission__lead")
    position = get_object_or_404(rows, pk=position_id)
    today, may_move = timezone.localdate(), request.user.may(Permission.NOMINATION_MOVE)
    if request.method == "POST" and not may_move:
        raise PermissionDenied
    found = matching.matches(position, today=today, reader=request.user)
    pool = [match.nomination for match in found if match.nomination.is_in_the_pool]
    offers = Consent.objects.filter(nomination__in=pool).order_by("offered_at", "id")
    latest = {offer.nomination_id: offer for offer in offers}
    placed = [Placed(place, match, latest.get(match.nomination.pk)) for place, match in enumerate(found, start=1)]
    if answer := exported(request, SELECTION, placed, about=position):
        return answer
    page = CountedPages(found, PAGE_SIZE).get_page(request.GET.get("page"))
    form = ReserveForm(typed(request), pool=pool, shown={match.nomination.pk for match in page})
    if request.method != "POST":
        record(request.user, Verb.LOOKED_AT, position, part="selection")
    fields = {nomination.pk: form[name] for name, nomination in form.nominations.items()}

    def act() -> str:
        with transaction.atomic():
            for nomination, rank in form.ranks:
                if nomination.reserve_rank != rank:
                    still = partial(_has_rank, nomination.reserve_rank)
                    step = NominationStep(Move.RANK, today=today, reserve_rank=rank, still=still)
                    lifecycle.make_move(nomination, step, by=request.user)
        return request.get_full_path()

    context = {
        "position": position,
        "today": today,
        "page": page,
        "matches": [(match, fields.get(match.nomination.pk), latest.get(match.nomination.pk)) for match in page],
        "taken": places_taken([position])[position.pk],
        "strength": authorised_cap.strength(position.mission.area_on(today), today, today=today),
        "next_offer": _next_offer(pool, latest),
        "may_move": may_move,
    }
    done = _("The order of the reserve was saved.")
    return form_page(request, form, act, done=done, template="deployments/position_selection.html", context=context)


def _has_rank(rank: int | None, nomination: Nomination) -> bool:
    return nomination.reserve_rank == rank


def _next_offer(pool: list[Nomination], latest: dict[int | None, Consent]) -> Nomination | None:
    """The first in the reserve whose home service was not asked yet."""
    waiting = [one for one in pool if one.reserve_rank and one.pk not in latest and one.service.is_partner]
    return min(waiting, key=lambda one: one.reserve_rank or 0, default=None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_MOVE)
def selection_proposal(request: SignedInRequest) -> HttpResponse:
    """The best filling of the open positions from the pool. Nothing is saved before the chosen pairs are accepted."""
    today = timezone.localdate()
    positions = list(
        Position.objects.filter(mission__in=Mission.objects.active(today), needed_from__isnull=False)
        .select_related("mission__area", "mission__lead")
        .order_by("mission__area__listing_order", "mission", "number")
    )
    proposal = matching.propose(positions, today=today, reader=request.user)
    context: dict[str, object] = {"proposal": proposal, "positions": positions}
    if request.method == "POST":
        if request.POST.getlist("pair"):
            return _accept(request, proposal)
        context["blockers"] = [Blocker("nothing_ticked", _("Tick at least one pair."), rule=0)]
    return render(request, "deployments/selection_proposal.html", context)


def _accept(request: SignedInRequest, proposal: matching.Proposal) -> HttpResponse:
    """Nominate the pairs that were ticked, as they were shown; what changed meanwhile is judged again, row by row."""
    ticked = set(request.POST.getlist("pair"))
    pairs = {
        match.nomination: NominationStep(
            Move.NOMINATE,
            today=timezone.localdate(),
            position=match.position,
            starts_on=match.first,
            ends_on=match.last,
        )
        for match in proposal.chosen
        if f"{match.nomination.pk}-{match.position.pk}" in ticked
    }
    if len(pairs) < len(ticked):
        messages.warning(request, _("The pool changed meanwhile: look at the proposal again for the rest."))
    result = result_of(
        request,
        pairs,
        pairs.__getitem__,
        act="proposal",
        list_name="selection_proposal",
        asked=[],
        take=lifecycle.make_move,
        judge=partial(pipeline.blockers, by=request.user),
    )
    return redirect(result)
