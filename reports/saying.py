"""Figures in words: "Deployed on 5 September 2019, all missions: 83"."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.sentences import day as in_words
from reports.measures import Answer, Measure, Number, Question, Time, Unit
from reports.measures.question import EMPTY


def figure(value: Number) -> str:
    """A number as the reader's language writes it: "1,234", « 1 234 », "36.9"."""
    if value is None:
        return ""
    rounded = round(value, 1)
    decimals = 0 if rounded == int(rounded) else 1
    return number_format(rounded, decimal_pos=decimals, force_grouping=True)


def per_cent(value: float) -> str:
    """ "12.5%", « 12,5 % »."""
    return _("%(number)s%%") % {"number": figure(value)}


def at_least(value: int) -> str:
    """A number rounded down to the hundred: "over 4,000"; as it is where it is less than that, or round."""
    rounded = value // 100 * 100
    return _("over %(number)s") % {"number": figure(rounded)} if 0 < rounded < value else figure(value)


def number(found: Answer) -> str:
    """The number as a sentence says it: "83", "12.5 %", "41 days"; in words where nothing can be said."""
    value = found.number
    if value is None:
        return _("none") if found.measure.is_known(found.question) else _("not known")
    said, unit = figure(value), found.measure.unit
    if unit is Unit.PER_CENT:
        return per_cent(value)
    if unit is Unit.DAYS:
        return ngettext("%(number)s day", "%(number)s days", int(value)) % {"number": said}
    return said


def of_when(time: Time, question: Question) -> str:
    """ "On 5 September 2019", "From 1 April 2019 through 31 March 2020"."""
    if time is Time.DAY:
        return _("On %(day)s") % {"day": in_words(question.on)}
    return _("From %(first)s through %(last)s") % {"first": in_words(question.first), "last": in_words(question.last)}


def sentence(found: Answer, of: Iterable[str] = ()) -> str:
    """What is counted, of which time, of whom and where, and the number."""
    question = found.question
    if found.measure.time is Time.DAY:
        return on_a_day(str(found.measure.label), question.on, of, number(found))
    said = {"figure": found.measure.label, "what": _what(of), "number": number(found)}
    days = {"first": in_words(question.first), "last": in_words(question.last)}
    return _("%(figure)s from %(first)s through %(last)s, %(what)s: %(number)s") % {**said, **days}


def on_a_day(figure: str, day: dt.date, of: Iterable[str], number: str) -> str:
    """ "Deployed on 5 September 2019, all missions: 83"."""
    said = {"figure": figure, "day": in_words(day), "what": _what(of), "number": number}
    return _("%(figure)s on %(day)s, %(what)s: %(number)s") % said


def of_any_day(figure: str, of: Iterable[str], number: str) -> str:
    """ "Returned, MINUSMA: 12"."""
    return _("%(figure)s, %(what)s: %(number)s") % {"figure": figure, "what": _what(of), "number": number}


def _what(of: Iterable[str]) -> str:
    return ", ".join(of) or _("all missions")


def address(found: Answer) -> str:
    """The address of the list of exactly the rows that make the number."""
    return rows_at(found.measure, found.question)


def rows_at(measure: Measure, question: Question) -> str:
    """The same without asking: the address at which a measure answers a question."""
    question, asked = question.only(measure.takes), {}
    if measure.time is Time.PERIOD:
        asked = {"first": question.first.isoformat(), "last": question.last.isoformat()}
    for name, empty in EMPTY.items():
        value = getattr(question, name)
        if value != empty:
            asked[name] = getattr(value, "pk", value)
    if question.on != question.today:
        asked["on"] = question.on.isoformat()
    page = reverse("figure_detail", args=[measure.name])
    return f"{page}?{urlencode(asked)}" if asked else page
