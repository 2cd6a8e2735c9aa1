"""Nominations: the list with bulk moves, one of them, putting forward, and its moves."""

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments import eligibility
from deployments.candidates import assessment, documents, lifecycle, matching, pipeline
from deployments.corrections import of_decisions
from deployments.exports import NOMINATIONS
from deployments.filters import NominationFilter
from deployments.models import Consent, Nomination, Review, ScreeningItem
from deployments.models.transitions import Move
from deployments.nomination_forms import MoveForm, NominationForm
from deployments.together_forms import MovesForm
from deployments.views.choosing import choose_person, chosen_person
from deployments.views.together import chosen_together, together_page
from flags import attention
from foundation.lists import page_of
from foundation.pages import form_page, typed

PAGE_SIZE = 25
COLUMNS = [
    ("position", _lazy("Position")),
    ("service", _lazy("Home service")),
    ("stage", _lazy("Stage")),
    ("since", _lazy("Since")),
]
"""Columns of the list that may be left out."""


def get_nomination(request: SignedInRequest, nomination_id: int) -> Nomination:
    rows = Nomination.objects.visible_to(request.user).select_related(
        "person__rank", "person__service", "service", "position__mission__area", "position__mission__lead", "deployment"
    )
    return get_object_or_404(rows, pk=nomination_id)


@require_safe
@requires(Permission.NOMINATION_SEE)
def nomination_list(request: SignedInRequest) -> HttpResponseBase:
    """Nominations, those under way first asked for; rows can be chosen and moved together."""
    filtered = _filtered(request)
    if answer := exported(request, NOMINATIONS, filtered.qs, filtered=filtered):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    context = {
        "filter": filtered,
        "page": page,
        "today": timezone.localdate(),
        "bulk_moves": _moves_of(page, request.user),
        "columns": COLUMNS,
    }
    return render(request, "deployments/nomination_list.html", context)


def _filtered(request: SignedInRequest) -> NominationFilter:
    """The list as the address asks for it, on whatever page."""
    rows = Nomination.objects.visible_to(request.user)
    rows = rows.select_related("person__rank", "service", "position__mission__area")
    return NominationFilter(request.GET, queryset=rows, request=request)


def _may_make(move: Move, user: User) -> bool:
    needed = Permission.NOMINATION_SUBMIT if move in pipeline.OF_THE_SERVICE else Permission.NOMINATION_MOVE
    return user.may(needed)


def _moves_of(page: Iterable[Nomination], user: User) -> list[tuple[str, str, bool]]:
    """The moves of the reader that a form can make with many, and a row of this page can make; ways out apart."""
    there = {row.stage for row in page}
    moves = [move for move in pipeline.BULK_MOVES if there & pipeline.TABLE[move][0] and _may_make(move, user)]
    return [
        (str(pipeline.VERBS[move]), reverse("nomination_bulk", args=[move]), move in pipeline.ONWARD) for move in moves
    ]


@require_safe
@requires(Permission.NOMINATION_SEE)
def nomination_detail(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    """One nomination: what is known, what stands against it, the next moves, its history."""
    nomination = get_nomination(request, nomination_id)
    user, today, position = request.user, timezone.localdate(), nomination.position
    record(user, Verb.LOOKED_AT, nomination)
    reviews = assessment.told_to(user, nomination)
    answers = {answer.item_id: answer for answer in nomination.screening.select_related("by")}
    screening = [(item, answers.get(item.pk)) for item in ScreeningItem.objects.filter(is_active=True)]
    consents = list(nomination.consents.select_related("service", "answered_by"))
    found = eligibility.findings(
        nomination.person,
        position.mission,
        nomination.starts_on,
        nomination.ends_on,
        today=today,
        position=position,
        check_consent=nomination.is_in_the_pool,
        check_verification=False,
        exclude_deployment=nomination.deployment_id,
    )
    context = {
        "nomination": nomination,
        "today": today,
        "findings": eligibility.told_to(user, found),
        "acts": pipeline.possible(
            nomination,
            may_move=user.may(Permission.NOMINATION_MOVE),
            may_submit=user.may(Permission.NOMINATION_SUBMIT),
        ),
        "may_take_back": nomination.stage in of_decisions.DECISIONS and user.may(Permission.CORRECTION_MAKE),
        "transitions": pipeline.MOVES.history(nomination, reader=user),
        "documents": documents.told_to(user, nomination),
        "consents": consents,
        "screening": screening,
        "offer_waits": any(consent.state == Consent.State.OFFERED for consent in consents),
        "asked_for": _asked_for(nomination, screening, reviews.own, consents),
        "notices": attention.about([nomination, *consents], user, today=today),
        "reviews": reviews,
        "replaced_by": nomination.replaced_by.visible_to(user).select_related("person__rank").first(),
    }
    return render(request, "deployments/nomination_detail.html", context)


def say_put_forward(request: SignedInRequest, nomination: Nomination) -> None:
    """Say that somebody was put forward, and what is missing, or that the draft waits."""
    if nomination.stage == Nomination.Stage.DRAFT:
        messages.success(request, _("The draft for %(person)s was saved.") % {"person": nomination.person})
        return
    messages.success(request, _("%(person)s was put forward.") % {"person": nomination.person})
    _say_what_is_missing(request, nomination)


def _say_what_is_missing(request: SignedInRequest, nomination: Nomination) -> None:
    """Whoever submits is told that the file is not complete yet; the page lists what is missing."""
    [match] = matching.missing([nomination], today=timezone.localdate(), reader=request.user)
    if match.blockers:
        n = len(match.blockers)
        said = ngettext("%(n)s requirement is not met yet.", "%(n)s requirements are not met yet.", n) % {"n": n}
        messages.warning(request, said)


def _asked_for(nomination: Nomination, screening: list, own_review: Review | None, consents: list[Consent]) -> str:
    """What the stage asks for before its next move, so that the page can say it first: checklist, review or consent."""
    if nomination.stage == Nomination.Stage.SCREENING and any(answer is None for _item, answer in screening):
        return "checklist"
    if nomination.stage == Nomination.Stage.ASSESSMENT and own_review is None:
        return "review"
    if nomination.stage == Nomination.Stage.ACCEPTED and nomination.service.is_partner:
        asked = {consent.state for consent in consents}
        return "" if {Consent.State.OFFERED, Consent.State.CONSENTED} & asked else "consent"
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SUBMIT)
def nomination_add(request: SignedInRequest) -> HttpResponse:
    """Put somebody forward: first the person (`?person=…`), then the position; `?position=…` is chosen beforehand."""
    person = chosen_person(request)
    if person is None:
        return choose_person(request, "nomination_add", _("Put somebody forward"), _("Who is put forward?"))
    return _form(request, person, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SUBMIT)
def nomination_replace(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    """Put somebody else forward instead; the nomination that is replaced is withdrawn, also after the call closed."""
    replaced = get_nomination(request, nomination_id)
    person = chosen_person(request)
    if person is None:
        title = _("Replace %(person)s") % {"person": replaced.person}
        return choose_person(request, "nomination_replace", title, _("Who is put forward instead?"), args=[replaced.pk])
    return _form(request, person, replaced)


def _form(request: SignedInRequest, person, replaces: Nomination | None) -> HttpResponse:
    initial: dict[str, object] = {"position": replaces.position_id if replaces else request.GET.get("position", "")}
    if replaces:
        initial |= {"starts_on": replaces.starts_on, "ends_on": replaces.ends_on}
    form = NominationForm(typed(request), person=person, replaces=replaces, initial=initial)

    def act() -> Nomination:
        submit, today = "submit" in request.POST, timezone.localdate()
        nomination = lifecycle.put_forward(form.instance, by=request.user, today=today, submit=submit)
        say_put_forward(request, nomination)
        return nomination

    return form_page(
        request,
        form,
        act,
        template="deployments/nomination_add.html",
        context={"person": person, "replaces": replaces},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SEE)
def nomination_step(request: SignedInRequest, nomination_id: int, move: Move) -> HttpResponse:
    """Make one move; a refusal comes back with every reason and with what was typed."""
    if not _may_make(move, request.user):
        raise PermissionDenied
    nomination = get_nomination(request, nomination_id)
    form = MoveForm(typed(request), nomination=nomination, move=move)

    def act() -> None:
        lifecycle.make_move(nomination, form.step(timezone.localdate()), by=request.user)
        messages.success(request, _("%(person)s: %(move)s.") % {"person": nomination.person, "move": move.label})
        if move == Move.SUBMIT:
            _say_what_is_missing(request, nomination)

    return form_page(
        request,
        form,
        act,
        back=nomination,
        template="deployments/nomination_step.html",
        context={"nomination": nomination, "move": move},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOMINATION_SEE)
def nomination_bulk(request: SignedInRequest, move: Move) -> HttpResponse:
    """Move the chosen rows together; each is judged by itself."""
    if move not in pipeline.BULK_MOVES:
        raise Http404
    if not _may_make(move, request.user):
        raise PermissionDenied
    chosen = chosen_together(request, _filtered(request).qs, "nomination_list")
    if isinstance(chosen, HttpResponse):
        return chosen
    rows = Nomination.objects.visible_to(request.user).filter(pk__in=chosen).order_by("id")
    related = ("person__rank", "person__service", "position__mission__lead", "service")
    nominations = list(rows.select_related(*related))
    return together_page(
        request,
        MovesForm(typed(request), move=move, today=timezone.localdate()),
        nominations,
        act=f"move {move}",
        list_name="nomination_list",
        take=lifecycle.make_move,
        judge=partial(pipeline.blockers, by=request.user),
        context={
            "title": pipeline.VERBS[move],
            "danger": move in pipeline.MOVES.dangerous,
            "list_title": _("Nominations"),
            "detail_label": _("Position"),
        },
    )
