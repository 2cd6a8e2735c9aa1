"""The page of the audit trail."""

from collections.abc import Iterable
from html import unescape
from typing import Any

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Max
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit import chain, pages, sentences, told
from audit.exporting import PRINT, asked_for, exported
from audit.exports import EVENTS
from audit.filters import EventFilter
from audit.models import Event, Verb
from deployments.models import Consent, Correction, Deployment, Nomination, Waiver
from deployments.models.transitions import Act, Move
from flags import subjects as subjects_of_flags
from flags.kinds import KINDS
from flags.models import Flag
from foundation.lists import page_of
from foundation.tables import TABLES
from missions.models import Authorization
from personnel.models import Person

PAGE_SIZE = 50
COLUMNS = [
    ("number", _lazy("No.")),
    ("who", _lazy("Who")),
    ("address", _lazy("From where")),
    ("seal", _lazy("Seal")),
]
"""Columns of the list that may be left out."""
RESULTING_STATES = dict([*Deployment.Status.choices, *Nomination.Stage.choices])
"""Status or stage, as `details["to"]` of an event has it → its label."""


ACTS = dict([*Act.choices, *Move.choices])
"""Step of a deployment or move of a nomination, as `details["act"]` of an event has it → its label."""


def _told(rows: Iterable[Event]) -> list[Event]:
    """Events with what they say in words: what happened, the fields that were written, the list taken."""
    events: list[Any] = list(rows)
    flags = [event.subject for event in events if isinstance(event.subject, Flag)]
    subjects_of_flags.fetch(flags, [(model, kind.related) for kind in KINDS.values() for model in kind.subjects])
    written = told.lines(events)
    for event in events:
        event.lines = written[event.pk]
        event.led_to = RESULTING_STATES.get(event.details.get("to"), "")
        event.list_exported = _list_exported(event)
        event.page_in_words = pages.in_words(event.details["page"]) if event.details.get("page") else ""
        event.tells_page = not event.subject or event.page_in_words != capfirst(event.subject._meta.verbose_name)
        event.said = _sentence(event, as_link=True)
        event.in_words = unescape(_sentence(event, as_link=False))
    return events


def _sentence(event: Any, *, as_link: bool) -> str:
    """What happened; what it was about is a link to its page where it has one."""
    what = event.list_exported
    if event.subject:
        what = sentences.named(event.subject)
        if as_link and hasattr(event.subject, "get_absolute_url"):
            what = format_html('<a href="{}">{}</a>', event.subject.get_absolute_url(), what)
    elif event.subject_type:
        what = f"{event.subject_type} {event.subject_id}"
    return sentences.sentence(event, act=str(ACTS.get(event.details.get("act"), "")), what=what)


def _in_what_form(ending: str) -> str:
    return _("printed") if ending == PRINT else ending.upper()


def _list_exported(event: Event) -> str:
    """Which list somebody took along, in which form, with how many rows, and what it was asked for."""
    details = event.details
    if event.verb != Verb.EXPORTED or details.get("what") not in TABLES:
        return ""
    n = details["rows"]
    said = ngettext("%(list)s, %(ending)s, %(n)s row", "%(list)s, %(ending)s, %(n)s rows", n)
    said %= {"list": TABLES[details["what"]].title, "ending": _in_what_form(details["ending"]), "n": n}
    return f"{said}; {details['filter']}" if details.get("filter") else said


@require_safe
@requires(Permission.EVENT_SEE)
def event_list(request: SignedInRequest) -> HttpResponseBase:
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
    events = filtered.qs
    if asked_for(request):  # without the event that tells of this very export
        events = events.filter(pk__lte=Event.objects.aggregate(newest=Max("pk"))["newest"] or 0)
    if answer := exported(request, EVENTS, events, filtered=filtered, shown=_told):
        return answer
    page = page_of(request, events, PAGE_SIZE)
    page.object_list = sentences.folded(_told(page.object_list))
    context = {"filter": filtered, "page": page, "columns": COLUMNS, "intact": None}
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
