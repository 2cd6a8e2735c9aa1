"""What people bring: credentials, tests of languages, attestations, days on which they are available."""

import datetime as dt
from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from audit.conflicts import VersionedForm, signed_version
from deployments.together_forms import TogetherForm
from foundation.choices import offer_rows
from foundation.days import DayField, day_formfield
from foundation.text import TypedLine
from missions.models import CredentialKind
from personnel import validity
from personnel.expiry import last_day
from personnel.forms.days import not_in_future
from personnel.models import Attestation, Availability, Credential, LanguageTest
from personnel.verification import Seen


class CredentialForm(VersionedForm):
    """One period of a credential. An empty `expires_on` is filled in by the usual validity of its kind."""

    class Meta:
        model = Credential
        fields = ["kind", "profile", "result", "issued_on", "expires_on"]
        formfield_callback = day_formfield
        help_texts = {
            "expires_on": _("Leave empty for the usual validity of this credential."),
            "profile": _("For fitness that is certified for one mission profile."),
        }

    document_seen = TypedLine(
        label=_("Document seen"),
        required=False,
        max_length=100,
        help_text=_("Which document you have seen. Leave empty if it is still to be verified. Never what it says."),
    )
    beside_the_row = ("document_seen",)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = CredentialKind.objects.filter(is_active=True)
        if not user.may(Permission.CREDENTIAL_VERIFY):
            kinds = kinds.exclude(entered_by=CredentialKind.EnteredBy.OFFICE)
            del self.fields["document_seen"]
        offer_rows(self, "kind", kinds)

    def clean_issued_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["issued_on"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        kind, issued = cleaned.get("kind"), cleaned.get("issued_on")
        if kind and kind.by_profile and not cleaned.get("profile"):
            self.add_error("profile", _("Say for which mission profile it was certified."))
        if kind and not kind.by_profile:
            cleaned["profile"] = None
        if kind and issued:
            _set_and_check_end(self, kind, issued, cleaned)
        return cleaned


def _set_and_check_end(form: CredentialForm, kind: CredentialKind, issued: dt.date, cleaned: dict) -> None:
    """Fill in an empty `expires_on`; add an error when it is beyond the legal limit of the kind."""
    if not cleaned.get("expires_on") and "expires_on" not in form.errors:
        cleaned["expires_on"] = validity.usual_end(kind, issued)
    try:
        validity.refuse_longer(kind, issued, cleaned.get("expires_on"))
    except forms.ValidationError as error:
        form.add_error("expires_on", error)


class VerificationForm(TogetherForm):
    """What a coordinator says of the papers that were seen; each carries the version that was shown."""

    document = TypedLine(
        label=_("Document seen"),
        max_length=100,
        help_text=_("For instance: original, certified copy. Never what it says."),
        error_messages={"required": _("Say which document was seen.")},
    )
    on = DayField(label=_("Seen on"))

    def __init__(self, *args, rows: Iterable[Credential], today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today
        for row in rows:
            self.fields[f"seen_{row.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=signed_version(row)
            )

    def clean_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["on"])

    def step(self, row: Credential) -> Seen:
        given, name = self.cleaned_data, f"seen_{row.pk}"
        return Seen(given["document"], given["on"], self.today, given[name] if name in self.data else None)

    def of_all(self) -> list[forms.BoundField]:
        return [self["document"], self["on"]]

    def of_row(self, row: Credential) -> list[forms.BoundField]:
        return [self[f"seen_{row.pk}"]]


class LanguageForm(VersionedForm):
    class Meta:
        model = LanguageTest
        fields = ["language", "level", "tested_on", "expires_on"]
        formfield_callback = day_formfield

    def clean_tested_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["tested_on"])


class AttestationForm(forms.ModelForm):
    """The home service attests that nothing is pending against a person; the box must be ticked."""

    agreed = forms.BooleanField(
        label=_("The home service declares that no criminal or disciplinary matter is pending against this person.")
    )

    class Meta:
        model = Attestation
        fields = ["made_on"]
        formfield_callback = day_formfield

    def clean_made_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["made_on"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if made_on := cleaned.get("made_on"):
            self.instance.expires_on = last_day(made_on, settings.ATTESTATION_MONTHS)
        return cleaned


class AvailabilityForm(VersionedForm):
    class Meta:
        model = Availability
        fields = ["kind", "first_day", "last_day"]
        formfield_callback = day_formfield
        help_texts = {"last_day": _("Leave empty for “until further notice”.")}
