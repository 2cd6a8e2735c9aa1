"""The pages of people: the list, one person with all records, the form, and the check of eligibility."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from deployments import eligibility
from deployments.candidates import waiving
from deployments.models import Deployment, Nomination, RosterEntry, Waiver
from deployments.models.rosters import RosterEntryQuerySet
from deployments.watch.rosters import with_standing
from foundation import as_of
from foundation.as_of import AsOf
from foundation.lists import page_of
from foundation.pages import form_page, typed
from foundation.ways_back import way_back
from personnel.expiry import Standing, age
from personnel.exports import PEOPLE
from personnel.filters import PersonFilter
from personnel.forms import EligibilityForm, PersonForm
from personnel.models import Credential, Person
from reports import measures, naming
from reports import person as reports_person

PAGE_SIZE = 25
COLUMNS = [
    ("category", _lazy("Category")),
    ("service", _lazy("Police service")),
    ("number", _lazy("Service number")),
    ("state", _lazy("State")),
    ("deployed", _lazy("Deployed today")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.PERSON_SEE)
def person_list(request: SignedInRequest) -> HttpResponseBase:
    """People by name, with the mission in which they are on a day; the search ignores case and accents."""
    day = as_of.shown(request)
    rows = Person.objects.visible_to(request.user).current().select_related("service", "rank")
    filtered = PersonFilter(request.GET, queryset=rows, request=request)
    shown = partial(_with_stays, reader=request.user, day=day)
    if answer := exported(request, PEOPLE, filtered.qs, filtered=filtered, shown=shown):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    page.object_list = shown(page.object_list)
    return render(request, "personnel/person_list.html", {"filter": filtered, "page": page, "columns": COLUMNS})


def _with_stays(rows: Iterable[Person], *, reader: User, day: AsOf) -> list[Person]:
    """People with the deployment in which they are on a day, and their rank then, as far as it is known (rule 22)."""
    people: list[Any] = list(rows)
    away = measures.deployed(reader, on=day.on, today=day.today).filter(person__in=people)
    related = away.select_related("mission", "service", "rank", "person")
    stays = naming.stays_as_of(related, day.on, today=day.today)
    deployed = {stay.person_id: stay for stay in stays}
    for person in people:
        person.deployed_to = deployed.get(person.pk)
        there = person.deployed_to if day.is_past else person
        person.rank_then = there.rank if there else None
    return people


@require_safe
@requires(Permission.PERSON_SEE)
def person_detail(request: SignedInRequest, person_id: int) -> HttpResponse:
    people = Person.objects.visible_to(request.user).select_related("service", "rank")
    person = get_object_or_404(people, pk=person_id)
    if person.merged_into_id and (kept := people.filter(pk=person.merged_into_id).first()):
        messages.info(request, _("The record of %(name)s was merged into this one.") % {"name": person})
        return redirect(as_of.of(request).keep(kept.get_absolute_url()))
    if person.merged_into_id:
        record(request.user, Verb.LOOKED_AT, person)
        return render(request, "personnel/person_merged.html", {"person": person})
    day = as_of.shown(request)
    deployments = (
        Deployment.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("mission__area", "rank", "service", "position")
    )
    if day.is_past:
        deployments = deployments.arrived_by(day.on, today=day.today)
    there_then = measures.deployed(request.user, on=day.on, today=day.today).filter(person=person)
    there = there_then.select_related("person", "mission", "rank", "service").first()
    naming.stays_as_of([there] if there else [], day.on, today=day.today)
    record(request.user, Verb.LOOKED_AT, person)
    stays = naming.stays_as_of(deployments, day.on, today=day.today)
    credentials = _with_standing(person.credentials.told_to(request.user), day)
    availability = list(person.availability.all())
    to_look_at, others = reports_person.urgent_first(credentials)
    context = {
        "person": person,
        "called": _called(person, there, day),
        "there": there,
        "age": age(person.born_on, day.on) if person.born_on and person.born_on <= day.on else None,
        "former_names": person.former_names.select_related("service"),
        "deployments": stays,
        "today": day.today,
        "credentials": credentials,
        "papers": [(to_look_at, True), (others, False)],
        "languages": [
            (test, test.standing(day.on))
            for test in person.languages.all()
            if not day.is_past or test.tested_on <= day.on
        ],
        "attestations": person.attestations.select_related("made_by").filter(made_on__lte=day.on),
        "availability": availability,
        "nominations": Nomination.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("position__mission", "person__rank"),
        "roster_entries": with_standing(_roster_entries(person, request.user).nominated_by(day.on), day.on),
        "waivers": waiving.with_rules(
            Waiver.objects.visible_to(request.user)
            .filter(person=person)
            .select_related("person__rank", "mission", "asked_by", "decided_by"),
            reader=request.user,
        ),
        "now": None,
    }
    if day.is_today:
        context |= {
            "now": reports_person.now(person, stays, request.user, today=day.today),
            "ready": _ready(person, stays, request.user, day.today),
            "ribbon": reports_person.ribbon(stays, availability, credentials, today=day.today),
            "steps": reports_person.steps(person, request.user),
        }
    return render(request, "personnel/person_detail.html", context)


def _ready(person: Person, stays: list[Deployment], reader: User, today: dt.date) -> list[reports_person.Ready]:
    """For which open positions somebody is ready: of active people only."""
    if person.state != Person.State.ACTIVE:
        return []
    return reports_person.ready_for(person, stays, reader, today=today)


def _roster_entries(person: Person, reader: User) -> RosterEntryQuerySet:
    rows = RosterEntry.objects.visible_to(reader).filter(person=person)
    return rows.select_related("person__rank", "roster").order_by("-nominated_on", "-id")


def _called(person: Person, there: Deployment | None, day: AsOf) -> str:
    """How a person is called as of a day: of a past one, only a deployment keeps the rank of then (rule 22)."""
    if not day.is_past:
        return str(person)
    return there.person_as_then if there else person.full_name


def _with_standing(rows: list[Credential], day: AsOf) -> list[tuple[Credential, Standing | None]]:
    """The credentials that were issued by a day with their standing on it.

    Those that the reader may not know are there on any day: to leave them out before theirs would tell it.
    """
    known = [row for row in rows if row.is_closed or not day.is_past or row.issued_on <= day.on]
    return [(row, None if row.is_closed else row.standing(day.on, later=rows)) for row in known]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_EDIT)
def person_edit(request: SignedInRequest, person_id: int) -> HttpResponse:
    people = Person.objects.visible_to(request.user).current().select_related("rank")
    person = get_object_or_404(people, pk=person_id)
    form = PersonForm(typed(request), instance=person, user=request.user)
    if request.method != "POST":
        record(request.user, Verb.LOOKED_AT, person)

    def act() -> None:
        if conflicts.save(form, by=request.user):
            messages.success(request, _("%(name)s was saved.") % {"name": form.instance})

    stored = Person.objects.select_related("rank").get(
        pk=person.pk
    )  # not as it is typed: title and trail say who it is
    return form_page(
        request,
        form,
        act,
        title=_("Edit %(person)s") % {"person": stored},
        back=way_back(request) or stored,
        parent=stored,
        context={"list_url": "person_list", "list_title": _("People")},
    )


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
