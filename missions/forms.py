import datetime as dt

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.conflicts import VersionedForm
from deployments.stays import amendment, ceilings, mission_states, succession
from deployments.stays.amendment import Proposal
from foundation.choices import offer_rows
from foundation.converters import is_id
from foundation.days import DayField, day_formfield
from foundation.previews import PreviewedForm
from foundation.refusals import StepRefused
from foundation.text import TypedProse
from missions import renaming
from missions.models import (
    Area,
    Authorization,
    Ceiling,
    CredentialKind,
    Mission,
    MissionState,
    Position,
    Requirement,
    Team,
)
from missions.models.names import NamedOverTime

ONE_LANGUAGE_IS_ENOUGH = _("One language is enough; what is there in both is shown in the reader's.")


def ask_for_a_reason(form: forms.BaseForm) -> None:
    """A valid form gives a reason in one language at least."""
    if not form.errors and not (form.cleaned_data.get("reason_en") or form.cleaned_data.get("reason_fr")):
        form.add_error("reason_en", _("Give a reason."))


class RowsField(forms.ModelMultipleChoiceField):
    """A choice of several rows. An id that is too large for the database is an invalid choice, not an error 500."""

    def _check_values(self, value):
        for key in value:
            if not is_id(str(key)):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key}
                )
        return super()._check_values(value)  # type: ignore[misc]  # no stub knows this hook


class MissionForm(VersionedForm):
    """What a coordinator may change of a mission; its area and code are fixed."""

    class Meta:
        model = Mission
        fields = [
            "name_en",
            "name_fr",
            "lead",
            "mandate_en",
            "mandate_fr",
            "objectives_en",
            "objectives_fr",
            "themes",
            "language",
            "armed",
            "starts_on",
            "ends_on",
            "dates_note_en",
            "dates_note_fr",
            "successor",
            "tour_months",
            "profile",
            "language_level",
        ]
        widgets = {
            **{name: forms.Textarea({"rows": 4}) for name in ("mandate_en", "mandate_fr")},
            **{name: forms.Textarea({"rows": 4}) for name in ("objectives_en", "objectives_fr")},
            "themes": forms.CheckboxSelectMultiple,
        }
        help_texts = {"objectives_en": _("One objective a line.")}
        field_classes = {"themes": RowsField}
        formfield_callback = day_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        newest = self.instance.states.standing().last() if self.instance.pk else None
        if newest and newest.state == MissionState.State.CLOSED:
            self.fields["ends_on"].disabled = True
            self.fields["ends_on"].help_text = _("Set by the closing of the mission; withdraw that to change it.")
        same_area = Q(area=self.instance.area_id)
        offer_rows(self, "successor", Mission.objects.filter(same_area).exclude(pk=self.instance.pk))


class MissionAddForm(MissionForm):
    """A mission that is entered anew: with the code and the kind, which are fixed later."""

    class Meta(MissionForm.Meta):
        fields = ["code", "kind", *MissionForm.Meta.fields]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].help_text = _("Empty where it is not known.")


class AreaForm(VersionedForm):
    """What a coordinator may correct of a country or region; its code is fixed, a renaming has its own page."""

    class Meta:
        model = Area
        fields = ["name_en", "name_fr", "kind", "countries", "listing_order"]


class AreaAddForm(AreaForm):
    class Meta(AreaForm.Meta):
        fields = ["code", *AreaForm.Meta.fields]


class MissionStateForm(PreviewedForm, forms.ModelForm):
    """In which state a mission is from a day on. What the rules refuse is said beside its field."""

    class Meta:
        model = MissionState
        fields = ["state", "from_day", "reason_en", "reason_fr"]
        widgets = {"reason_en": forms.Textarea({"rows": 3}), "reason_fr": forms.Textarea({"rows": 3})}
        help_texts = {
            "state": _("A mission that is closed has its last day on the day before."),
            "reason_en": ONE_LANGUAGE_IS_ENOUGH,
        }
        formfield_callback = day_formfield

    def __init__(self, *args, mission: Mission, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.mission = mission

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        ask_for_a_reason(self)
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # no stub knows this hook
        if not self.errors:
            for blocker in mission_states.blockers(self.instance):
                self.add_error(blocker.about or None, blocker.message)


class RenameForm(forms.Form):
    """A new name of a row, in both languages, from a day on. What the rules refuse is said beside its field."""

    from_day = DayField(label=_("From"))
    reason_en = TypedProse(
        label=_("Reason in English"), widget=forms.Textarea({"rows": 2}), max_length=2000, required=False
    )
    reason_fr = TypedProse(
        label=_("Reason in French"), widget=forms.Textarea({"rows": 2}), max_length=2000, required=False
    )

    def __init__(self, *args, row: NamedOverTime, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, self.today = row, today
        own = forms.fields_for_model(type(row), row.NAME_FIELDS)
        self.initial = {**forms.model_to_dict(row, row.NAME_FIELDS), **self.initial}
        self.fields = {**own, **self.fields}
        self.fields["reason_en"].help_text = ONE_LANGUAGE_IS_ENOUGH

    @property
    def names(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.row.NAME_FIELDS}

    @property
    def reason(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("reason_en", "reason_fr")}

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        ask_for_a_reason(self)
        if not self.errors:
            for blocker in renaming.blockers(self.row, self.names, cleaned["from_day"], today=self.today):
                self.add_error(blocker.about, blocker.message)
        return cleaned


class SuccessionForm(PreviewedForm):
    """What follows a country or region, and where each of its missions belongs from then on.

    After `is_valid()`, `proposal` is what `succession.enter` would do.
    """

    successors = RowsField(
        label=_("Followed by"), queryset=Area.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    from_day = DayField(label=_("From"))
    goes_on = forms.BooleanField(
        label=_("It goes on beside"),
        required=False,
        help_text=_("Only a part was split off: its authorization stays, and missions may stay."),
    )
    reason_en = TypedProse(label=_("Reason in English"), max_length=2000, required=False)
    reason_fr = TypedProse(label=_("Reason in French"), max_length=2000, required=False)

    proposal: succession.Proposal

    def __init__(self, *args, area: Area, **kwargs):
        super().__init__(*args, **kwargs)
        self.area = area
        others = Area.objects.exclude(pk=area.pk)
        offer_rows(self, "successors", others)
        for name in ("reason_en", "reason_fr"):
            self.fields[name].widget = forms.Textarea({"rows": 2})
        self.fields["reason_en"].help_text = ONE_LANGUAGE_IS_ENOUGH
        self.missions = {f"move_{row.pk}": row for row in area.missions.order_by("starts_on", "code")}
        for name, mission in self.missions.items():
            self.fields[name] = forms.ModelChoiceField(
                label=format_lazy(_("{mission} belongs to"), mission=mission.name),
                queryset=others,
                required=False,
                empty_label=_("stays, or is closed by then"),
            )

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        ask_for_a_reason(self)
        if self.errors:
            return cleaned
        self.proposal = succession.Proposal(
            area=self.area,
            successors=list(cleaned["successors"]),
            from_day=cleaned["from_day"],
            goes_on=cleaned["goes_on"],
            moves={mission: cleaned[name] for name, mission in self.missions.items() if cleaned[name]},
            reason={name: cleaned[name] for name in ("reason_en", "reason_fr")},
        )
        for blocker in succession.blockers(self.proposal):
            self.add_error(blocker.about or None, blocker.message)
        return cleaned


class WithdrawForm(forms.Form):
    """Why something that was recorded is taken back."""

    reason = TypedProse(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)


class PositionForm(VersionedForm):
    """A position with its profile, its call, and the credentials that it requires beyond those of its mission."""

    mandatory = RowsField(
        label=_("Credentials that are mandatory here"),
        queryset=CredentialKind.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    recommended = RowsField(
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
            "roles",
            "team",
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
        widgets = {"roles": forms.CheckboxSelectMultiple}
        field_classes = {"roles": RowsField}
        formfield_callback = day_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "team", Team.objects.filter(mission=self.instance.mission_id))
        if self.instance.pk:
            self._look_up_requirements()

    def _look_up_requirements(self) -> None:
        requirements = list(self.instance.requirements.filter(kind__is_active=True))
        self.fields["mandatory"].initial = [row.kind_id for row in requirements if row.mandatory]
        self.fields["recommended"].initial = [row.kind_id for row in requirements if not row.mandatory]

    def meet(self, row: models.Model) -> None:
        super().meet(row)
        self._look_up_requirements()

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        both = set(cleaned.get("mandatory", [])) & set(cleaned.get("recommended", []))
        if both:
            names = ", ".join(str(kind) for kind in both)
            self.add_error("recommended", _("Mandatory already: %(names)s.") % {"names": names})
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The mission is no field of the form, so Django would skip the unique constraint that includes it, and a number
        # that is taken would end in an IntegrityError.
        left_out = super()._get_validation_exclusions()  # type: ignore[misc]  # no stub knows this hook
        return left_out - {"mission"}

    def save(self, commit: bool = True) -> Position:
        position = super().save(commit)
        wanted = {kind.pk: True for kind in self.cleaned_data["mandatory"]}
        wanted |= {kind.pk: False for kind in self.cleaned_data["recommended"]}
        # Kinds out of use are no choices of the form: their requirements stay as they are.
        for existing in position.requirements.filter(kind__is_active=True):
            if existing.kind_id not in wanted:
                existing.delete()
            elif existing.mandatory != wanted.pop(existing.kind_id):
                existing.mandatory = not existing.mandatory
                existing.save()
        for kind, mandatory in wanted.items():
            Requirement.objects.create(position=position, kind_id=kind, mandatory=mandatory)
        return position


class TeamForm(VersionedForm):
    class Meta:
        model = Team
        fields = ["name_en", "name_fr", "first_day", "last_day"]
        formfield_callback = day_formfield


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


class AuthorizationForm(ProposalForm):
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
        help_texts = {"valid_to": _("Empty: until further notice."), "reason_en": ONE_LANGUAGE_IS_ENOUGH}
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

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        ask_for_a_reason(self)
        return cleaned

    @property
    def why(self) -> str:
        return self.instance.reason

    def propose(self) -> Proposal:
        if self.amends:
            return amendment.propose_amendment(self.amends, self.instance)
        return amendment.propose_new(self.instance)


class CeilingForm(ProposalForm):
    """A policy ceiling from a day on."""

    proposal: ceilings.Proposal  # type: ignore[assignment]  # of the ceiling, not of an authorization

    class Meta:
        model = Ceiling
        fields = ["cap", "valid_from", "valid_to", "reason_en", "reason_fr", "source_en", "source_fr"]
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("reason_en", "reason_fr")}
        help_texts = {"valid_to": _("Empty: until further notice."), "reason_en": ONE_LANGUAGE_IS_ENOUGH}
        formfield_callback = day_formfield

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        ask_for_a_reason(self)
        return cleaned

    @property
    def why(self) -> str:
        return self.instance.reason

    def propose(self) -> ceilings.Proposal:  # type: ignore[override]
        return ceilings.propose_new(self.instance)


class CeilingEndForm(ProposalForm):
    """End a policy ceiling on a day."""

    proposal: ceilings.Proposal  # type: ignore[assignment]

    last_day = DayField(label=_("Last day in force"))
    reason = TypedProse(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    class Meta:
        model = Ceiling
        fields: list[str] = []

    @property
    def why(self) -> str:
        return self.cleaned_data["reason"]

    def propose(self) -> ceilings.Proposal:  # type: ignore[override]
        return ceilings.propose_end(self.instance, self.cleaned_data["last_day"])


class AuthorizationEndForm(ProposalForm):
    """End an authorization on a day; without a day, withdraw it."""

    last_day = DayField(
        label=_("Last day in force"), required=False, help_text=_("Empty: withdraw it; it then counts on no day.")
    )
    reason = TypedProse(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    class Meta:
        model = Authorization
        fields: list[str] = []

    @property
    def why(self) -> str:
        return self.cleaned_data["reason"]

    def propose(self) -> Proposal:
        return amendment.propose_end(self.instance, self.cleaned_data["last_day"])
