import hashlib

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.conflicts import SeenForm
from deployments.stays import amendment
from deployments.stays.amendment import Proposal
from foundation.choices import offer_rows
from foundation.converters import is_id
from foundation.days import DayField, day_formfield
from foundation.refusals import StepRefused
from missions.models import Authorization, CredentialKind, Mission, Position, Requirement


class MissionForm(SeenForm):
    """What a coordinator keeps up to date about a mission; its area and code stay as they are."""

    class Meta:
        model = Mission
        fields = [
            "name_en",
            "name_fr",
            "lead",
            "state",
            "mandate_en",
            "mandate_fr",
            "language",
            "armed",
            "starts_on",
            "ends_on",
            "dates_note",
            "successor",
            "tour_months",
            "profile",
            "language_level",
        ]
        widgets = {"mandate_en": forms.Textarea({"rows": 4}), "mandate_fr": forms.Textarea({"rows": 4})}
        formfield_callback = day_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        same_area = Q(area=self.instance.area_id)
        offer_rows(self, "successor", Mission.objects.filter(same_area).exclude(pk=self.instance.pk))


class KindsField(forms.ModelMultipleChoiceField):
    """Kinds of credentials by their ids; a number that no database can hold is not among them."""

    def _check_values(self, value):
        for one in value:
            if not is_id(str(one)):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                )
        return super()._check_values(value)  # type: ignore[misc]  # no stub knows this hook


class PositionForm(SeenForm):
    """A position with its profile, its call, and the credentials that it asks for beside those of its mission."""

    mandatory = KindsField(
        label=_("Credentials that are mandatory here"),
        queryset=CredentialKind.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    recommended = KindsField(
        label=_("Credentials that are recommended here"),
        queryset=CredentialKind.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Position
        fields = [
            "number",
            "title_en",
            "title_fr",
            "stream",
            "duty_station",
            "places",
            "needed_from",
            "call_opens",
            "call_closes",
            "rank_from",
            "rank_to",
            "years_of_service",
            "language",
            "language_level",
            "armed",
        ]
        formfield_callback = day_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            asked = list(self.instance.requirements.all())
            self.fields["mandatory"].initial = [one.kind_id for one in asked if one.mandatory]
            self.fields["recommended"].initial = [one.kind_id for one in asked if not one.mandatory]

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        both = set(cleaned.get("mandatory", [])) & set(cleaned.get("recommended", []))
        if both:
            names = ", ".join(str(kind) for kind in both)
            self.add_error("recommended", _("Mandatory already: %(names)s.") % {"names": names})
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        left_out = super()._get_validation_exclusions()  # type: ignore[misc]  # no stub knows this hook
        return left_out - {"mission"}  # "this mission has a position of this number"

    def save(self, commit: bool = True) -> Position:
        position = super().save(commit)
        wanted = {kind.pk: True for kind in self.cleaned_data["mandatory"]}
        wanted |= {kind.pk: False for kind in self.cleaned_data["recommended"]}
        for there in position.requirements.filter(kind__is_active=True):
            if there.kind_id not in wanted:
                there.delete()
            elif there.mandatory != wanted.pop(there.kind_id):
                there.mandatory = not there.mandatory
                there.save()
        for kind, mandatory in wanted.items():
            Requirement.objects.create(position=position, kind_id=kind, mandatory=mandatory)
        return position


class ProposalForm(forms.ModelForm):
    """A change of the authorizations of an area that is shown before it is saved.

    After `is_valid()`, `proposal` is what would be carried out. `previewed` holds the fingerprint of the values that
    the reader has seen the consequences of: other values are previewed first.
    """

    previewed = forms.CharField(required=False, widget=forms.HiddenInput)
    field_of = {
        "starts_too_early": "valid_from",
        "meets_another": "valid_from",
        "ends_before_start": "last_day",
        "longer_needs_amendment": "last_day",
    }
    proposal: Proposal

    def propose(self) -> Proposal:
        """The change that the form describes. Raises `StepRefused`."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # no stub knows this hook
        if self.errors:
            return
        try:
            self.proposal = self.propose()
        except StepRefused as refusal:
            for blocker in refusal.blockers:
                self.add_error(self.field_of.get(blocker.code), blocker.message)

    @property
    def fingerprint(self) -> str:
        told = [(name, str(self.cleaned_data.get(name))) for name in self.fields if name != "previewed"]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    @property
    def was_previewed(self) -> bool:
        return self.cleaned_data.get("previewed") == self.fingerprint


class AuthorizationForm(ProposalForm):
    """A new authorization of an area, or one that amends another (`amends`)."""

    class Meta:
        model = Authorization
        fields = [
            "reference",
            "cap",
            "language",
            "armed",
            "valid_from",
            "valid_to",
            "decided_on",
            "reason",
            "source",
        ]
        widgets = {
            "reason": forms.Textarea({"rows": 3}),
        }
        help_texts = {"valid_to": _("Empty: until further notice.")}
        formfield_callback = day_formfield

    def __init__(self, *args, area, amends: Authorization | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.area, self.amends = area, amends
        self.fields["armed"] = forms.TypedChoiceField(
            label=_("Armed or unarmed"),
            choices=[("True", pgettext_lazy("operation", "Armed")), ("False", pgettext_lazy("operation", "Unarmed"))],
            coerce=lambda value: value == "True",
            widget=forms.RadioSelect,
        )

    def propose(self) -> Proposal:
        if self.amends:
            return amendment.propose_amendment(self.amends, self.instance)
        return amendment.propose_new(self.instance)


class AuthorizationEndForm(ProposalForm):
    """An authorization ends on a day, or is withdrawn when no day is given."""

    last_day = DayField(
        label=_("Last day in force"), required=False, help_text=_("Empty: withdraw it; it then counts on no day.")
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    class Meta:
        model = Authorization
        fields: list[str] = []

    def propose(self) -> Proposal:
        return amendment.propose_end(self.instance, self.cleaned_data["last_day"])
