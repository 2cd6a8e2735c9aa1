"""Planning a stay: one page that says what stands against it while it is typed."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.models import Deployment
from deployments.plan_forms import PlanForm
from deployments.stays import lifecycle, outlook, prefill
from deployments.views.choosing import chosen_person
from foundation.pages import form_page, typed
from foundation.sentences import day as in_words
from reports.stay_chart import stay_chart

OF_THE_STAY = ("person", "mission", "position", "starts_on", "ends_on", "team", "relieves")
LONGEST_ADDRESS = 1500
"""Characters that the way back to this page has; where what was typed is longer, the reason stays behind."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DEPLOYMENT_PLAN)
def deployment_plan(request: SignedInRequest) -> HttpResponse:
    """Plan a stay, and approve it at once where nothing stands against it. The address may say what is known already.

    *Check* shows what stands against it without saving anything: for readers without JavaScript.
    """
    today = timezone.localdate()
    person, area = chosen_person(request), prefill.area_asked_for(request.GET)
    data = _with_the_person_of_the_address(request)
    form = PlanForm(data, reader=request.user, area=area, initial=prefill.asked_for(request.GET, today=today))
    shown = form if form.is_bound else PlanForm(_as_typed(form), reader=request.user, area=area)

    def context() -> dict[str, Any]:
        shown.is_valid()
        return {"person": person, "area_asked_for": area, **_outlook(shown)}

    template = "deployments/deployment_plan.html"
    if "check" in request.POST:
        return render(request, template, {"form": form, **context()})
    return form_page(request, form, lambda: _plan(request, form), template=template, context=context)


@require_safe
@requires(Permission.DEPLOYMENT_PLAN)
def plan_outlook(request: SignedInRequest) -> HttpResponse:
    """Pieces of the plan page, for what is typed so far: the right column, and choices that follow from the mission."""
    area = prefill.area_asked_for(request.GET)
    form = PlanForm(request.GET, reader=request.user, area=area)
    form.is_valid()
    context = {"form": form, **_outlook(form)}
    mission = form.mission_id
    if request.GET.get("choices_of", "") != str(mission):
        again = {name: value for name, value in _still_chosen(form).items() if value}
        context["choices"] = PlanForm(initial=again, reader=request.user, area=area)
    return render(request, "deployments/plan_outlook.html", context)


def _with_the_person_of_the_address(request: SignedInRequest) -> QueryDict | None:
    """What was typed; who is planned may be said by the address alone."""
    said = typed(request)
    if said is None or {"person", "person_words"} & set(said) or "person" not in request.GET:
        return said
    said = said.copy()
    said["person"] = request.GET["person"]
    return said


def _as_typed(form: PlanForm) -> QueryDict:
    """The values with which a form begins, as if they had been typed."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        data.setlist(name, [str(one) for one in (value if isinstance(value, list) else [value]) if one is not None])
    return data


def _still_chosen(form: PlanForm) -> dict[str, Any]:
    """What the fields whose choices follow from the mission say, as far as it fits the mission."""
    position, team = form.cleaned_data.get("position"), form.cleaned_data.get("team")
    relieves = form.cleaned_data.get("relieves")
    return {
        "mission": form.mission_id,
        "months": form["months"].value(),
        "position": position and position.pk,
        "team": team and team.pk,
        "relieves": relieves and relieves.pk,
    }


def _outlook(form: PlanForm) -> dict[str, Any]:
    """What the right column shows for as much of the form as makes sense so far."""
    today, asked = timezone.localdate(), form.cleaned_data
    first, last = asked.get("starts_on"), asked.get("ends_on")
    shown: dict[str, Any] = {
        "here": _address(form),
        "relieved": asked.get("relieves"),
        "mission": asked.get("mission"),
        "first": first,
        "last": last,
    }
    if not (first and last and last >= first):
        return shown
    shown["number_of_days"] = (last - first).days + 1
    if asked.get("mission"):
        places = outlook.of_places(asked["mission"], first, last, today=today)
        shown |= {"places": places, "chart": stay_chart(places, today=today) if places else None}
    if asked.get("mission") and asked.get("person"):
        stay = Deployment(**{name: asked.get(name) for name in OF_THE_STAY})
        stay.kind = asked.get("kind") or Deployment.Kind.STANDARD
        found = outlook.of_stay(stay, reason=asked.get("reason") or "", today=today)
        shown |= {"outlook": found, "findings": found.requirements.findings}
    return shown


def _address(form: PlanForm) -> str:
    """The address of this page with what was typed, to come back to."""
    said_so_far, chosen = cast("QueryDict", form.data), form.cleaned_data
    said = [
        (name, str(chosen[name].pk) if isinstance(chosen.get(name), Model) else value)
        for name in form.fields
        for value in (said_so_far.getlist(name) or [""])
    ]
    said = [(name, value) for name, value in said if value]
    page, short = reverse("deployment_plan"), [(name, value) for name, value in said if name != "reason"]
    addresses = (f"{page}?{urlencode(each)}" for each in (said, short))
    return next((each for each in addresses if len(each) <= LONGEST_ADDRESS), page)


def _plan(request: SignedInRequest, form: PlanForm) -> Deployment:
    """Plan the stay, approve it where that was asked for, and say what happened and what comes next."""
    asked: dict[str, Any] = {"reason": form.cleaned_data["reason"], "in_roles": form.cleaned_data["roles"]}
    asked |= {"by": request.user, "today": timezone.localdate()}
    person = {"person": form.cleaned_data["person"]}
    if "approve" not in request.POST:
        planned = lifecycle.plan(form.instance, **asked)
        messages.success(request, _("The deployment of %(person)s is planned.") % person)
        return planned
    planned, refused = lifecycle.plan_and_approve(form.instance, **asked)
    if refused:
        messages.success(request, _("The deployment of %(person)s is planned.") % person)
        said = " ".join(str(one.message) for one in refused)
        messages.warning(request, _("It could not be approved: %(reasons)s") % {"reasons": said})
    else:
        messages.success(request, _("The deployment of %(person)s is planned and approved.") % person)
        day = {"day": in_words(planned.starts_on)}
        messages.info(request, _("Next: record the arrival, expected on %(day)s.") % day)
    return planned
