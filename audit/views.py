"""The page of the audit trail."""

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit import chain, told
from audit.filters import EventFilter
from audit.models import Event
from deployments.models import Consent, Correction, Deployment, Nomination, Waiver
from foundation.lists import page_of
from missions.models import Authorization
from personnel.models import Person

PAGE_SIZE = 50
RESULTING_STATES = dict([*Deployment.Status.choices, *Nomination.Stage.choices])
"""Status or stage, as `details["to"]` of an event has it → its label."""


@require_safe
@requires(Permission.EVENT_SEE)
def event_list(request: SignedInRequest) -> HttpResponse:
    """The audit trail, newest first, and what the nightly check found; `?verify=1` checks every seal now."""
    subjects = GenericPrefetch(
        "subject",
        [
            Person.objects.select_related("rank"),
            Deployment.objects.select_related("person", "rank", "mission"),
            Authorization.objects.select_related("area"),
            Nomination.objects.select_related("person__rank", "position"),
            Consent.objects.select_related("person__rank", "mission"),
            Waiver.objects.select_related("person__rank"),
            Correction.objects.with_subject(),
        ],
    )
    rows = Event.objects.select_related("actor", "subject_type").prefetch_related(subjects)
    filtered = EventFilter(request.GET, queryset=rows)
    page = page_of(request, filtered.qs, PAGE_SIZE)
    written = told.lines(page.object_list)
    for event in page.object_list:
        event.lines = written[event.pk]
        event.led_to = RESULTING_STATES.get(event.details.get("to"), "")
    context = {"filter": filtered, "page": page, "intact": None}
    if checked := chain.newest_check():
        found = checked.details
        context |= {
            "checked": checked,
            "checked_intact": not found["fault"],
            "checked_says": chain.sentence(found["fault"], found["number"]),
        }
    if "verify" in request.GET:
        verdict = chain.verify()
        context |= {"intact": verdict.is_intact, "verdict": verdict}
        context["says"] = chain.sentence(verdict.fault or "", verdict.number)
    return render(request, "audit/event_list.html", context)
