"""Which rows of a list are shown."""

from decimal import Decimal

import django_filters
from django import forms
from django.db.models import QuerySet

from foundation.lists import ListFilter
from records.kinds import KINDS
from records.models import ImportedRow
from records.rows import in_text


class ImportedRowFilter(ListFilter):
    """The rows of a list with one result, of one kind or with one cause, by the links above them."""

    outcome = django_filters.ChoiceFilter(label="", choices=ImportedRow.Outcome, widget=forms.HiddenInput)
    kind = django_filters.ChoiceFilter(
        label="", choices=[(code, kind.label) for code, kind in KINDS.items()], widget=forms.HiddenInput
    )
    cause = django_filters.NumberFilter(
        label="", widget=forms.HiddenInput, min_value=0, max_value=30_000, method="with_cause"
    )

    class Meta:
        model = ImportedRow
        fields = ["outcome", "kind", "cause"]

    def with_cause(self, rows: QuerySet[ImportedRow], _name: str, value: Decimal) -> QuerySet[ImportedRow]:
        return rows.filter(causes__contains=in_text([int(value)]))
