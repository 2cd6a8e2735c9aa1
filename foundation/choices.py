"""What a field of a form lets people choose from, where that depends on who asks or about whom."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from foundation.converters import is_id


def offer_rows(
    form: forms.BaseForm, name: str, rows: QuerySet[Any], *, told: Callable[[Any], str] | None = None
) -> None:
    """Let the field choose among these rows; each is shown as `told` says, or as its own `str()`."""
    field = cast("forms.ModelChoiceField", form.fields[name])
    field.queryset = rows
    if told:
        field.label_from_instance = told  # type: ignore[assignment, method-assign]


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Let the field choose among these, written as `choices` of Django are: pairs, or groups of pairs."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


class RowsField(forms.ModelMultipleChoiceField):
    """A choice of several rows. An id that is too large for the database is an invalid choice, not an error 500."""

    def _check_values(self, value):
        for key in value:
            if not is_id(str(key)):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key}
                )
        return super()._check_values(value)  # type: ignore[misc]  # no stub knows this hook
