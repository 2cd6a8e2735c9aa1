"""Missions and their states."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.conflicts import VersionedForm
from deployments.stays import mission_states
from foundation.choices import RowsField, offer_rows
from foundation.days import day_formfield
from foundation.picking import PickField
from foundation.previews import PreviewedForm
from missions.forms.reasons import IN_ONE_LANGUAGE_AT_LEAST, ask_for_a_reason
from missions.models import Mission, MissionState
from missions.picking import find_missions


class MissionForm(VersionedForm):
    """What a coordinator may change of a mission; its area and code are fixed."""

    successor = PickField(label=_("Successor"), required=False, find=find_missions)

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
        help_texts = {"objectives_en": _("One objective per line.")}
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
        self.fields["starts_on"].help_text = _("Leave empty if it is not known.")


class MissionStateForm(PreviewedForm, forms.ModelForm):
    """In which state a mission is from a day on. What the rules refuse is said beside its field."""

    class Meta:
        model = MissionState
        fields = ["state", "from_day", "reason_en", "reason_fr"]
        widgets = {"reason_en": forms.Textarea({"rows": 3}), "reason_fr": forms.Textarea({"rows": 3})}
        help_texts = {
            "state": _("A mission that is closed has its last day on the day before."),
            "reason_en": IN_ONE_LANGUAGE_AT_LEAST,
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
