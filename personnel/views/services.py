"""The pages of police services, with their agreements and redlines."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.exporting import exported
from flags import attention
from foundation import as_of
from foundation.as_of import AsOf
from foundation.lists import bounded_count, page_of
from foundation.pages import form_page, typed
from foundation.ways_back import way_back
from missions.models.names import named_as_of
from missions.views.names import name_withdraw_page, rename_page
from personnel.exports import SERVICES
from personnel.forms import AgreementForm, ServiceForm
from personnel.models import PartnerAgreement, PoliceService, ServiceFormerName
from reports import measures, naming
from reports.value import most_away

PAGE_SIZE = 25
COLUMNS = [
    ("kind", _lazy("Kind")),
    ("province", _lazy("Province or territory")),
    ("partner", _lazy("Partner")),
    ("deployed", _lazy("Deployed today")),
    ("people", _lazy("People since the start")),
    ("deployments", _lazy("Deployments since the start")),
]
"""Columns of the list that may be left out."""
SHOWN = 25
"""How many of those who are away, and of those who come, the page of a service shows; a link leads to all of them."""


@require_safe
@requires(Permission.SERVICE_SEE)
def service_list(request: SignedInRequest) -> HttpResponseBase:
    """Police services, with how many of their people are deployed on a day and were in all by then."""
    day = as_of.shown(request)
    services = PoliceService.objects.visible_to(request.user).order_by("-is_active", "kind", "code")
    shown = partial(_with_deployed, reader=request.user, day=day)
    if answer := exported(request, SERVICES, services, shown=shown):
        return answer
    page = page_of(request, services, PAGE_SIZE)
    page.object_list = shown(page.object_list)
    return render(request, "personnel/service_list.html", {"page": page, "columns": COLUMNS})


def _with_deployed(rows: Iterable[PoliceService], *, reader: User, day: AsOf) -> list[PoliceService]:
    """Services by their names of a day, with how many of their people were deployed on it and in all by then."""
    services: list[Any] = list(rows)
    named_as_of(services, day.on, today=day.today)
    deployed = measures.counted_by(measures.deployed(reader, on=day.on, today=day.today), "service")
    # Both totals in one query: `people` counts different persons, `deployments` all rows.
    ever = {
        service: (people, deployments)
        for service, people, deployments in measures.deployments_ever(reader, on=day.on, today=day.today)
        .filter(service__in=[service.pk for service in services])
        .order_by()
        .values_list("service")
        .annotate(Count("person", distinct=True), Count("id"))
    }
    for service in services:
        service.away_then = deployed.get(service.pk, 0)
        service.people_ever, service.deployments_ever = ever.get(service.pk, (0, 0))
    return services


@require_safe
@requires(Permission.SERVICE_SEE)
def service_detail(request: SignedInRequest, service_id: int) -> HttpResponse:
    service = get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id)
    day, user = as_of.shown(request), request.user
    days, today = {"on": day.on, "today": day.today}, day.today
    named_as_of([service], day.on, today=today)
    related = ["person", "rank", "mission__area", "service"]
    deployed = measures.deployed(user, **days).filter(service=service)
    coming = measures.coming(user, **days).filter(service=service)
    away = deployed.select_related(*related).order_by("ends_on", "id")[:SHOWN]
    context = {
        "service": service,
        "former_names": service.former_names.standing(),
        "today": today,
        "away": naming.stays_as_of(away, day.on, today=today),
        "away_count": bounded_count(deployed),
        "coming": coming.select_related(*related).order_by("starts_on", "id")[:SHOWN],
        "coming_count": bounded_count(coming),
        "all_coming": _stays(service, "coming", "first"),
        "all_away": _stays(service, "deployed", "last"),
        "people_ever": bounded_count(measures.people_ever(user, service=service, **days)),
        "deployments_ever": bounded_count(measures.deployments_ever(user, **days).filter(service=service)),
        "people_count": bounded_count(measures.active_people(user).filter(service=service)),
        "liaisons": service.liaisons.filter(is_active=True),
        "agreements": [(agreement, agreement.standing(day.on)) for agreement in service.agreements.all()],
        "most_away": most_away(user, service, today),
        "notices": attention.about(list(service.agreements.all()), request.user, today=today),
    }
    return render(request, "personnel/service_detail.html", context)


def _stays(service: PoliceService, status: str, sort: str) -> str:
    """The address of the list of these stays of a service."""
    return f"{reverse('deployment_list')}?{urlencode({'service': service.pk, 'status': status, 'sort': sort})}"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def service_edit(request: SignedInRequest, service_id: int) -> HttpResponse:
    """Set the redline of a service."""
    service = get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id)
    form = ServiceForm(typed(request), instance=service)
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=_("Redline of %(service)s") % {"service": service},
        lead=_("How many people the service can spare at once. More than that warns; it refuses nobody."),
        back=service,
        done=_("The redline was saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def service_rename(request: SignedInRequest, service_id: int) -> HttpResponse:
    return rename_page(request, get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def service_name_withdraw(request: SignedInRequest, name_id: int) -> HttpResponse:
    services = PoliceService.objects.visible_to(request.user)
    former = get_object_or_404(ServiceFormerName.objects.filter(service__in=services), pk=name_id)
    return name_withdraw_page(request, former, former.service)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def agreement_add(request: SignedInRequest, service_id: int) -> HttpResponse:
    service = get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id)
    return _agreement_form(request, PartnerAgreement(service=service), _("Record an agreement"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def agreement_edit(request: SignedInRequest, agreement_id: int) -> HttpResponse:
    rows = PartnerAgreement.objects.visible_to(request.user).select_related("service")
    agreement = get_object_or_404(rows, pk=agreement_id)
    return _agreement_form(request, agreement, _("Edit agreement %(name)s") % {"name": agreement})


def _agreement_form(request: SignedInRequest, agreement: PartnerAgreement, title: str) -> HttpResponse:
    form = AgreementForm(typed(request), instance=agreement)
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=title,
        lead=str(agreement.service),
        back=way_back(request) or agreement.service,
        parent=agreement.service,
        done=_("The agreement was saved."),
    )
