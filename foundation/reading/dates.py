"""Days as lists write them, and whether the day or the month comes first in a column."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.reading.cells import Cell, NumberCell
from foundation.reading.values import words
from foundation.text import normalised, one_line


class Order(StrEnum):
    """How 03/04/1985 is read in a column."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    UNKNOWN = "unknown"


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
            "july juillet jul juil juill",
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
_WEEKDAY = re.compile(
    r"(?:le |the |on )?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day |(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?"
)
_TIME = (
    r"(?:(?:T| +)(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)(?: ?[ap]\.?m\.?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?$"
)
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME, re.IGNORECASE)
_NUMBERS = re.compile(
    r"(?P<first>\d{1,2}) ?[-/. ] ?(?P<second>\d{1,2}) ?[-/. ] ?(?P<year>\d{4})" + _TIME, re.IGNORECASE
)
_SHORT_YEAR = re.compile(r"\d{1,2} ?[-/. ] ?\d{1,2} ?[-/. ] ?\d{2}$")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})$")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2}) ?(?:er|e|st|nd|rd|th)? (?:de |of )?(?P<month>[a-z]+) (?P<year>\d{2}|\d{4})$")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<year>\d{2}|\d{4})$")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?$")
_FIRST_SERIAL = dt.date(1899, 12, 30)
_LAST_YEAR = 2099


def day(cell: Cell, order: Order) -> dt.date | None:
    """The day in a cell, None when it is empty: 2026-03-02, 2 mars 2026, 02-mars-2026, March 2, 2026, 15/03/2026.

    02/03/2026 is read by the order of its column, and refused where that is not known; a year of two digits is always
    refused. Raises `ValidationError`.
    """
    if isinstance(cell, dt.date):
        return cell
    typed = _typed(cell)
    if not typed:
        return None
    if parts := _ISO.match(typed) or _COMPACT.match(typed):
        return _calendar_day(parts["year"], parts["month"], parts["day"], typed, parts.groupdict())
    if parts := _NUMBERS.match(typed):
        first, second = parts["first"], parts["second"]
        month_first = order is Order.MONTH_FIRST or (
            order is Order.UNKNOWN and _can_be_only(parts) is Order.MONTH_FIRST
        )
        if order is Order.UNKNOWN and first != second and _is_ambiguous(parts):
            raise _two_days(typed)
        number, month = (second, first) if month_first else (first, second)
        return _calendar_day(parts["year"], month, number, typed, parts.groupdict())
    return _day_in_words(typed)


def _day_in_words(typed: str) -> dt.date:
    plain = _WEEKDAY.sub("", normalised(typed), count=1)
    parts = _DAY_MONTH.match(plain) or _MONTH_DAY.match(plain)
    is_month = parts is not None and parts["month"] in _MONTHS
    if _SHORT_YEAR.match(typed) or (parts and is_month and len(parts["year"]) == 2):
        raise ValidationError(
            _("Write the year of “%(value)s” with four digits, for instance 2027-03-02."),
            code="short_year",
            params={"value": typed[:60]},
        )
    if parts and is_month:
        return _calendar_day(parts["year"], _MONTHS[parts["month"]], parts["day"], typed, {})
    if (serial := _SERIAL.match(typed)) and 1900 < (found := _of_serial(serial[1])).year <= _LAST_YEAR:
        raise ValidationError(
            _("“%(value)s” looks like the number by which a spreadsheet keeps %(day)s. Format the column as a date."),
            params={"value": typed, "day": found.isoformat()},
        )
    raise ValidationError(
        _("“%(value)s” is not a recognized date. Write it as 2027-03-02."), params={"value": typed[:60]}
    )


def order_of(cells: Iterable[Cell], heading: str, *, mostly_french: bool) -> Order:
    """How a column writes its days: as its heading says, else as a cell shows that can be read in one order only.

    A column that shows both, or other than its heading says, has no order; nor has one that puts the month first below
    French headings. Where all can be read in both orders, the day is first in French lists, and nothing is known of
    others.
    """
    found = {_can_be_only(parts) for cell in cells if (parts := _numbers(cell))} - {Order.UNKNOWN}
    said = order_said(heading)
    if said is not Order.UNKNOWN:
        found.add(said)
    if not found:
        return Order.DAY_FIRST if mostly_french else Order.UNKNOWN
    if len(found) > 1 or (Order.MONTH_FIRST in found and mostly_french and said is Order.UNKNOWN):
        return Order.UNKNOWN
    return found.pop()


def order_said(heading: str) -> Order:
    """The order that a heading says: "Date of birth (dd/mm/yyyy)", « Né le (jj-mm-aaaa) », "MM/DD/YY"."""
    plain = f" {normalised(heading)} "
    if re.search(r" (?:d{1,2}|j{1,2}|day|jour) (?:m{1,3}|month|mois) (?:y+|a+|year|annee) ", plain):
        return Order.DAY_FIRST
    if re.search(r" (?:m{1,3}|month|mois) (?:d{1,2}|j{1,2}|day|jour) (?:y+|a+|year|annee) ", plain):
        return Order.MONTH_FIRST
    return Order.UNKNOWN


def _typed(cell: Cell) -> str:
    found = cell.number if isinstance(cell, NumberCell) else words(cell)
    return one_line(unicodedata.normalize("NFKC", found))


def _numbers(cell: Cell) -> re.Match[str] | None:
    return _NUMBERS.match(one_line(unicodedata.normalize("NFKC", cell[:60]))) if isinstance(cell, str) else None


def _can_be_only(parts: re.Match[str]) -> Order:
    """The one order in which the numbers are a day, or none."""
    first, second = int(parts["first"]), int(parts["second"])
    if 12 < first <= 31 and second <= 12:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if 12 < second <= 31 and first <= 12 else Order.UNKNOWN


def _is_ambiguous(parts: re.Match[str]) -> bool:
    return 1 <= int(parts["first"]) <= 12 and 1 <= int(parts["second"]) <= 12


def _calendar_day(year: str, month: str | int, number: str, typed: str, parts: dict[str, str | None]) -> dt.date:
    if parts.get("zone") and (parts.get("time") or "").strip("0:.,"):
        raise _two_days(typed)  # in another zone it is another day
    try:
        return dt.date(int(year), int(month), int(number))
    except ValueError:
        raise ValidationError(
            _("“%(value)s” is not a date that exists."), code="no_such_day", params={"value": typed[:60]}
        ) from None


def _two_days(typed: str) -> ValidationError:
    return ValidationError(
        _("“%(value)s” can mean two different dates. Write it as 2027-03-02."),
        code="two_days",
        params={"value": typed[:60]},
    )


def _of_serial(days: str) -> dt.date:
    return _FIRST_SERIAL + dt.timedelta(days=int(days))
