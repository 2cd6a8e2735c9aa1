"""Dates of birth and of service that can be true, and those that somebody has to look at twice."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from personnel.expiry import age

YOUNGEST = 16
"""Years: nobody serves before that age. A guess of the office, so it can be ticked as checked."""


@dataclass(frozen=True)
class Doubt:
    """What is odd about the date in the field `about`. What is `impossible` cannot be ticked as checked."""

    about: str
    message: str | Promise
    impossible: bool = False


def doubts(born_on: dt.date | None, joined_on: dt.date | None, *, today: dt.date) -> list[Doubt]:
    """What is odd about the dates of a person: none in the future, born and in service at a likely age."""
    found = []
    if born_on and born_on > today:
        found.append(Doubt("born_on", _("This day has not come yet."), impossible=True))
    elif born_on and age(born_on, today) < YOUNGEST:
        found.append(Doubt("born_on", format_lazy(_("Born less than {years} years ago."), years=YOUNGEST)))
    if joined_on and joined_on > today:
        found.append(Doubt("joined_on", _("This day has not come yet."), impossible=True))
    elif born_on and joined_on and joined_on <= born_on:
        found.append(Doubt("joined_on", _("The service cannot begin before the birth."), impossible=True))
    elif born_on and joined_on and age(born_on, joined_on) < YOUNGEST:
        message = format_lazy(_("The service begins before the age of {years}."), years=YOUNGEST)
        found.append(Doubt("joined_on", message))
    return found
