"""New names, from a day on."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.days import DayField
from foundation.text import TypedProse
from missions import renaming
from missions.forms.reasons import IN_ONE_LANGUAGE_AT_LEAST, ask_for_a_reason
from missions.models.names import NamedOverTime


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
        self.fields["reason_en"].help_text = IN_ONE_LANGUAGE_AT_LEAST

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
