"""Days as people type them."""

import datetime as dt

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

EARLIEST = dt.date(1980, 1, 1)
LATEST = dt.date(2099, 12, 31)
"""No day of the office lies outside: the first police peace operation was in 1989. Dates of birth go further back."""


class DayField(forms.DateField):
    """A day typed as 2027-03-02; `static/js/site.js` adds the browser's calendar beside it."""

    widget = forms.DateInput(
        format="%Y-%m-%d", attrs={"autocomplete": "off", "data-day": "", "class": "day", "maxlength": 10}
    )
    default_error_messages = {"invalid": _("Enter a day that exists, in the form 2027-03-02.")}

    def __init__(self, *, earliest: dt.date = EARLIEST, latest: dt.date = LATEST, **kwargs):
        kwargs.setdefault("help_text", _("For instance 2027-03-02"))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        message = format_lazy(
            _("Enter a day from {first} through {last}."), first=earliest.isoformat(), last=latest.isoformat()
        )
        self.validators += [MinValueValidator(earliest, message), MaxValueValidator(latest, message)]


def day_formfield(field, **kwargs):
    """`formfield_callback` of model forms: every date of a model is typed as a `DayField`."""
    if field.get_internal_type() == "DateField":
        kwargs["form_class"] = DayField
    return field.formfield(**kwargs)


class DayFilter(django_filters.Filter):
    """A list filter on a day, typed as everywhere."""

    field_class = DayField
