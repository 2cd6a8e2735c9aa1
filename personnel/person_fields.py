"""The form fields of a person's typed values, shared by the form of one person and by imported lists."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.days import DayField
from personnel.models import Person

VALUES = [
    "category",
    "given_name",
    "family_name",
    "service",
    "service_number",
    "rank",
    "gender",
    "first_language",
    "born_on",
    "joined_on",
    "state",
]
"""What a record says of a person itself: typed in its form, and chosen from either record when two are merged."""

PERSON_FIELDS: dict[str, forms.Field] = {
    **forms.fields_for_model(Person, ["given_name", "family_name", "service_number"]),
    "born_on": DayField(label=_("Date of birth"), required=False, earliest=dt.date(1920, 1, 1)),
    "joined_on": DayField(label=_("Start of service"), required=False, earliest=dt.date(1940, 1, 1)),
}
"""Name of an attribute of `Person` → the field whose `clean()` checks its text."""
