"""Forms to upload a list of candidates and to choose its columns."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deployments.importing.columns import COLUMNS, FIELDS
from deployments.models import CandidateImport


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("List"), help_text=_("CSV or XLSX, 10 MB and 10,000 rows at most; the first row holds headings.")
    )


class ColumnsForm(forms.Form):
    """One choice of field for each column of a list; an empty choice leaves the column out."""

    def __init__(self, *args, batch: CandidateImport, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch = batch
        choices = [("", _("Leave out")), *((column.field, column.label) for column in COLUMNS)]
        for number, heading in enumerate(batch.headings):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=heading or _("Column %(n)s") % {"n": number + 1},
                choices=choices,
                required=False,
                initial=batch.columns.get(str(number), ""),
            )

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        chosen = [field for field in cleaned.values() if field]
        for name, field in list(cleaned.items()):
            if field and chosen.count(field) > 1:
                self.add_error(name, _("Two columns mean “%(field)s”: leave one out.") % {"field": FIELDS[field].label})
        for column in COLUMNS:
            if column.required and column.field not in chosen:
                self.add_error(None, _("No column means “%(field)s”; it is needed.") % {"field": column.label})
        return cleaned

    @property
    def chosen(self) -> dict[str, str]:
        return {name.removeprefix("column_"): field for name, field in self.cleaned_data.items() if field}
