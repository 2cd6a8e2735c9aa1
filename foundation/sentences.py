"""Small pieces of the sentences that rules say."""

import datetime as dt
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from foundation.bilingual import reader_language


def day(value: dt.date) -> str:
    """ "2 March 2027", « 2 mars 2027 », « 1er mars 2027 »."""
    text = date_format(value)
    return text.replace("1 ", "1er ", 1) if value.day == 1 and reader_language() == "fr" else text


_MONTHS = (
    pgettext_lazy("month", "Jan"),
    pgettext_lazy("month", "Feb"),
    pgettext_lazy("month", "Mar"),
    pgettext_lazy("month", "Apr"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "Jun"),
    pgettext_lazy("month", "Jul"),
    pgettext_lazy("month", "Aug"),
    pgettext_lazy("month", "Sep"),
    pgettext_lazy("month", "Oct"),
    pgettext_lazy("month", "Nov"),
    pgettext_lazy("month", "Dec"),
)
"""Short, as people write them: those of Django are not, in French."""


def month_name(value: dt.date) -> str:
    """ "Jul", « juill. »."""
    return str(_MONTHS[value.month - 1])


def month_names() -> list[str]:
    """Those of the whole year."""
    return [str(name) for name in _MONTHS]


def stretches(ranges: Iterable[tuple[dt.date, dt.date]]) -> str:
    """ "from 1 March 2027 through 4 March 2027 and on 9 March 2027"."""
    parts = [
        _("on %(first)s") % {"first": day(first)}
        if first == last
        else _("from %(first)s through %(last)s") % {"first": day(first), "last": day(last)}
        for first, last in ranges
    ]
    return get_text_list(parts, _("and"))
