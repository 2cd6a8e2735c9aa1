"""Emergency contacts: shown only after the reader gives a reason, and each look is recorded."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.log import record, sign
from audit.models import Verb
from foundation.pages import form_page, typed
from personnel.forms import ContactForm, ContactReasonForm
from personnel.models import EmergencyContact, Person


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_SEE)
def contact_list(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Ask for a reason; after it was recorded, show the contacts in the answer to that request only."""
    person = get_object_or_404(Person.objects.visible_to(request.user).current().select_related("rank"), pk=person_id)
    form = ContactReasonForm(typed(request))
    contacts = None
    if request.method == "POST" and form.is_valid():
        record(request.user, Verb.REVEALED, person, why=form.cleaned_data["why"])
        contacts = person.contacts.all()
    return render(request, "personnel/contact_list.html", {"person": person, "form": form, "contacts": contacts})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_SEE)
def contact_add(request: SignedInRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user).current().select_related("rank"), pk=person_id)
    form = ContactForm(typed(request), instance=EmergencyContact(person=person))
    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user),
        title=_("Add an emergency contact"),
        lead=str(person),
        back=person,
        done=_("The emergency contact was saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_SEE)
def contact_remove(request: SignedInRequest, contact_id: int) -> HttpResponse:
    """Delete a contact that is out of date."""
    people = Person.objects.visible_to(request.user)
    rows = EmergencyContact.objects.filter(person__in=people).select_related("person__rank")
    contact = get_object_or_404(rows, pk=contact_id)
    person = contact.person

    def act() -> None:
        sign(contact, request.user, "")
        contact.delete()

    return form_page(
        request,
        forms.Form(typed(request)),
        act,
        title=_("Remove an emergency contact"),
        lead=str(person),
        back=person,
        done=_("The emergency contact was removed."),
        button=_("Remove"),
        danger=True,
    )
