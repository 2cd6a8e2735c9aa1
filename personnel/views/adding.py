"""A new person in two steps of one form: who it is, then the papers and for what the person is put forward."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from deployments.candidates import documents, lifecycle
from deployments.models import Nomination
from deployments.views.nominations import say_put_forward
from foundation.pages import typed
from foundation.refusals import Blocker, StepRefused
from foundation.retry import retry_after_deadlock
from personnel.forms import CredentialForm, PersonForm
from personnel.forms.officers import OfficerPapers, with_more_rows
from personnel.models import Person
from personnel.views.credentials import verify_or_not

MORE_ROWS = {"more_papers": "credential", "more_languages": "language"}
"""Button → the rows of which it asks for more."""
ON_THE_SECOND = {"papers", "save", "submit", *MORE_ROWS}
"""Buttons after which the second step is shown, or what both steps say is saved."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_EDIT)
def person_add(request: SignedInRequest) -> HttpResponse:
    """Add a person; with `go`, go on to the papers, come back, or save everything in one transaction.

    Nothing is kept between the steps but what the page itself carries, so it works in two windows and after a restart.
    """
    go = request.POST.get("go", "")
    form = _person_form(request)
    if request.method != "POST" or go == "person":
        return _first_step(request, form)
    if not form.is_valid():
        return _first_step(request, form)
    if go in ON_THE_SECOND:
        return _second_step(request, form, go)
    if conflicts.save(form, by=request.user):
        messages.success(request, _("%(name)s was saved.") % {"name": form.instance})
        return redirect(form.instance)
    return _first_step(request, form)


def _person_form(request: SignedInRequest) -> PersonForm:
    return PersonForm(typed(request), instance=Person(), user=request.user)


def _first_step(request: SignedInRequest, form: PersonForm) -> HttpResponse:
    context = {
        "form": form,
        "carried": _of_the_other_step(request, form),
        "files_are_gone": bool(request.FILES),
    }
    return render(request, "personnel/person_add.html", context)


def _second_step(request: SignedInRequest, form: PersonForm, go: str) -> HttpResponse:
    refused: list[Blocker] = []
    data = with_more_rows(request.POST, MORE_ROWS[go]) if go in MORE_ROWS else request.POST
    asks = go in {"save", "submit"}
    papers = _papers(request, data, form.instance, asks=asks)
    if asks and papers.is_valid(submit=go == "submit"):
        try:
            saved = _save(form, papers, by=request.user, submit=go == "submit")
        except StepRefused as refusal:
            refused = refusal.blockers
            # What was saved for a moment has keys that no row has: the forms begin anew.
            form = _person_form(request)
            if not form.is_valid():
                return _first_step(request, form)
            papers = _papers(request, data, form.instance, asks=False)
        else:
            _say_what_was_saved(request, form.instance, papers, saved)
            if saved:
                _keep_files(request, papers, saved)
            return redirect(saved or form.instance)
    context = {
        "person": form.instance,
        "carried": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
        "papers": papers,
        "form": papers,
        "blockers": refused,
        "files_are_gone": bool(request.FILES),
    }
    return render(request, "personnel/person_add.html", context, status=409 if refused else 200)


def _papers(request: SignedInRequest, data: QueryDict, person: Person, *, asks: bool) -> OfficerPapers:
    was_shown = "credential-TOTAL_FORMS" in data
    position = request.GET.get("position", "")
    return OfficerPapers(
        data if was_shown else None,
        request.FILES if was_shown else None,
        person=person,
        user=request.user,
        position=position,
        asks=asks or not was_shown,
    )


def _of_the_other_step(request: HttpRequest, form: PersonForm) -> list[tuple[str, str]]:
    """What was typed on the second step, which the first carries along without showing it."""
    own = {*form.fields, "csrfmiddlewaretoken", "go"}
    return [(name, value) for name, values in request.POST.lists() if name not in own for value in values]


@retry_after_deadlock
@transaction.atomic
def _save(form: PersonForm, papers: OfficerPapers, *, by: User, submit: bool) -> Nomination | None:
    """Save the person, all papers and the nomination, or raise `StepRefused` and save nothing."""
    _save_form(form, by)
    for paper in papers.asked(submit=submit):
        if paper is papers.nomination:
            continue
        if paper is papers.roster:
            if entry := papers.roster_entry():
                _save_form(entry, by)
            continue
        paper.instance.person = form.instance  # the key, which the person has only now
        _save_form(paper, by)
    if papers.nomination not in papers.asked(submit=submit):
        return None
    nomination = papers.nomination.instance
    nomination.person = form.instance
    return lifecycle.put_forward(nomination, by=by, today=timezone.localdate(), submit=submit)


def _save_form(form: Any, by: User) -> None:
    def before() -> None:
        if isinstance(form, CredentialForm):
            verify_or_not(form, by)

    if not conflicts.save(form, by=by, before=before):
        raise StepRefused(_reasons(form))


def _reasons(form: forms.BaseForm) -> list[Blocker]:
    return [Blocker("not_saved", str(error), rule=0) for errors in form.errors.values() for error in errors]


def _keep_files(request: SignedInRequest, papers: OfficerPapers, nomination: Nomination) -> None:
    """Add the files of papers to a nomination that is saved, each for itself: the scanner is asked, and space counted.

    One that is refused is named; everything else stays saved, and the page of the nomination takes another file.
    """
    for row in papers.with_files:
        document = row.paper.save(commit=False)
        try:
            waits = documents.add(document, nomination, by=request.user).waits_for_scan
        except StepRefused as refusal:
            said = _("The file “%(file)s” was not kept: %(why)s")
            messages.error(
                request, said % {"file": document.name, "why": " ".join(one.message for one in refusal.blockers)}
            )
        else:
            if waits:
                said = _("The file “%(file)s” waits to be scanned for viruses; until then nobody can open it.")
                messages.warning(request, said % {"file": document.name})


def _say_what_was_saved(
    request: SignedInRequest, person: Person, papers: OfficerPapers, nomination: Nomination | None
) -> None:
    n = len(papers.credentials.filled) + len(papers.languages.filled) + papers.attests
    said = ngettext("%(name)s was saved, with %(n)s credential.", "%(name)s was saved, with %(n)s credentials.", n)
    messages.success(request, said % {"name": person, "n": n})
    if nomination:
        say_put_forward(request, nomination)
