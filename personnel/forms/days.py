"""Days that people type."""

import datetime as dt
from typing import TypeVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Day = TypeVar("Day", dt.date, dt.date | None)


def not_in_future(day: Day) -> Day:
    """Raises `ValidationError` for a day after today: a paper is recorded once it exists."""
    if day and day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet."))
    return day
