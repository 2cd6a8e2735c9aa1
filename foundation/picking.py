"""Choosing rows of a table: from a box of all where they are few, by searching where they are many.

A select box of every stay or mission makes a page of megabytes that nobody can read. Works without JavaScript: what
was typed is looked for when the form is sent; one row that fits is taken, and of several one is chosen on the page
that comes back with all that was typed.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from foundation.choices import RowsField
from foundation.converters import is_id
from foundation.lists import totally_ordered
from foundation.text import normalised

FEW = 50
"""So many rows are a select box."""
OFFERED = 20
"""So many are offered, one below the other, of those that fit the words."""

LONGEST_SEARCH = 100

Find = Callable[[QuerySet, str], QuerySet]


class Words(str):
    """What was typed to find a row, instead of a chosen row."""

    __slots__ = ()


class _Box(forms.widgets.ChoiceWidget):
    """What `Picker` and `Picks` share. New words count more than a choice among the rows that earlier words found."""

    input_kind: str
    found: list[Model] = []
    """The rows that fit the words, once the field has looked for them."""

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}_words" not in data

    def render(self, name, value, attrs=None, renderer=None):
        field = self.choices.field  # type: ignore[attr-defined]  # the iterator of a model's choices
        rows = self.all_of_few(field)
        if rows is not None:
            return self.few(rows, field, name, value, attrs, renderer)
        words = _words_among(value)
        chosen = field.rows_of(value)
        found = [row for row in self.found if row not in chosen] if words else []
        if len(found) == 1:
            chosen, found = [*chosen, *found], []
        return self.offering(field, name, attrs, chosen=chosen, others=found, words=words, is_searched=True)

    def all_of_few(self, field: Any) -> list[Model] | None:
        """All rows where they are few; None where they are many, and searched."""
        rows = list(field.queryset[: FEW + 1])
        return rows if len(rows) <= FEW else None

    def few(self, rows: list[Model], field: Any, name: str, value: Any, attrs: Any, renderer: Any) -> str:
        """The box of all rows."""
        raise NotImplementedError

    def offering(self, field: Any, name: str, attrs: Any, *, chosen: list, others: list, **shown: object) -> str:
        offered = [(row, True) for row in chosen] + [(row, False) for row in others]
        context = {
            "name": name,
            "kind": self.input_kind,
            "label": field.label,
            "offered": [(row.pk, field.label_from_instance(row), ticked) for row, ticked in offered],
            "may_be_empty": field.empty_label is not None and not self.is_required,
            "is_empty": not chosen,
            "is_invalid": "aria-invalid" in (attrs or {}),
            "attrs": {key: attrs[key] for key in ("id", "aria-describedby", "aria-invalid") if key in (attrs or {})},
        }
        return render_to_string("_picker.html", {**context, **shown})


class Picker(_Box, forms.Select):
    """The box of a `PickField`: a select box, or radio buttons of what was found and a box to search in."""

    input_kind = "radio"

    def value_from_datadict(self, data, files, name):
        return _new_words(data, name) or super().value_from_datadict(data, files, name)

    def few(self, rows, field, name, value, attrs, renderer):
        empty = [] if field.empty_label is None else [("", field.empty_label)]
        box = forms.Select(self.attrs)
        box.is_required = self.is_required
        box.choices = [*empty, *field.choices_of(rows)]
        return box.render(name, value, attrs, renderer)


class TypeAhead(Picker):
    """A `Picker` that always searches; where there is JavaScript it offers, while one types, what `suggest` answers.

    `suggest` is an address that answers options to `?q=`; `beside` names fields of the form that it is told as well.
    """

    class Media:
        js = [Script("js/picker.js", defer=True)]

    def __init__(self, *args, suggest: Any, beside: tuple[str, ...] = (), **kwargs):
        self.suggest, self.beside = suggest, beside
        super().__init__(*args, **kwargs)

    def all_of_few(self, field):
        return None

    def offering(self, field, name, attrs, **shown):
        return super().offering(field, name, attrs, suggest=self.suggest, beside=" ".join(self.beside), **shown)


class Picks(_Box, forms.SelectMultiple):
    """The box of a `PicksField`: a checkbox for each row, or for those that are chosen and found."""

    input_kind = "checkbox"

    def value_from_datadict(self, data, files, name):
        chosen = list(super().value_from_datadict(data, files, name) or [])
        words = _new_words(data, name)
        return [*chosen, words] if words else chosen

    def few(self, rows, field, name, value, attrs, renderer):
        chosen = field.rows_of(value)
        others = [row for row in rows if row not in chosen]
        return self.offering(field, name, attrs, chosen=chosen, others=others)


def _new_words(data: Any, name: str) -> Words | None:
    words = (data.get(f"{name}_words") or "").strip()[:LONGEST_SEARCH]
    return Words(words) if words and words != data.get(f"{name}_found") else None


def _words_among(value: Any) -> Words:
    values = value if isinstance(value, list) else [value]
    return next((one for one in values if isinstance(one, Words)), Words())


class _Searched(forms.ModelChoiceField):
    """What `PickField` and `PicksField` share. `find` answers those of the rows that fit some words; each is shown as
    `told` says, or as its own `str()`.
    """

    widget: Any
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

    def _set_rows(self, rows: QuerySet | None) -> None:
        # Of rows that tie, the first few would be others each time.
        self._set_queryset(None if rows is None else totally_ordered(rows))  # type: ignore[attr-defined]

    queryset = property(forms.ModelChoiceField._get_queryset, _set_rows)  # type: ignore[attr-defined]

    def look_for(self, words: Words) -> Model:
        """The one row that fits. Raises `ValidationError` where none or several do; the box then offers these."""
        found = list(self.find(self.queryset, words)[: OFFERED + 1])
        self.widget.found = found[:OFFERED]
        if len(found) == 1:
            return found[0]
        code = "none_found" if not found else "several_found" if len(found) <= OFFERED else "too_many_found"
        params = {"words": words, "few": OFFERED}
        raise ValidationError(self.error_messages[code], code=code, params=params)


class PickField(_Searched):
    """One row of a table of any size; in a box of few they stand in the groups that `group` names, in their order."""

    widget = Picker

    def __init__(self, *args, group: Callable[[Any], Any] | None = None, **kwargs):
        self.group = group
        super().__init__(*args, **kwargs)

    def choices_of(self, rows: list[Model]) -> list[Any]:
        """The choices of a select box of these rows."""

        def pairs(some: Iterable[Model]) -> list[Any]:
            return [(self.prepare_value(row), self.label_from_instance(row)) for row in some]

        if self.group is None:
            return pairs(rows)
        return [(str(name), pairs(some)) for name, some in itertools.groupby(rows, self.group)]

    def to_python(self, value):
        return self.look_for(value) if isinstance(value, Words) else super().to_python(value)

    def rows_of(self, value: Any) -> list[Model]:
        """The row that is chosen by this value, if there is one."""
        if isinstance(value, Words):
            return []
        try:
            row = super().to_python(value)
        except ValidationError:
            return []
        return [row] if row else []


class PicksField(_Searched, RowsField):
    """Several rows of a table of any size."""

    widget = Picks

    def _check_values(self, value):
        words = _words_among(value)
        chosen = [one for one in value if not isinstance(one, Words)]
        return super()._check_values([*chosen, str(self.look_for(words).pk)] if words else chosen)

    def rows_of(self, value: Any) -> list[Model]:
        """Those of the rows that are chosen by these values."""
        keys = [key for key in value or [] if is_id(str(key))]
        return list(self.queryset.filter(pk__in=keys)) if keys else []


def by_words(*columns: str) -> Find:
    """A `find` that looks for every word in these columns, ignoring case and accents.

    Folded in Python: for tables of some thousands of rows.
    """

    def find(rows: QuerySet, words: str) -> QuerySet:
        searched = normalised(words).split()
        texts = ((pk, normalised(" ".join(row))) for pk, *row in rows.values_list("pk", *columns))
        fitting = [pk for pk, text in texts if all(word in text for word in searched)]
        return rows.filter(pk__in=fitting[: OFFERED + 1])

    return find


class PickFilter(django_filters.ModelChoiceFilter):
    """What narrows a list to what belongs to one row of a table of any size."""

    field_class = PickField
