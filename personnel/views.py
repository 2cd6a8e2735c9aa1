"""People and police services."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from audit.log import record
from audit.models import Verb
from deployments.models import Deployment
from personnel.filters import PersonFilter
from personnel.forms import PersonForm
from personnel.models import Person, PoliceService

PAGE_SIZE = 25


@require_safe
@requires(Permission.PERSON_SEE)
def person_list(request: HttpRequest) -> HttpResponse:
    """People by name; the search ignores case and accents."""
    rows = Person.objects.visible_to(request.user).select_related("service", "rank")
    filtered = PersonFilter(request.GET, queryset=rows, request=request)
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    away = Deployment.objects.visible_to(request.user).deployed(today, today=today).filter(person__in=page.object_list)
    missions = {deployment.person_id: deployment for deployment in away.select_related("mission")}
    for person in page.object_list:
        person.deployed_to = missions.get(person.pk)
    return render(request, "personnel/person_list.html", {"filter": filtered, "page": page})


@require_safe
@requires(Permission.PERSON_SEE)
def person_detail(request: HttpRequest, person_id: int) -> HttpResponse:
    people = Person.objects.visible_to(request.user).select_related("service", "rank")
    person = get_object_or_404(people, pk=person_id)
    deployments = (
        Deployment.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("mission__area", "rank", "service", "position")
    )
    record(request.user, Verb.LOOKED_AT, person)
    context = {"person": person, "deployments": deployments, "today": timezone.localdate()}
    return render(request, "personnel/person_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_EDIT)
def person_add(request: HttpRequest) -> HttpResponse:
    return _person_form(request, Person(), Verb.ADDED)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_EDIT)
def person_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("rank"), pk=person_id)
    return _person_form(request, person, Verb.EDITED)


def _person_form(request: HttpRequest, person: Person, verb: Verb) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record(request.user, verb, person, fields=form.changed_data)
        messages.success(request, _("%(name)s was saved.") % {"name": person})
        return redirect(person)
    if person.pk and request.method != "POST":
        record(request.user, Verb.LOOKED_AT, person)
    stored = Person.objects.filter(pk=person.pk).select_related("rank").first() if person.pk else None
    return render(request, "personnel/person_form.html", {"form": form, "person": stored})


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
        "people_count": Person.objects.visible_to(request.user).filter(service=service, state="active").count(),
        "liaisons": service.liaisons.filter(is_active=True),
    }
    return render(request, "personnel/service_detail.html", context)
