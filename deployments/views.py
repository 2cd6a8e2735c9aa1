"""Deployments: the list, one of them, planning one, and taking its steps."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from audit.log import record
from audit.models import Verb
from deployments import authorised_cap, lifecycle, steps
from deployments.filters import DeploymentFilter
from deployments.forms import PlanForm, StepForm
from deployments.models import Deployment
from deployments.models.deployments import Status
from deployments.refusals import StepRefused
from deployments.steps import Act, Step
from personnel.models import Person

PAGE_SIZE = 25
PEOPLE_OFFERED = 20


@require_safe
@requires(Permission.DEPLOYMENT_SEE)
def deployment_list(request: HttpRequest) -> HttpResponse:
    rows = Deployment.objects.visible_to(request.user).select_related("person", "rank", "service", "mission__area")
    filtered = DeploymentFilter(request.GET, queryset=rows, request=request)
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": filtered, "page": page, "today": timezone.localdate()}
    return render(request, "deployments/deployment_list.html", context)


@require_safe
@requires(Permission.DEPLOYMENT_SEE)
def deployment_detail(request: HttpRequest, deployment_id: int) -> HttpResponse:
    """One deployment: facts, what stands in the way of approval, the next acts, its history."""
    deployment = _get(request, deployment_id)
    today = timezone.localdate()
    may_move = request.user.may(Permission.DEPLOYMENT_MOVE)
    judged = may_move and deployment.status == Status.PLANNED
    record(request.user, Verb.LOOKED_AT, deployment)
    context = {
        "deployment": deployment,
        "today": today,
        "person_is_visible": Person.objects.visible_to(request.user).filter(pk=deployment.person_id).exists(),
        "overdue": deployment.is_overdue(today),
        "acts": steps.possible(deployment) if may_move else [],
        "blockers": lifecycle.blockers(deployment, Step(Act.APPROVE, today=today)) if judged else [],
        "transitions": deployment.transitions.select_related("by"),
        "relieved_by": deployment.relieved_by.visible_to(request.user).select_related("person", "rank", "mission"),
        "relieves": Deployment.objects.visible_to(request.user)
        .filter(pk=deployment.relieves_id)
        .select_related("person", "rank", "mission")
        .first(),
    }
    return render(request, "deployments/deployment_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DEPLOYMENT_PLAN)
def deployment_plan(request: HttpRequest) -> HttpResponse:
    """Plan a stay: first the person (`?person=…`), then the mission and the days."""
    person = _chosen_person(request)
    if person is None:
        return _choose_person(request)
    form = PlanForm(request.POST if request.method == "POST" else None, person=person)
    refused: list = []
    if request.method == "POST" and form.is_valid():
        today, reason = timezone.localdate(), form.cleaned_data["reason"]
        try:
            deployment = lifecycle.plan(form.instance, by=request.user, today=today, reason=reason)
        except StepRefused as refusal:
            refused = refusal.blockers
        else:
            messages.success(request, _("The deployment of %(person)s is planned.") % {"person": person})
            return redirect(deployment)
    context = {"form": form, "person": person, "blockers": refused}
    return render(request, "deployments/deployment_plan.html", context, status=409 if refused else 200)


def _chosen_person(request: HttpRequest) -> Person | None:
    chosen = request.GET.get("person", "")
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) <= 18):
        raise Http404
    return get_object_or_404(Person.objects.visible_to(request.user).select_related("rank", "service"), pk=chosen)


def _choose_person(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "")[:100].strip()
    people = Person.objects.visible_to(request.user).filter(state=Person.State.ACTIVE).select_related("rank", "service")
    found = people.search(words)[:PEOPLE_OFFERED] if words else []
    return render(
        request,
        "deployments/deployment_plan_person.html",
        {"words": words, "found": found, "at_most": PEOPLE_OFFERED},
    )


@require_safe
@requires(Permission.DEPLOYMENT_PLAN)
def deployment_headroom(request: HttpRequest) -> HttpResponse:
    """A piece of the plan page: how many places are free on every day of the stay typed so far."""
    form = PlanForm(request.GET, person=Person())
    form.is_valid()
    mission, first = form.cleaned_data.get("mission"), form.cleaned_data.get("starts_on")
    last = form.cleaned_data.get("ends_on")
    context: dict[str, object] = {}
    if mission and mission.uses_places and first and last and last >= first:
        today = timezone.localdate()
        context = {
            "area": mission.area,
            "first": first,
            "last": last,
            "free": min(
                authorised_cap.headroom(mission.area, first, last, today=today),
                authorised_cap.program_headroom(first, last, today=today),
            ),
        }
    return render(request, "deployments/_headroom.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DEPLOYMENT_MOVE)
def deployment_step(request: HttpRequest, deployment_id: int, act: Act) -> HttpResponse:
    """Take one step; a refusal comes back with every reason and with what was typed."""
    deployment = _get(request, deployment_id)
    form = StepForm(request.POST if request.method == "POST" else None, deployment=deployment, act=act)
    refused: list = []
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.move(deployment, form.step(timezone.localdate()), by=request.user)
        except StepRefused as refusal:
            refused = refusal.blockers
        else:
            messages.success(request, _success(deployment, act))
            return redirect(deployment)
    context = {"deployment": deployment, "act": act, "form": form, "blockers": refused}
    return render(request, "deployments/deployment_step.html", context, status=409 if refused else 200)


def _success(deployment: Deployment, act: Act) -> str:
    sentence = {
        Act.APPROVE: _("The deployment of %(person)s was approved."),
        Act.ARRIVE: _("The arrival of %(person)s was recorded."),
        Act.COMPLETE: _("The departure of %(person)s was recorded."),
        Act.END_EARLY: _("The early end of the deployment of %(person)s was recorded."),
        Act.CANCEL: _("The deployment of %(person)s was cancelled."),
        Act.CLOSE: _("The deployment of %(person)s was closed."),
        Act.CHANGE: _("The deployment of %(person)s was changed."),
    }[act]
    return sentence % {"person": deployment.person}


def _get(request: HttpRequest, deployment_id: int) -> Deployment:
    rows = Deployment.objects.visible_to(request.user).select_related(
        "person__rank", "person__service", "mission__area", "position", "rank", "service"
    )
    return get_object_or_404(rows, pk=deployment_id)
