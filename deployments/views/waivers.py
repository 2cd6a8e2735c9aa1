"""Waivers: asked for by one coordinator, decided by another, seen by everybody who sees the deployment."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments.candidates import waiving
from deployments.eligibility.findings import WAIVABLE
from deployments.exports import WAIVERS
from deployments.filters import WaiverFilter
from deployments.models import Waiver
from deployments.nomination_forms import SentenceForm, WaiverForm
from foundation.converters import is_id
from foundation.lists import page_of
from foundation.pages import form_page, typed
from foundation.ways_back import way_back
from missions.models import Mission
from personnel.models import Person

PAGE_SIZE = 50


@require_safe
@requires(Permission.WAIVER_SEE)
def waiver_list(request: SignedInRequest) -> HttpResponseBase:
    """Those that wait for a decision first, then the newest."""
    rows = Waiver.objects.visible_to(request.user).select_related("person__rank", "mission", "asked_by", "decided_by")
    filtered = WaiverFilter(request.GET, queryset=rows.waiting_first(), request=request)
    if answer := exported(request, WAIVERS, filtered.qs, filtered=filtered):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    shown = waiving.with_rules(page, reader=request.user)
    context = {
        "filter": filtered,
        "page": page,
        "waiting": [row for row in shown if row.state == Waiver.State.ASKED],
        "decided": [row for row in shown if row.state != Waiver.State.ASKED],
    }
    return render(request, "deployments/waiver_list.html", context)


@require_safe
@requires(Permission.NOMINATION_SEE)
def waiver_detail(request: SignedInRequest, waiver_id: int) -> HttpResponse:
    waiver = _get(request, waiver_id)
    record(request.user, Verb.LOOKED_AT, waiver)
    return render(request, "deployments/waiver_detail.html", _told(waiver, request.user))


def _told(waiver: Waiver, reader: User) -> dict[str, object]:
    """What the page of a waiver shows: the waiver, the decisions that the reader may take; its notes to the office."""
    decisions = []
    if reader.may(Permission.WAIVER_DECIDE):
        if waiver.state == Waiver.State.ASKED and waiver.asked_by_id != reader.pk:
            decisions = [("granted", _("Grant")), ("refused", _("Refuse"))]
        if waiver.state in {Waiver.State.ASKED, Waiver.State.GRANTED}:
            decisions.append(("withdrawn", _("Withdraw")))
    rule = waiving.waived(waiver.code, waiver.about, reader=reader)
    return {"waiver": waiver, "rule": rule, "decisions": decisions, "reads_notes": reader.sees_every_service}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WAIVER_DECIDE)
def waiver_ask(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Ask that one rule be let pass: `?mission=…&code=…&about=…`."""
    person = get_object_or_404(Person.objects.visible_to(request.user).current().select_related("rank"), pk=person_id)
    mission_id, code, about = (request.GET.get(name, "") for name in ("mission", "code", "about"))
    if code not in WAIVABLE or not is_id(mission_id):
        raise Http404
    about = about[:60].replace("\0", "")
    mission = get_object_or_404(Mission, pk=mission_id)
    form = WaiverForm(typed(request))

    def act() -> None:
        waiving.ask(
            person,
            mission,
            code=code,
            about=about,
            by=request.user,
            today=timezone.localdate(),
            **form.cleaned_data,
        )

    return form_page(
        request,
        form,
        act,
        title=_("Ask for a waiver"),
        lead=_("%(person)s, %(mission)s: %(rule)s")
        % {"person": person, "mission": mission, "rule": waiving.waived(code, about, reader=request.user)},
        note=_("A second coordinator decides. The waiver is shown wherever the deployment is shown."),
        back=way_back(request) or person,
        parent=person,
        done=_("The waiver was asked for; a second coordinator decides."),
        button=_("Ask"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WAIVER_DECIDE)
def waiver_decide(request: SignedInRequest, waiver_id: int, decision: str) -> HttpResponse:
    """Grant, refuse or withdraw, with a sentence."""
    waiver = _get(request, waiver_id)
    form = SentenceForm(typed(request))

    def act() -> None:
        sentence = form.cleaned_data["sentence"]
        if decision == Waiver.State.WITHDRAWN:
            waiving.withdraw(waiver, reason=sentence, by=request.user)
        else:
            waiving.decide(waiver, Waiver.State(decision), note=sentence, by=request.user)

    rule = waiving.waived(waiver.code, waiver.about, reader=request.user)
    title, button = _words(decision)
    return form_page(
        request,
        form,
        act,
        title=title,
        lead=_("%(person)s, %(mission)s: %(rule)s")
        % {"person": waiver.person, "mission": waiver.mission, "rule": rule},
        back=waiver,
        done=_("The decision was recorded."),
        button=button,
        danger=decision != Waiver.State.GRANTED,
    )


def _words(decision: str) -> tuple[str, str]:
    """Title and button."""
    return {
        "granted": (_("Grant the waiver"), _("Grant")),
        "refused": (_("Refuse the waiver"), _("Refuse")),
        "withdrawn": (_("Withdraw the waiver"), _("Withdraw")),
    }[decision]


def _get(request: SignedInRequest, waiver_id: int) -> Waiver:
    rows = Waiver.objects.visible_to(request.user).select_related(
        "person__rank", "person__service", "mission", "asked_by", "decided_by", "withdrawn_by"
    )
    return get_object_or_404(rows, pk=waiver_id)
