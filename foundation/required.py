"""What is missing in a form, in its own words: "Choose a mission.", « Choisissez une mission. »

One place for all forms, those of the administration and of libraries too: instead of the framework's one sentence.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from foundation.days import DayField

OF_EVERY_FORM = forms.Field.default_error_messages["required"]

TO_CHOOSE: dict[str, Promise] = {
    "category": _lazy("Choose a category."),
    "end_reason": _lazy("Choose a reason."),
    "first_language": _lazy("Choose the first official language."),
    "gender": _lazy("Choose a gender."),
    "kind": _lazy("Choose a kind."),
    "language": _lazy("Choose a language."),
    "lead": _lazy("Choose a lead organization."),
    "level": _lazy("Choose a level."),
    "mission": _lazy("Choose a mission."),
    "position": _lazy("Choose a position."),
    "reason": _lazy("Choose a reason."),
    "reason_code": _lazy("Choose a reason."),
    "result": _lazy("Choose a result."),
    "role": _lazy("Choose a role."),
    "service": _lazy("Choose a police service."),
    "state": _lazy("Choose a state."),
    "status": _lazy("Choose a state."),
    "stream": _lazy("Choose a stream."),
    "to": _lazy("Choose a person."),
    "why": _lazy("Choose a reason."),
}
TO_TYPE: dict[str, Promise] = {
    "cap": _lazy("Enter the number of places."),
    "code": _lazy("Enter a code."),
    "email": _lazy("Enter an e-mail address."),
    "ends_on": _lazy("Enter the last day."),
    "family_name": _lazy("Enter a family name."),
    "first": _lazy("Enter the first day."),
    "first_day": _lazy("Enter the first day."),
    "from_day": _lazy("Enter the first day."),
    "issued_on": _lazy("Enter the date of issue."),
    "last_day": _lazy("Enter the last day."),
    "login": _lazy("Enter your e-mail address."),
    "name": _lazy("Enter a name."),
    "name_en": _lazy("Enter a name in English."),
    "name_fr": _lazy("Enter a name in French."),
    "number": _lazy("Enter a number."),
    "on_day": _lazy("Enter the day."),
    "password": _lazy("Enter your password."),
    "places": _lazy("Enter the number of places."),
    "reason": _lazy("Give a reason."),
    "reference": _lazy("Enter a reference."),
    "sentence": _lazy("Give a reason."),
    "starts_on": _lazy("Enter the first day."),
    "tested_on": _lazy("Enter the date of the test."),
    "telephone": _lazy("Enter a telephone number."),
    "title_en": _lazy("Enter a title in English."),
    "title_fr": _lazy("Enter a title in French."),
    "until": _lazy("Enter the last day."),
    "valid_from": _lazy("Enter the first day."),
}
"""Name of a field → what is missing; others are called by their labels."""


def missing(name: str, field: forms.Field, label: Any) -> str:
    """The sentence for a field that was left empty: by its name, else by its kind with its label."""
    named = TO_CHOOSE if isinstance(field, forms.ChoiceField) else TO_TYPE
    if name in named:
        return str(named[name])
    if isinstance(field, forms.FileField):
        return _("Choose a file.")
    return _sentence(field) % {"label": label}


def _sentence(field: forms.Field) -> str:
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return _("Choose at least one under “%(label)s”.")
    if isinstance(field, forms.ChoiceField):
        return _("Choose an answer under “%(label)s”.")
    if isinstance(field, forms.BooleanField):
        return _("Tick the box.")
    if isinstance(field, DayField):
        return _("Enter a date under “%(label)s”.")
    return _("Fill in “%(label)s”.")


def say_what_is_missing(form: forms.BaseForm) -> None:
    """Give the errors of a form their own words; a field that has its own sentence keeps it."""
    for name, errors in form.errors.items():
        if name in form.fields:
            for place, error in enumerate(errors.data):
                if isinstance(error, ValidationError) and error.code == "required" and error.message == OF_EVERY_FORM:
                    said = missing(name, form.fields[name], form[name].label)
                    errors.data[place] = ValidationError(said, code="required")


def install() -> None:
    """Have every form say what is missing once it was looked at."""
    look = forms.BaseForm.full_clean

    def full_clean(self: forms.BaseForm) -> None:
        look(self)
        say_what_is_missing(self)

    forms.BaseForm.full_clean = full_clean  # type: ignore[method-assign]
