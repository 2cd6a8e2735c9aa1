"""Corrections: asked for with a preview of what they do, then made at once or decided by a second coordinator."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments.corrections import foreseen, making, of_authorizations, of_decisions, values
from deployments.corrections.effects import Judgement
from deployments.exports import CORRECTIONS, corrections_told
from deployments.filters import CorrectionFilter
from deployments.forms import AuthorizationCorrectionForm, CorrectionForm, DecisionForm, StayCorrectionForm
from deployments.models import Correction, Deployment, Nomination
from deployments.stays import amendment
from foundation.lists import page_of
from foundation.pages import beside_their_fields, say_what_was_taken_over, typed
from foundation.refusals import Blocker, StepRefused
from missions.models import Authorization

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CORRECTION_MAKE)
def deployment_correct(request: SignedInRequest, deployment_id: int) -> HttpResponse:
    rows = Deployment.objects.visible_to(request.user).select_related(
        "person__rank", "person__service", "mission__area", "mission__lead", "position", "rank", "service", "relieves"
    )
    deployment = get_object_or_404(rows, pk=deployment_id)
    form = StayCorrectionForm(typed(request), subject=deployment)
    lead = _("%(person)s, %(mission)s: change what was recorded wrongly, and leave the rest as it is.")
    return _ask(request, form, lead % {"person": deployment.person_as_then, "mission": deployment.mission})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CORRECTION_MAKE)
def nomination_correct(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    """A decision that was recorded wrongly: back to the stage from which it came."""
    rows = Nomination.objects.visible_to(request.user).select_related("person__rank", "position__mission")
    nomination = get_object_or_404(rows, pk=nomination_id)
    stage = of_decisions.came_from(nomination)
    form = CorrectionForm(typed(request), subject=nomination)
    lead = _("%(nomination)s: no decision that could be withdrawn is recorded here.") % {"nomination": nomination}
    if stage:
        lead = _("%(nomination)s: the decision “%(decision)s” is withdrawn; the stage is then “%(stage)s” again.") % {
            "nomination": nomination,
            "decision": nomination.get_stage_display(),
            "stage": stage.label,
        }
    return _ask(request, form, lead)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CORRECTION_MAKE)
def authorization_correct(request: SignedInRequest, authorization_id: int) -> HttpResponse:
    rows = Authorization.objects.select_related("area", "supersedes")
    authorization = get_object_or_404(rows, pk=authorization_id)
    form = AuthorizationCorrectionForm(typed(request), subject=authorization)
    lead = _("%(reference)s: cap and dates as the instrument has them. A new decision is an amendment instead.")
    return _ask(request, form, lead % {"reference": authorization})


def _ask(request: SignedInRequest, form: CorrectionForm, lead: str) -> HttpResponse:
    """Show what the valid form would do; ask for it when that was shown, is so still, and `save` is pressed."""
    subject, today = form.subject, timezone.localdate()
    if not form.is_valid():
        return _form(request, form, lead, [])
    found = making.judge(subject, form.wanted(), by=request.user, today=today)
    if found.blockers:
        return _form(request, form, lead, found.blockers)
    if form.preview_first(request, found.changes):
        correction = making.new(subject, found, reason=form.cleaned_data["reason"], by=request.user)
        return _form(request, form, lead, [], preview=_preview(request, correction, found))
    try:
        correction = making.ask(
            subject,
            form.wanted(),
            reason=form.cleaned_data["reason"],
            by=request.user,
            today=today,
            shown=found.changes,
        )
    except StepRefused as refusal:
        return _form(request, form, lead, refusal.blockers)
    if correction.state == Correction.State.WAITING:
        messages.success(request, _("The correction is waiting for a second coordinator."))
        return redirect(correction)
    messages.success(request, _("The correction was made."))
    return redirect(subject)


def _form(
    request: SignedInRequest,
    form: CorrectionForm,
    lead: str,
    refused: list[Blocker],
    preview: Mapping[str, object] | None = None,
) -> HttpResponse:
    above = beside_their_fields(form, refused)
    if not form.errors:  # beside them, the page says it itself
        say_what_was_taken_over(request, form)
    context = {"form": form, "subject": form.subject, "lead": lead, "blockers": above, "preview": preview}
    return render(request, "deployments/correction_form.html", context, status=409 if refused else 200)


def _preview(request: SignedInRequest, correction: Correction, found: Judgement) -> dict[str, object]:
    """What a correction does: its fields, the strength of areas, flags, and who would exceed a corrected cap."""
    subject = correction.subject
    shown: dict[str, object] = {"lines": values.lines(type(subject), found.changes), "found": found}
    if not found.blockers:
        shown["flags"] = foreseen.flags(subject, correction, by=request.user, today=timezone.localdate())
    if isinstance(subject, Authorization):
        wanted = values.wanted(Authorization, found.changes)
        shown |= _consequences(subject, wanted)
    return shown


def _consequences(authorization: Authorization, wanted: Mapping[str, object]) -> dict[str, object]:
    try:
        proposal = of_authorizations.propose(authorization, wanted)
    except StepRefused:
        return {}
    return {"consequences": amendment.consequences(proposal, today=timezone.localdate())}


@require_safe
@requires(Permission.CORRECTION_MAKE)
def correction_list(request: SignedInRequest) -> HttpResponseBase:
    """Those that wait for a decision first, then the newest."""
    rows = Correction.objects.visible_to(request.user).with_subject().waiting_first()
    filtered = CorrectionFilter(request.GET, queryset=rows, request=request)
    if answer := exported(request, CORRECTIONS, filtered.qs, filtered=filtered, shown=corrections_told):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    context = {
        "filter": filtered,
        "page": page,
        "waiting": [row for row in page if row.state == Correction.State.WAITING],
        "decided": [row for row in page if row.state != Correction.State.WAITING],
    }
    return render(request, "deployments/correction_list.html", context)


@require_safe
@requires(Permission.CORRECTION_MAKE)
def correction_detail(request: SignedInRequest, correction_id: int) -> HttpResponse:
    correction = _get(request, correction_id)
    record(request.user, Verb.LOOKED_AT, correction)
    return _page(request, correction, DecisionForm(), [])


@require_POST
@requires(Permission.CORRECTION_MAKE)
def correction_decide(request: SignedInRequest, correction_id: int) -> HttpResponse:
    """Confirm, refuse or withdraw a correction that waits."""
    correction = _get(request, correction_id)
    decision = request.POST.get("decision", "")
    if decision not in {"confirm", "refuse", "withdraw"}:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, correction, form, [])
    note = form.cleaned_data["note"]
    try:
        if decision == "confirm":
            making.confirm(correction, by=request.user, today=timezone.localdate())
        elif decision == "refuse":
            making.refuse(correction, note=note, by=request.user)
        else:
            making.withdraw(correction, note=note, by=request.user)
    except StepRefused as refusal:
        above = beside_their_fields(form, refusal.blockers)
        return _page(request, _get(request, correction_id), form, above, status=409)
    said = {
        "confirm": _("The correction was made."),
        "refuse": _("The correction was refused."),
        "withdraw": _("The correction was withdrawn."),
    }
    messages.success(request, said[decision])
    return redirect(correction.subject if decision == "confirm" else correction)


def _page(
    request: SignedInRequest, correction: Correction, form: DecisionForm, refused: list[Blocker], status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "correction": correction,
        "form": form,
        "blockers": refused,
        "is_own": correction.asked_by_id == request.user.pk,
    }
    if correction.state == Correction.State.WAITING:
        subject = correction.subject
        wanted = values.wanted(type(subject), correction.changes)
        found = making.judge(subject, wanted, by=request.user, today=timezone.localdate())
        stale = values.changed_meanwhile(subject, correction.changes)
        context |= {"preview": _preview(request, correction, found), "against": stale or found.blockers}
    return render(request, "deployments/correction_detail.html", context, status=status)


def _get(request: SignedInRequest, correction_id: int) -> Correction:
    return get_object_or_404(Correction.objects.visible_to(request.user).with_subject(), pk=correction_id)
