"""The pages of people: the list, one person with all records, the form, and the check of eligibility."""

import datetime as dt

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.log import record
from audit.models import Verb
from deployments import eligibility
from deployments.models import Deployment, Nomination, RosterEntry, Waiver
from deployments.watch.rosters import with_standing
from foundation.lists import page_of
from foundation.pages import form_page, typed
from personnel.expiry import Standing
from personnel.filters import PersonFilter
from personnel.forms import EligibilityForm, PersonForm
from personnel.models import Credential, Person

PAGE_SIZE = 25


@require_safe
@requires(Permission.PERSON_SEE)
def person_list(request: SignedInRequest) -> HttpResponse:
    """People by name, with the mission in which they are today; the search ignores case and accents."""
    rows = Person.objects.visible_to(request.user).current().select_related("service", "rank")
    filtered = PersonFilter(request.GET, queryset=rows, request=request)
    page = page_of(request, filtered.qs, PAGE_SIZE)
    today = timezone.localdate()
    away = Deployment.objects.visible_to(request.user).deployed(today, today=today).filter(person__in=page.object_list)
    deployed = {deployment.person_id: deployment for deployment in away.select_related("mission")}
    for person in page.object_list:
        person.deployed_to = deployed.get(person.pk)
    return render(request, "personnel/person_list.html", {"filter": filtered, "page": page})


@require_safe
@requires(Permission.PERSON_SEE)
def person_detail(request: SignedInRequest, person_id: int) -> HttpResponse:
    people = Person.objects.visible_to(request.user).select_related("service", "rank")
    person = get_object_or_404(people, pk=person_id)
    if person.merged_into_id and (kept := people.filter(pk=person.merged_into_id).first()):
        messages.info(request, _("The record of %(name)s was merged into this one.") % {"name": person})
        return redirect(kept)
    if person.merged_into_id:
        record(request.user, Verb.LOOKED_AT, person)
        return render(request, "personnel/person_merged.html", {"person": person})
    today = timezone.localdate()
    deployments = (
        Deployment.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("mission__area", "rank", "service", "position")
    )
    record(request.user, Verb.LOOKED_AT, person)
    context = {
        "person": person,
        "former_names": person.former_names.select_related("service"),
        "deployments": deployments,
        "today": today,
        "credentials": _with_standing(person.credentials.told_to(request.user), today),
        "languages": [(test, test.standing(today)) for test in person.languages.all()],
        "attestations": person.attestations.select_related("made_by"),
        "availability": person.availability.all(),
        "nominations": Nomination.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("position__mission", "person__rank"),
        "roster_entries": with_standing(_roster_entries(person, request.user), today),
        "waivers": Waiver.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("mission", "asked_by", "decided_by"),
    }
    return render(request, "personnel/person_detail.html", context)


def _roster_entries(person: Person, reader: User) -> QuerySet[RosterEntry]:
    rows = RosterEntry.objects.visible_to(reader).filter(person=person)
    return rows.select_related("person__rank", "roster").order_by("-nominated_on", "-id")


def _with_standing(rows: list[Credential], today: dt.date) -> list[tuple[Credential, Standing | None]]:
    return [(row, None if row.is_closed else row.standing(today, later=rows)) for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_EDIT)
def person_add(request: SignedInRequest) -> HttpResponse:
    return _person_form(request, Person())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_EDIT)
def person_edit(request: SignedInRequest, person_id: int) -> HttpResponse:
    people = Person.objects.visible_to(request.user).current().select_related("rank")
    person = get_object_or_404(people, pk=person_id)
    return _person_form(request, person)


def _person_form(request: SignedInRequest, person: Person) -> HttpResponse:
    form = PersonForm(typed(request), instance=person, user=request.user)
    if person.pk and request.method != "POST":
        record(request.user, Verb.LOOKED_AT, person)

    def act() -> Person:
        if conflicts.save(form, by=request.user):
            messages.success(request, _("%(name)s was saved.") % {"name": form.instance})
        return form.instance

    stored = Person.objects.filter(pk=person.pk).select_related("rank").first() if person.pk else None
    return form_page(request, form, act, template="personnel/person_form.html", context={"person": stored})


@require_safe
@requires(Permission.PERSON_SEE)
def person_eligibility(request: SignedInRequest, person_id: int) -> HttpResponse:
    """All blockers and warnings for a person in a mission or position on certain days; nothing is saved."""
    people = Person.objects.visible_to(request.user).current().select_related("service", "rank")
    person = get_object_or_404(people, pk=person_id)
    form = EligibilityForm(request.GET if "first" in request.GET else None, user=request.user)
    context = {"person": person, "form": form, "judged": None}
    if form.is_valid():
        asked = form.cleaned_data
        found = eligibility.findings(
            person,
            asked["mission"],
            asked["first"],
            asked["last"],
            today=timezone.localdate(),
            position=asked["position"],
        )
        context["judged"] = eligibility.told_to(request.user, found)
        context |= {name: asked[name] for name in ("mission", "position", "first", "last")}
    record(request.user, Verb.LOOKED_AT, person)
    return render(request, "personnel/person_eligibility.html", context)
