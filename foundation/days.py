"""Days as people type them, and what was understood said back."""

import datetime as dt
import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from foundation.numbers import number_formfield
from foundation.reading import dates
from foundation.sentences import day
from foundation.text import normalised, one_line

EARLIEST = dt.date(1980, 1, 1)
LATEST = dt.date(2099, 12, 31)
"""No day of the office lies outside: the first police peace operation was in 1989. Dates of birth go further back."""


NO_DAY = _lazy("Enter a date, for example 2027-03-02.")
_FROM_TODAY = re.compile(r"\+ ?(\d{1,5})")
_NAMED = {"today": 0, "aujourdhui": 0, "tomorrow": 1, "demain": 1}
_SAID_OF_ITSELF = {"short_year", "no_such_day"}
"""What the reading of dates refuses in a sentence that serves beside a field, too."""


def understood(typed: str, *, today: dt.date) -> dt.date:
    """The day that somebody typed: 2027-01-03, 20270103, 3 jan 2027, 3 janv. 2027, January 3, 2027, +30, today, demain.

    Raises `ValidationError` for what is no day, and for what may be two: 03/04/2027.
    """
    typed = one_line(typed)
    after = _NAMED.get(normalised(typed))
    if (counted := _FROM_TODAY.fullmatch(typed)) is not None:
        after = int(counted[1])
    if after is not None:
        return today + dt.timedelta(days=after)
    try:
        found = None if ":" in typed else dates.day(typed, dates.Order.UNKNOWN)
    except ValidationError as error:
        if error.code == "two_days":
            raise _two_days(typed) from None
        if error.code in _SAID_OF_ITSELF:
            raise
        found = None
    if found is None:
        raise ValidationError(NO_DAY, code="invalid")
    return found


def _two_days(typed: str) -> ValidationError:
    one, other, year = (int(part) for part in re.findall(r"\d+", typed))
    either = [dt.date(year, other, one), dt.date(year, one, other)]
    said = _("%(typed)s may be %(one)s or %(other)s. Enter %(first)s or %(second)s.")
    names = {"typed": typed, "one": day(either[0]), "other": day(either[1])}
    return ValidationError(said % {**names, "first": either[0], "second": either[1]}, code="two_days")


def said_back(value: dt.date, first: dt.date | None = None, last: dt.date | None = None) -> str:
    """ "Sunday 3 January 2027 · day 1 of 365": the day in words, and which one it is of a stay whose days are known."""
    said = f"{date_format(value, 'l')} {day(value)}"
    if first is None or last is None or not first <= value <= last:
        return said
    place = {"n": (value - first).days + 1, "all": (last - first).days + 1}
    return f"{said} · " + _("day %(n)s of %(all)s") % place


class DayField(forms.DateField):
    """A day as `understood`; `static/js/site.js` adds the browser's calendar and says back what was understood."""

    widget = forms.DateInput(
        format="%Y-%m-%d", attrs={"autocomplete": "off", "data-day": "", "class": "day", "maxlength": 40}
    )
    default_error_messages = {"invalid": NO_DAY}

    def __init__(self, *, earliest: dt.date = EARLIEST, latest: dt.date = LATEST, **kwargs):
        kwargs.setdefault("help_text", _lazy("For example 2027-03-02"))
        super().__init__(**kwargs)
        message = format_lazy(
            _lazy("Enter a day from {first} through {last}."), first=earliest.isoformat(), last=latest.isoformat()
        )
        self.validators += [MinValueValidator(earliest, message), MaxValueValidator(latest, message)]

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str) and value.strip():
            return understood(value, today=timezone.localdate())
        return super().to_python(value.strip() if isinstance(value, str) else value)


def day_formfield(field, **kwargs):
    """`formfield_callback` of model forms: a date is typed as a `DayField`, a number as `foundation.numbers` says."""
    if field.get_internal_type() == "DateField":
        kwargs["form_class"] = DayField
    return number_formfield(field, **kwargs)


class DayFilter(django_filters.Filter):
    """A list filter on a day, typed as everywhere."""

    field_class = DayField
