"""Rosters: putting somebody on one, the days of an entry, and the call-outs from it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.log import record
from audit.models import Verb
from deployments.models import CallOut, RosterEntry
from deployments.roster_forms import CallOutForm, RosterEntryForm
from deployments.views.choosing import choose_person, chosen_person
from foundation.pages import form_page, typed
from missions.models import Mission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROSTER_EDIT)
def roster_entry_add(request: SignedInRequest, mission_id: int) -> HttpResponse:
    """Put somebody on a roster: first the person (`?person=…`), then the days."""
    roster = get_object_or_404(Mission.objects.filter(kind=Mission.Kind.ROSTER), pk=mission_id)
    person = chosen_person(request)
    title = _("Put somebody on the roster %(roster)s") % {"roster": roster}
    if person is None:
        return choose_person(request, "roster_entry_add", title, _("Who is nominated?"), [roster.pk])
    entry = RosterEntry(person=person, roster=roster)
    form = RosterEntryForm(typed(request), instance=entry, initial={"nominated_on": timezone.localdate()})
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=title,
        lead=str(person),
        back=roster,
        done=_("%(person)s is on the roster %(roster)s.") % {"person": person, "roster": roster},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROSTER_EDIT)
def roster_entry_edit(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Training, certification and its renewal, and taking somebody off."""
    entry = _entry(entry_id)
    form = RosterEntryForm(typed(request), instance=entry)
    if request.method != "POST":
        record(request.user, Verb.LOOKED_AT, entry.person)
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=_("Edit the entry on the roster %(roster)s") % {"roster": entry.roster},
        lead=str(entry.person),
        back=entry.roster,
        done=_("The entry of %(person)s was saved.") % {"person": entry.person},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROSTER_EDIT)
def call_out_add(request: SignedInRequest, entry_id: int) -> HttpResponse:
    return _call_out_page(request, CallOut(entry=_entry(entry_id)), _("Record a call-out"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROSTER_EDIT)
def call_out_edit(request: SignedInRequest, call_out_id: int) -> HttpResponse:
    rows = CallOut.objects.select_related("entry__person__rank", "entry__roster")
    call_out = get_object_or_404(rows, pk=call_out_id)
    if request.method != "POST":
        record(request.user, Verb.LOOKED_AT, call_out.entry.person)
    return _call_out_page(request, call_out, _("Correct a call-out"))


def _entry(entry_id: int) -> RosterEntry:
    return get_object_or_404(RosterEntry.objects.select_related("person__rank", "roster"), pk=entry_id)


def _call_out_page(request: SignedInRequest, call_out: CallOut, title: str) -> HttpResponse:
    entry = call_out.entry
    form = CallOutForm(typed(request), instance=call_out)
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=title,
        lead=f"{entry.person}, {entry.roster}",
        back=entry.roster,
        done=_("The call-out of %(person)s was saved.") % {"person": entry.person},
    )
