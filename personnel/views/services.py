"""Police services: the list, one of them with its agreements and its redline."""

import datetime as dt

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from audit import conflicts
from deployments.eligibility.days import peak
from deployments.models import Deployment
from deployments.models.deployments import Status
from flags import attention
from foundation.pages import form_page, typed
from personnel.forms import AgreementForm, ServiceForm
from personnel.models import PartnerAgreement, Person, PoliceService


@require_safe
@requires(Permission.SERVICE_SEE)
def service_list(request: HttpRequest) -> HttpResponse:
    """Police services, with their people now away and their totals since the start."""
    today = timezone.localdate()
    mine = Deployment.objects.visible_to(request.user)
    away = dict(mine.deployed(today, today=today).order_by().values_list("service").annotate(Count("id")))
    ever = {
        service: (people, deployments)
        for service, people, deployments in mine.exclude(arrived_on=None)
        .order_by()
        .values_list("service")
        .annotate(Count("person", distinct=True), Count("id"))
    }
    services = list(PoliceService.objects.visible_to(request.user).order_by("-is_active", "kind", "code"))
    for service in services:
        service.away_today = away.get(service.pk, 0)
        service.people_ever, service.deployments_ever = ever.get(service.pk, (0, 0))
    return render(request, "personnel/service_list.html", {"services": services})


@require_safe
@requires(Permission.SERVICE_SEE)
def service_detail(request: HttpRequest, service_id: int) -> HttpResponse:
    service = get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id)
    today = timezone.localdate()
    rows = Deployment.objects.visible_to(request.user).filter(service=service)
    people_ever, deployments_ever = (
        rows.exclude(arrived_on=None).aggregate(a=Count("person", distinct=True), b=Count("id")).values()
    )
    shown = rows.select_related("person", "rank", "mission__area", "service")
    context = {
        "service": service,
        "today": today,
        "away": shown.deployed(today, today=today).order_by("ends_on", "id"),
        "coming": shown.filter(status__in=["planned", "approved"]).order_by("starts_on", "id"),
        "people_ever": people_ever,
        "deployments_ever": deployments_ever,
        "people_count": Person.objects.visible_to(request.user)
        .current()
        .filter(service=service, state="active")
        .count(),
        "liaisons": service.liaisons.filter(is_active=True),
        "agreements": [(one, one.standing(today)) for one in service.agreements.all()],
        "most_away": _most_away(service, today),
        "notices": attention.about(list(service.agreements.all()), request.user, today=today),
    }
    return render(request, "personnel/service_detail.html", context)


def _most_away(service: PoliceService, today: dt.date) -> tuple[int, dt.date]:
    """The most people away on one day of the coming year, and the first such day."""
    live = Deployment.objects.filter(service=service, status__in=[Status.PLANNED, Status.APPROVED, Status.IN_MISSION])
    last = today + dt.timedelta(days=365)
    return peak(live.touching(today, last, today=today).values_list("first_day", "stay_ends"), today, last)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def service_edit(request: HttpRequest, service_id: int) -> HttpResponse:
    """The redline of a service."""
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
def agreement_add(request: HttpRequest, service_id: int) -> HttpResponse:
    service = get_object_or_404(PoliceService.objects.visible_to(request.user), pk=service_id)
    return _agreement_form(request, PartnerAgreement(service=service), _("Record an agreement"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SERVICE_EDIT)
def agreement_edit(request: HttpRequest, agreement_id: int) -> HttpResponse:
    rows = PartnerAgreement.objects.visible_to(request.user).select_related("service")
    agreement = get_object_or_404(rows, pk=agreement_id)
    return _agreement_form(request, agreement, _("Edit agreement %(name)s") % {"name": agreement})


def _agreement_form(request: HttpRequest, agreement: PartnerAgreement, title: str) -> HttpResponse:
    form = AgreementForm(typed(request), instance=agreement)
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=title,
        lead=str(agreement.service),
        back=agreement.service,
        done=_("The agreement was saved."),
    )
