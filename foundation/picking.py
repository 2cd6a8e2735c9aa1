"""Choosing one row of a table: from a select box where the rows are few, by searching where they are many.

A select box of every stay or mission makes a page of megabytes that nobody can read. Works without JavaScript: what
was typed is looked for when the form is sent; one row that fits is taken, and of several one is chosen on the page
that comes back with all that was typed.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from foundation.text import normalised

FEW = 50
"""So many rows are a select box; and so many are offered of those that fit the words."""

LONGEST_SEARCH = 100

Find = Callable[[QuerySet, str], QuerySet]


class Words(str):
    """What was typed to find a row, instead of a chosen row."""

    __slots__ = ()


class Picker(forms.Select):
    """The box of a `PickField`. New words count more than a choice among the rows that earlier words found."""

    found: list[Model]
    """The rows that fit the words, once the field has looked for them."""

    def value_from_datadict(self, data, files, name):
        words = (data.get(f"{name}_words") or "").strip()[:LONGEST_SEARCH]
        if words and words != data.get(f"{name}_found"):
            return Words(words)
        return super().value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}_words" not in data

    def render(self, name, value, attrs=None, renderer=None):
        field: PickField = self.choices.field  # type: ignore[attr-defined]  # the iterator of a model's choices
        rows = list(field.queryset[: FEW + 1])
        if len(rows) <= FEW:
            empty = [] if field.empty_label is None else [("", field.empty_label)]
            self.choices = [*empty, *((field.prepare_value(row), field.label_from_instance(row)) for row in rows)]
            return super().render(name, value, attrs, renderer)
        return render_to_string("_picker.html", self._many(name, value, attrs or {}, field))

    def _many(self, name: str, value: Any, attrs: dict, field: "PickField") -> dict[str, object]:
        """What the template of many rows shows: the rows that fit, or the chosen one, and the box to search in."""
        words = value if isinstance(value, Words) else ""
        offered = getattr(self, "found", []) if words else field.rows_of(value)
        chosen = offered[0].pk if len(offered) == 1 else None
        return {
            "name": name,
            "words": words,
            "offered": [(row.pk, field.label_from_instance(row), row.pk == chosen) for row in offered],
            "may_be_empty": field.empty_label is not None and not self.is_required,
            "is_empty": chosen is None,
            "attrs": {key: attrs[key] for key in ("id", "aria-describedby", "aria-invalid") if key in attrs},
        }


class PickField(forms.ModelChoiceField):
    """One row of a table of any size. `find` answers those of the rows that fit some words; each is shown as `told`
    says, or as its own `str()`.
    """

    widget = Picker
    queryset: QuerySet
    default_error_messages = {
        "none_found": _("Nothing here fits “%(words)s”."),
        "several_found": _("Several fit “%(words)s”: choose one."),
        "too_many_found": _("More than %(few)s fit “%(words)s”: type more of it, or choose one of these."),
    }

    def __init__(
        self, queryset: QuerySet | None = None, *, find: Find, told: Callable[[Any], str] | None = None, **kwargs
    ):
        self.find = find
        super().__init__(queryset, **kwargs)
        if told:
            self.label_from_instance = told  # type: ignore[assignment, method-assign]

    def to_python(self, value):
        if not isinstance(value, Words):
            return super().to_python(value)
        found = list(self.find(self.queryset, value)[: FEW + 1])
        self.widget.found = found[:FEW]
        if len(found) == 1:
            return found[0]
        code = "none_found" if not found else "several_found" if len(found) <= FEW else "too_many_found"
        params = {"words": value, "few": FEW}
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def rows_of(self, value: Any) -> list[Model]:
        """The row that is chosen by this value, if there is one."""
        try:
            row = super().to_python(value)
        except ValidationError:
            return []
        return [row] if row else []


def by_words(*columns: str) -> Find:
    """A `find` that looks for every word in these columns, ignoring case and accents.

    Folded in Python: for tables of some thousands of rows.
    """

    def find(rows: QuerySet, words: str) -> QuerySet:
        searched = normalised(words).split()
        texts = ((pk, normalised(" ".join(row))) for pk, *row in rows.values_list("pk", *columns))
        fitting = [pk for pk, text in texts if all(word in text for word in searched)]
        return rows.filter(pk__in=fitting[: FEW + 1])

    return find


class PickFilter(django_filters.ModelChoiceFilter):
    """What narrows a list to what belongs to one row of a table of any size."""

    field_class = PickField
