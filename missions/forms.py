import hashlib

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments import amendment
from deployments.amendment import Proposal
from deployments.refusals import StepRefused
from missions.models import Authorization, Mission
from peaceops.days import DayField, day_formfield


class MissionForm(forms.ModelForm):
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
        ]
        widgets = {"mandate_en": forms.Textarea({"rows": 4}), "mandate_fr": forms.Textarea({"rows": 4})}
        formfield_callback = day_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        same_area = Q(area=self.instance.area_id)
        self.fields["successor"].queryset = Mission.objects.filter(same_area).exclude(pk=self.instance.pk)


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
        super()._post_clean()
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
