"""From what stands in a cell to a value. What cannot be is said lazily, to be told in either language."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from deployments.importing.reading import Cell
from foundation.text import normalised

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january janvier jan janv",
            "february fevrier feb fev fevr",
            "march mars mar",
            "april avril apr avr",
            "may mai",
            "june juin jun",
            "july juillet jul juil",
            "august aout aug",
            "september septembre sep sept",
            "october octobre oct",
            "november novembre nov",
            "december decembre dec",
        ],
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?$")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$")
_WORDS = re.compile(r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)? (?P<month>[a-z]+) (?P<year>\d{4})$")
_ENGLISH = re.compile(r"(?P<month>[a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<year>\d{4})$")


def day(cell: Cell, *, day_first: bool) -> dt.date | None:
    """A day as people and programs write it: 2026-03-02, 2 mars 2026, March 2, 2026, 15/03/2026.

    02/03/2026 is read as 2 March in a list with French headings (`day_first`) and refused in others; a year of two
    figures is always refused. Raises `ValidationError`.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, dt.date):
        return cell
    text = cell.strip()
    if match := _ISO.match(text):
        return _made(*match.groups(), cell)
    if match := _NUMBERS.match(text):
        return _of_numbers(*match.groups(), cell, day_first=day_first)
    words = normalised(text.replace(",", " "))
    if match := _WORDS.match(words) or _ENGLISH.match(words):
        told = match.groupdict()
        return _made(told["year"], _MONTHS.get(told["month"], 0), told["day"], cell)
    raise ValidationError(
        _("“%(value)s” is no day in a form that is known. Write it as 2027-03-02."), params={"value": cell}
    )


def _of_numbers(first: str, second: str, year: str, cell: str, *, day_first: bool) -> dt.date:
    if int(first) > 12 or day_first or first == second:
        return _made(year, second, first, cell)
    if int(second) > 12:
        return _made(year, first, second, cell)
    raise ValidationError(_("“%(value)s” may be two days. Write it as 2027-03-02."), params={"value": cell})


def _made(year, month, number, cell: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(number))
    except ValueError:
        raise ValidationError(_("There is no such day: “%(value)s”."), params={"value": cell}) from None


_SHORT = {
    "police": {"p", "police", "policier", "policiere", "officer"},
    "civilian": {"c", "civilian", "civil", "civile"},
    "woman": {"f", "w", "female", "femme", "woman"},
    "man": {"m", "h", "male", "homme", "man"},
    "another": {"x", "another", "autre", "other"},
    "not_said": {"not said", "non precise"},
    "en": {"en", "e", "english", "anglais"},
    "fr": {"fr", "f", "french", "francais"},
}


def choice(cell: Cell, choices: type[models.TextChoices]) -> str:
    """The value of a choice by code, by name in either language or by a usual short form. Raises `ValidationError`."""
    words = normalised(str(cell or ""))
    if not words:
        return ""
    for value in choices.values:
        if words == value.replace("_", " ") or words in _SHORT.get(value, set()) or words == normalised(value):
            return value
    for value, label in both_languages(choices):
        if words == label:
            return value
    raise ValidationError(_("“%(value)s” is not among the choices."), params={"value": str(cell)[:60]})


def both_languages(choices: type[models.TextChoices]) -> list[tuple[str, str]]:
    """(value, name without case and accents) of each choice in each language."""
    found = []
    for language in ("en-ca", "fr-ca"):
        with translation.override(language):
            found += [(value, normalised(str(label))) for value, label in choices.choices]
    return found
