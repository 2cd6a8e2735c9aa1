"""Small pieces of the sentences that rules say."""

import datetime as dt
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foundation.bilingual import reader_language


def day(value: dt.date) -> str:
    """ "2 March 2027", « 2 mars 2027 », « 1er mars 2027 »."""
    text = date_format(value)
    return text.replace("1 ", "1er ", 1) if value.day == 1 and reader_language() == "fr" else text


def stretches(ranges: Iterable[tuple[dt.date, dt.date]]) -> str:
    """ "from 1 March 2027 through 4 March 2027 and on 9 March 2027"."""
    parts = [
        _("on %(first)s") % {"first": day(first)}
        if first == last
        else _("from %(first)s through %(last)s") % {"first": day(first), "last": day(last)}
        for first, last in ranges
    ]
    return get_text_list(parts, _("and"))
