"""Adding and correcting the records of a person: credentials, language tests, attestations, availability."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.conflicts import VersionedForm
from foundation.pages import form_page, typed
from foundation.ways_back import way_back
from missions.models import CredentialKind
from personnel import verification
from personnel.forms import AttestationForm, AvailabilityForm, CredentialForm, LanguageForm
from personnel.models import Attestation, Availability, Credential, LanguageTest, Person

Record = Credential | LanguageTest | Attestation | Availability

FORMS: dict[str, tuple[type[ModelForm], type[Record]]] = {  # the words are those in the URLs (`what`)
    "credential": (CredentialForm, Credential),
    "language": (LanguageForm, LanguageTest),
    "attestation": (AttestationForm, Attestation),
    "availability": (AvailabilityForm, Availability),
}


def _titles(what: str) -> tuple[str, str, str]:
    """The title of the page that adds one, that of the page that corrects one, and the message after saving."""
    return {
        "credential": (_("Add a credential"), _("Correct a credential"), _("The credential was saved.")),
        "language": (_("Add a language test"), _("Correct a language test"), _("The language test was saved.")),
        "attestation": (_("Attest"), _("Attest"), _("The attestation was saved.")),
        "availability": (_("Add a period"), _("Correct a period"), _("The period was saved.")),
    }[what]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CREDENTIAL_EDIT)
def record_add(request: SignedInRequest, person_id: int, what: str) -> HttpResponse:
    """Add a record; `?about=` says of which kind of credential or language. A renewal is a record of its own."""
    person = get_object_or_404(Person.objects.visible_to(request.user).current().select_related("rank"), pk=person_id)
    form_class, model = FORMS[what]
    row = model(person=person)
    if isinstance(row, Attestation):
        row.made_by = request.user
    # Links from findings fill it in; PostgreSQL refuses a null character in a query.
    about = request.GET.get("about", "")[:50].replace("\0", "")
    initial: dict[str, dict[str, Any]] = {
        "credential": {"kind": CredentialKind.objects.filter(code=about).first()},
        "language": {"language": about},
        "attestation": {"made_on": timezone.localdate()},
    }
    form = form_class(typed(request), instance=row, initial=initial.get(what, {}), **_for_whom(what, request.user))
    return _page(request, form, person, what, is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CREDENTIAL_EDIT)
def record_edit(request: SignedInRequest, what: str, record_id: int) -> HttpResponse:
    """Correct a record. An attestation cannot be corrected, only withdrawn."""
    if what == "attestation":
        raise Http404
    form_class, model = FORMS[what]
    people = Person.objects.visible_to(request.user)
    rows = model.objects.filter(person__in=people).select_related("person__rank")
    row = cast("Record", get_object_or_404(rows, pk=record_id))
    if isinstance(row, Credential) and not _may_enter(row.kind, request.user):
        raise PermissionDenied
    form = form_class(typed(request), instance=row, **_for_whom(what, request.user))
    return _page(request, form, row.person, what, is_new=False)


def _for_whom(what: str, user: User) -> dict[str, Any]:
    """The form of a credential asks who fills it in: some kinds are the office's alone."""
    return {"user": user} if what == "credential" else {}


def _may_enter(kind: CredentialKind, user: User) -> bool:
    return kind.entered_by == CredentialKind.EnteredBy.ANYBODY or user.may(Permission.CREDENTIAL_VERIFY)


def _page(request: SignedInRequest, form: ModelForm, person: Person, what: str, *, is_new: bool) -> HttpResponse:
    adding, correcting, done = _titles(what)
    note = _("Only the fact and its days: never medical, psychological or conduct contents.")

    def before() -> None:
        if isinstance(form, CredentialForm):
            verify_or_not(form, request.user)

    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user, before=before),
        title=adding if is_new else correcting,
        lead=str(person),
        back=way_back(request) or person,
        parent=person,
        done=done,
        note=note if what == "credential" else "",
    )


def verify_or_not(form: CredentialForm, user: User) -> None:
    """What a coordinator has seen is verified; a correction of what was verified is to be verified anew."""
    if form.instance.pk and not form.changed_data:
        return
    if document := form.cleaned_data.get("document_seen"):
        verification.mark(form.instance, document=document, on=timezone.localdate(), by=user)
    else:
        verification.unmark(form.instance)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CREDENTIAL_EDIT)
def attestation_withdraw(request: SignedInRequest, attestation_id: int) -> HttpResponse:
    """Withdraw the declaration of the home service; the reason is neither asked nor stored."""
    people = Person.objects.visible_to(request.user)
    rows = Attestation.objects.filter(person__in=people, withdrawn_on__isnull=True).select_related("person__rank")
    attestation = get_object_or_404(rows, pk=attestation_id)
    form = WithdrawForm(typed(request), instance=attestation)

    def withdraw() -> None:
        form.instance.withdrawn_on = max(timezone.localdate(), attestation.made_on)

    return form_page(
        request,
        form,
        lambda: conflicts.save(form, by=request.user, before=withdraw),
        title=_("Withdraw the attestation"),
        lead=_("%(person)s can then not be approved for a deployment. Do not say why.")
        % {"person": attestation.person},
        back=attestation.person,
        done=_("The attestation was withdrawn."),
        button=_("Withdraw"),
        danger=True,
    )


class WithdrawForm(VersionedForm):
    """No field: it only confirms."""

    class Meta:
        model = Attestation
        fields: list[str] = []

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.instance.withdrawn_on:
            raise ValidationError(_("Somebody withdrew it meanwhile."))
        return cleaned
