"""What the address of a cross-tab asks for: a figure, its rows and columns, and the parts of the question."""

from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models import Deployment
from reports.crosstab.counting import CAN_BE_CROSSED
from reports.crosstab.dimensions import DIMENSIONS, FISCAL_YEAR, Dimension
from reports.crosstab.table import Crosstab, crosstab
from reports.filters import QuestionFilter
from reports.measures import MEASURES, Measure, Time
from reports.tables import series

OF_ITSELF = {"measure": "deployed", "rows": "service", "columns": "area"}
COLUMNS_AT_MOST = 60
"""Nobody reads a wider table, on a screen or on paper; rows may be many."""
NOT_SO = {"invalid_choice": _lazy("This figure cannot be told apart by that.")}


class CrosstabForm(forms.Form):
    field_order = (*OF_ITSELF, "first", "last")

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("rows") and asked.get("rows") == asked.get("columns"):
            self.add_error("columns", _("Choose something else for the columns than for the rows."))
        return asked


class CrosstabFilter(QuestionFilter):
    """A question to a figure, and by what it is told apart. What the address leaves open is as `OF_ITSELF` says."""

    beside = frozenset(OF_ITSELF)
    in_line = (*OF_ITSELF, "first", "last")

    measure = django_filters.ChoiceFilter(
        label=_lazy("Figure"), empty_label=None, error_messages={"invalid_choice": _lazy("There is no such figure.")}
    )
    rows = django_filters.ChoiceFilter(label=_lazy("Rows"), empty_label=None, error_messages=NOT_SO)
    columns = django_filters.ChoiceFilter(label=_lazy("Columns"), empty_label=None, error_messages=NOT_SO)

    class Meta:
        model = Deployment
        form = CrosstabForm
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, measures: list[Measure], **kwargs: Any) -> None:
        """`measures` are those that the reader may ask."""
        data = data.copy()
        for name, value in OF_ITSELF.items():
            data[name] = data.get(name) or value
        offered = {measure.name: measure for measure in measures if measure.name in CAN_BE_CROSSED}
        measure = offered.get(str(data["measure"]), MEASURES[OF_ITSELF["measure"]])
        super().__init__(data, queryset=Deployment.objects.none(), asked=measure, **kwargs)
        if FISCAL_YEAR.name in {data["rows"], data["columns"]}:
            self.period = series.last_fiscal_years
        self.filters["measure"].extra["choices"] = [(name, one.label) for name, one in offered.items()]
        choices = [(dimension.name, dimension.label) for dimension in dimensions_of(measure)]
        self.filters["rows"].extra["choices"] = self.filters["columns"].extra["choices"] = choices

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """Without figure, rows and columns: they stand in the line, and cannot be taken away."""
        named = {str(self.form.fields[name].label) for name in self.beside}
        return [chip for chip in super().chips if chip[0] not in named]

    def crosstab(self) -> Crosstab | None:
        """What was asked for; None where part of it is not valid, of which the form then tells."""
        if not self.is_valid():
            return None
        asked = self.form.cleaned_data
        found = crosstab(asked["measure"], self.question, DIMENSIONS[asked["rows"]], DIMENSIONS[asked["columns"]])
        if len(found.columns) > COLUMNS_AT_MOST:
            said = _("There would be more than %(most)s columns. Narrow the question, or make them the rows.")
            self.form.add_error("columns", said % {"most": COLUMNS_AT_MOST})
            return None
        return found


def dimensions_of(measure: Measure) -> list[Dimension]:
    """By what the deployments of a measure may be told apart: by what narrows it, and over a period by year."""
    parts = measure.takes | ({FISCAL_YEAR.name} if measure.time is Time.PERIOD else set())
    return [dimension for name, dimension in DIMENSIONS.items() if name in parts]
