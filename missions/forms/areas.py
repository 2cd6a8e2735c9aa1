"""Countries and regions, and what follows them."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.conflicts import VersionedForm
from deployments.stays import succession
from foundation.choices import offer_rows
from foundation.days import DayField
from foundation.picking import PickField, PicksField
from foundation.previews import PreviewedForm
from foundation.text import TypedProse
from missions.forms.reasons import IN_ONE_LANGUAGE_AT_LEAST, ask_for_a_reason
from missions.models import Area
from missions.picking import find_areas


class AreaForm(VersionedForm):
    """What a coordinator may correct of a country or region; its code is fixed, a renaming has its own page."""

    class Meta:
        model = Area
        fields = ["name_en", "name_fr", "kind", "countries", "listing_order"]


class AreaAddForm(AreaForm):
    class Meta(AreaForm.Meta):
        fields = ["code", *AreaForm.Meta.fields]


class SuccessionForm(PreviewedForm):
    """What follows a country or region, and where each of its missions belongs from then on.

    After `is_valid()`, `proposal` is what `succession.enter` would do.
    """

    successors = PicksField(label=_("Followed by"), required=False, find=find_areas)
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
        self.fields["reason_en"].help_text = IN_ONE_LANGUAGE_AT_LEAST
        self.missions = {f"move_{row.pk}": row for row in area.missions.order_by("starts_on", "code")}
        for name, mission in self.missions.items():
            self.fields[name] = PickField(
                label=format_lazy(_("{mission} belongs to"), mission=mission.name),
                queryset=others,
                find=find_areas,
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
