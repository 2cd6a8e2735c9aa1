"""Authorizations and policy ceilings, whose consequences are shown first."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.stays import amendment, ceilings
from deployments.stays.amendment import Proposal
from foundation.days import DayField, day_formfield
from foundation.previews import PreviewedForm
from foundation.refusals import StepRefused
from foundation.text import TypedProse
from missions.forms.reasons import IN_ONE_LANGUAGE_AT_LEAST, ask_for_a_reason
from missions.models import Authorization, Ceiling


class ProposalForm(PreviewedForm, forms.ModelForm):
    """A change of the authorizations of an area, whose consequences are shown before it can be saved.

    After `is_valid()`, `proposal` is what `amendment.carry_out` would do.
    """

    # Code of a blocker → the field beside which it is shown; others are shown above the form.
    field_of = {
        "starts_too_early": "valid_from",
        "meets_another": "valid_from",
        "ends_before_start": "last_day",
        "longer_needs_amendment": "last_day",
    }
    proposal: Proposal

    @property
    def why(self) -> str:
        """The reason, for the history of what is saved."""
        raise NotImplementedError

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
                self.add_error(blocker.about or self.field_of.get(blocker.code), blocker.message)


class _NewForm(ProposalForm):
    """A new row with a reason in two languages."""

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        ask_for_a_reason(self)
        return cleaned

    @property
    def why(self) -> str:
        return self.instance.reason


class _EndForm(ProposalForm):
    """The last day of a row, and why it ends."""

    last_day = DayField(label=_("Last day in force"))
    reason = TypedProse(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    @property
    def why(self) -> str:
        return self.cleaned_data["reason"]


class AuthorizationForm(_NewForm):
    """A new authorization of an area; with `amends`, one that replaces another."""

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
            "reason_en",
            "reason_fr",
            "source_en",
            "source_fr",
        ]
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("reason_en", "reason_fr")}
        help_texts = {"valid_to": _("Leave empty for “until further notice”."), "reason_en": IN_ONE_LANGUAGE_AT_LEAST}
        formfield_callback = day_formfield

    def __init__(self, *args, area, amends: Authorization | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.area, self.amends = area, amends
        # As radio buttons without a default: the checkbox of a BooleanField could not be left unanswered.
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


class AuthorizationEndForm(_EndForm):
    """End an authorization on a day; without a day, withdraw it."""

    last_day = DayField(
        label=_("Last day in force"),
        required=False,
        help_text=_("Leave empty to withdraw it: it then counts on no day."),
    )

    class Meta:
        model = Authorization
        fields: list[str] = []

    def propose(self) -> Proposal:
        return amendment.propose_end(self.instance, self.cleaned_data["last_day"])


class CeilingForm(_NewForm):
    """A policy ceiling from a day on."""

    proposal: ceilings.Proposal  # type: ignore[assignment]  # of the ceiling, not of an authorization

    class Meta:
        model = Ceiling
        fields = ["cap", "valid_from", "valid_to", "reason_en", "reason_fr", "source_en", "source_fr"]
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("reason_en", "reason_fr")}
        help_texts = {"valid_to": _("Leave empty for “until further notice”."), "reason_en": IN_ONE_LANGUAGE_AT_LEAST}
        formfield_callback = day_formfield

    def propose(self) -> ceilings.Proposal:  # type: ignore[override]
        return ceilings.propose_new(self.instance)


class CeilingEndForm(_EndForm):
    """End a policy ceiling on a day."""

    proposal: ceilings.Proposal  # type: ignore[assignment]

    class Meta:
        model = Ceiling
        fields: list[str] = []

    def propose(self) -> ceilings.Proposal:  # type: ignore[override]
        return ceilings.propose_end(self.instance, self.cleaned_data["last_day"])
