"""From a cell to a value. Error messages are lazy, because they are stored in both languages."""

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
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:[ T]00:00(?::00)?)?$")
_NUMBERS = re.compile(r"(?P<first>\d{1,2})[-/. ](?P<second>\d{1,2})[-/. ](?P<year>\d{4})$")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)? (?P<month>[a-z]+) (?P<year>\d{4})$")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<year>\d{4})$")


def text_of(cell: Cell) -> str:
    """The text of a cell, without the apostrophe that exports put before anything that looks like a formula."""
    text = "" if cell is None else str(cell)
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        text = text[1:]
    return text.strip()


def day(cell: Cell, *, day_first: bool) -> dt.date | None:
    """The date in a cell, None when it is empty: 2026-03-02, 2 mars 2026, March 2, 2026, 15/03/2026.

    02/03/2026 is read as 2 March in a list with French headings (`day_first`) and refused in others; a year of two
    digits is always refused. Raises `ValidationError`.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, dt.date):
        return cell
    text = cell.strip()
    if parts := _ISO.match(text):
        return _calendar_day(parts["year"], parts["month"], parts["day"], cell)
    if parts := _NUMBERS.match(text):
        return _day_of_numbers(parts["first"], parts["second"], parts["year"], cell, day_first=day_first)
    words = normalised(text.replace(",", " "))
    if parts := _DAY_MONTH.match(words) or _MONTH_DAY.match(words):
        # A word that is no month becomes month 0, so that `_calendar_day` refuses it like 31 February.
        return _calendar_day(parts["year"], _MONTHS.get(parts["month"], 0), parts["day"], cell)
    raise ValidationError(
        _("“%(value)s” is no day in a form that is known. Write it as 2027-03-02."), params={"value": cell}
    )


def _day_of_numbers(first: str, second: str, year: str, cell: str, *, day_first: bool) -> dt.date:
    if int(first) > 12 or day_first or first == second:
        return _calendar_day(year, second, first, cell)
    if int(second) > 12:
        return _calendar_day(year, first, second, cell)
    raise ValidationError(_("“%(value)s” may be two days. Write it as 2027-03-02."), params={"value": cell})


def _calendar_day(year: str, month: str | int, number: str, cell: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(number))
    except ValueError:
        raise ValidationError(_("There is no such day: “%(value)s”."), params={"value": cell}) from None


_SHORT_FORMS = {
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
    """The value of a choice by code, name in either language or usual short form; "" when the cell is empty.

    Raises `ValidationError`.
    """
    words = normalised(str(cell or ""))
    if not words:
        return ""
    for value in choices.values:
        if words == value.replace("_", " ") or words in _SHORT_FORMS.get(value, set()) or words == normalised(value):
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
