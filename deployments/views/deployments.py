"""Deployments: the list, one of them, and taking its steps."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments.eligibility import asked, judge, told_to
from deployments.eligibility.findings import Finding
from deployments.exports import DEPLOYMENTS, deployments_told
from deployments.filters import DeploymentFilter
from deployments.forms import StepForm
from deployments.models import Consent, Correction, Deployment, Excess
from deployments.models.statuses import Status
from deployments.stays import approval, lifecycle, steps
from deployments.stays.steps import Act, Step
from flags import attention
from foundation import as_of
from foundation.lists import page_of
from foundation.pages import form_page, typed
from foundation.refusals import Blocker
from personnel.models import Person
from reports import naming

PAGE_SIZE = 25
COLUMNS = [
    ("area", _lazy("Country or region")),
    ("mission", _lazy("Mission")),
    ("service", _lazy("Police service")),
    ("first", _lazy("First day")),
    ("last", _lazy("Last day")),
    ("status", _lazy("Status")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.DEPLOYMENT_SEE)
def deployment_list(request: SignedInRequest) -> HttpResponseBase:
    """Deployments; as of a past day those that had begun by then, for nobody knows any more what was planned."""
    day = as_of.shown(request)
    filtered = filtered_deployments(request)
    shown = partial(naming.stays_in_areas_as_of, day=day.on, today=day.today)

    def told(stays: list[Deployment]) -> list[Deployment]:
        return deployments_told(shown(stays), request.user, day)

    if answer := exported(request, DEPLOYMENTS, filtered.qs, filtered=filtered, shown=told):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    page.object_list = shown(page.object_list)
    context = {
        "filter": filtered,
        "page": page,
        "today": day.today,
        "bulk_acts": _acts_of(page, request.user, day),
        "columns": COLUMNS,
        "sentence": filtered.in_a_sentence(page.paginator.how_many),
    }
    return render(request, "deployments/deployment_list.html", context)


def filtered_deployments(request: SignedInRequest) -> DeploymentFilter:
    """The list as the address asks for it, on whatever page."""
    day = as_of.of(request)
    rows = Deployment.objects.visible_to(request.user).select_related("person", "rank", "service", "mission__area")
    if day.is_past:
        rows = rows.arrived_by(day.on, today=day.today)
    return DeploymentFilter(request.GET, queryset=rows, request=request)


def _acts_of(page: Iterable[Deployment], user: User, day: as_of.AsOf) -> list[tuple[str, str, bool]]:
    """The acts on many of today's list that a row of this page can take; those drawn as a warning last, and apart."""
    if not (day.is_today and user.may(Permission.DEPLOYMENT_MOVE)):
        return []
    there = {row.status for row in page}
    acts = [act for act in steps.OF_MANY if there & steps.TABLE[act][0]]
    return [
        (str(steps.OF_MANY[act]), reverse("deployment_bulk", args=[act]), act not in steps.STEPS.dangerous)
        for act in acts
    ]


@require_safe
@requires(Permission.DEPLOYMENT_SEE)
def deployment_detail(request: SignedInRequest, deployment_id: int) -> HttpResponse:
    """One deployment: facts, what stands in the way of approval, the next acts, its history."""
    people = Person.objects.visible_to(request.user)
    waiting = Correction.objects.visible_to(request.user).waiting().filter(deployment=OuterRef("pk"))
    deployment = _get(
        request,
        deployment_id,
        person_is_visible=Exists(people.filter(pk=OuterRef("person"))),
        correction_waits=Subquery(waiting.values("pk")[:1]),
    )
    today = timezone.localdate()
    may_move = request.user.may(Permission.DEPLOYMENT_MOVE)
    sees_person: bool = deployment.person_is_visible  # type: ignore[attr-defined]  # looked up with the row
    consents = list(_consents(deployment, request.user))
    judged = may_move and not deployment.is_over
    known = None if deployment.is_over or not (judged or sees_person) else approval.read(deployment, today=today)
    found = judge(*known, exclude_deployment=deployment.pk) if known else []
    tells_all = request.user.may(Permission.RESTRICTED_SEE)
    before_and_after = _before_and_after(deployment, request.user)
    relieved_by = [one for one in before_and_after if one.relieves_id == deployment.pk]
    blockers = _objections(deployment, known, today) if judged else []
    may_plan_relief = deployment.status == Status.IN_MISSION and request.user.may(Permission.DEPLOYMENT_PLAN)
    relief_is_next = may_plan_relief and not relieved_by and deployment.ends_on > today
    record(request.user, Verb.LOOKED_AT, deployment)
    context = {
        "deployment": deployment,
        "roles": deployment.roles.all(),
        "today": today,
        "person_is_visible": sees_person,
        "overdue": deployment.is_overdue(today),
        "acts": steps.STEPS.possible(deployment) if may_move else [],
        "asked_first": relief_is_next or (deployment.status == Status.PLANNED and bool(blockers)),
        "blockers": blockers,
        "transitions": steps.STEPS.history(deployment, reader=request.user),
        "findings": told_to(request.user, _findings(deployment, found, judged)) if sees_person else [],
        "met": asked.standing(*known, found).met if known and sees_person and tells_all else [],
        "excesses": _excesses(deployment, request.user),
        "consents": consents,
        "offer_waits": any(consent.state == Consent.State.OFFERED for consent in consents),
        "notices": attention.about([deployment], request.user, today=today),
        "relieved_by": relieved_by,
        "relieves": next((one for one in before_and_after if one.pk == deployment.relieves_id), None),
        "may_plan_relief": may_plan_relief,
        "relief_is_next": relief_is_next,
    }
    return render(request, "deployments/deployment_detail.html", context)


def _objections(deployment: Deployment, known: approval.Known | None, today: dt.date) -> list[Blocker]:
    """Why a planned stay cannot be approved yet; why a later one would not be approved today, as it now stands."""
    if deployment.status == Status.PLANNED:
        return steps.blockers(deployment, Step(Act.APPROVE, today=today), known=known)
    return approval.objections(deployment, today=today, known=known)


def _findings(deployment: Deployment, found: list[Finding], refusals_said_above: bool) -> list[Finding]:
    """All that eligibility finds about a stay that is not over, without the refusals where they stand above."""
    fixed = {"rank_outside"} if deployment.arrived_on else set()  # rule 22: by the arrival
    return [one for one in found if one.code not in fixed and not (one.refuses and refusals_said_above)]


def _before_and_after(deployment: Deployment, user: User) -> list[Deployment]:
    """The stay that this one relieves and those that relieve it, where the reader sees them."""
    rows = Deployment.objects.visible_to(user).select_related("person", "rank")
    return list(rows.filter(Q(pk=deployment.relieves_id) | Q(relieves=deployment)))


def _excesses(deployment: Deployment, user: User) -> list[tuple[Excess, bool]]:
    """What was recorded beyond the cap, and whether it waits for this reader; the office's alone, like its reasons."""
    if not user.sees_every_service:
        return []
    may_move = user.may(Permission.DEPLOYMENT_MOVE)
    rows = Excess.objects.filter(deployment=deployment).select_related("recorded_by", "confirmed_by")
    return [(row, may_move and row.confirmed_at is None and row.recorded_by_id != user.pk) for row in rows]


def _consents(deployment: Deployment, user: User):
    rows = Consent.objects.visible_to(user).filter(person=deployment.person_id, mission=deployment.mission_id)
    days = rows.filter(starts_on__lte=deployment.last_day, ends_on__gte=deployment.first_day)
    return days.select_related("service", "answered_by")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DEPLOYMENT_MOVE)
def deployment_step(request: SignedInRequest, deployment_id: int, act: Act) -> HttpResponse:
    """Take one step; a refusal comes back with every reason and with what was typed."""
    deployment = _get(request, deployment_id)
    form = StepForm(typed(request), deployment=deployment, act=act)
    return form_page(
        request,
        form,
        lambda: lifecycle.take_step(deployment, form.step(timezone.localdate()), by=request.user),
        back=deployment,
        done=_success(deployment, act),
        template="deployments/deployment_step.html",
        context={"deployment": deployment, "act": act, "wrong": _wrong_at_arrival(request, deployment, form)},
    )


def _wrong_at_arrival(request: SignedInRequest, deployment: Deployment, form: StepForm) -> list[Blocker]:
    """What the page of an arrival says before anything is typed: on the day that it proposes."""
    if form.act != Act.ARRIVE or request.method == "POST" or deployment.status != Status.APPROVED:
        return []
    step = Step(Act.ARRIVE, today=timezone.localdate(), on_day=form.initial["on_day"])
    return steps.wrong_at_arrival(deployment, step)


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
    return sentence % {"person": deployment.person_as_then}


def _get(request: SignedInRequest, deployment_id: int, **looked_up: Exists | Subquery) -> Deployment:
    rows = Deployment.objects.visible_to(request.user).select_related(
        "person__rank",
        "person__service",
        "mission__area",
        "mission__lead",
        "position",
        "team",
        "rank",
        "service",
        "nomination__position",
        "relieves__mission",  # the blockers ask where the other one is
    )
    return get_object_or_404(rows.annotate(**looked_up), pk=deployment_id)
