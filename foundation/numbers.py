"""Numbers that people type, as both languages write them, and within bounds: the form says so beside the field, and the
database keeps it.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from foundation.bilingual import reader_language
from foundation.text import one_line

_SPACES = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_COMMAS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"([+-]?\d*),(\d+)")


def plain(typed: str) -> str:
    """A number as Python reads it: 5 000 and, in English, 5,000 are 5000; 2,5 is 2.5 in both languages."""
    text = _SPACES.sub("", one_line(unicodedata.normalize("NFKC", typed)).replace("\N{MINUS SIGN}", "-"))
    if reader_language() == "en" and _COMMAS.fullmatch(text):
        return text.replace(",", "")
    return _DECIMAL_COMMA.sub(r"\1.\2", text) if _DECIMAL_COMMA.fullmatch(text) else text


class WholeNumber(forms.IntegerField):
    """A whole number as people type it. A browser's own number box would take neither spaces nor commas."""

    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "number-input"})

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = plain(value)
            if re.search(r"\.\d{3,}$", value):  # 5.000 is five to some, and five thousand to others
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DecimalNumber(forms.DecimalField):
    """A number as people type it, shown with the comma or point of the reader's language."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "number-input"})

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.is_localized = True

    def to_python(self, value: Any) -> Any:
        return super().to_python(plain(value) if isinstance(value, str) else value)


def number_formfield(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """The form field of a column; of a number, one that takes it as people type it."""
    if isinstance(field, models.IntegerField) and not field.choices:
        kwargs["form_class"] = WholeNumber
    elif isinstance(field, models.DecimalField):
        kwargs["form_class"] = DecimalNumber
    return field.formfield(**kwargs)


class NumberField(models.PositiveIntegerField):
    """A whole number from `least` through `most`.

    Django's own fields end where the engine ends, which for SQLite is far beyond what a number of days can be.
    """

    def __init__(self, *args, most: int, least: int = 0, **kwargs):
        self.least, self.most = least, most
        kwargs["validators"] = [MinValueValidator(least), MaxValueValidator(most)]
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["validators"]
        return name, path, args, kwargs | {"least": self.least, "most": self.most}

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        return f"{connection.ops.quote_name(str(self.column))} BETWEEN {self.least} AND {self.most}"

    def formfield(self, **kwargs):
        return super().formfield(
            **{"form_class": WholeNumber, "min_value": self.least, "max_value": self.most, **kwargs}
        )
