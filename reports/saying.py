"""Figures in words: "Deployed on 5 September 2019, all missions: 83"."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.sentences import day as in_words
from reports.measures import Answer, Time
from reports.measures.measure import Unit
from reports.measures.question import EMPTY


def number(found: Answer) -> str:
    """The number as a sentence says it: "83", "12.5 %", "41 days"; in words where nothing can be said."""
    value = found.number
    if value is None:
        return _("not known") if not found.measure.is_known(found.question) else _("none")
    unit = found.measure.unit
    said = number_format(round(value, 1), decimal_pos=None if value == int(value) else 1, force_grouping=True)
    if value == int(value):
        said = number_format(int(value), force_grouping=True)
    if unit is Unit.PER_CENT:
        return _("%(number)s%%") % {"number": said}
    if unit is Unit.DAYS:
        return ngettext("%(number)s day", "%(number)s days", int(value)) % {"number": said}
    return said


def sentence(found: Answer, of: Iterable[str] = ()) -> str:
    """What is counted, of which time, of whom and where, and the number."""
    question = found.question
    what = ", ".join(of) or _("all missions")
    said = {"figure": found.measure.label, "what": what, "number": number(found)}
    if found.measure.time is Time.DAY:
        return _("%(figure)s on %(day)s, %(what)s: %(number)s") % {**said, "day": in_words(question.on)}
    days = {"first": in_words(question.first), "last": in_words(question.last)}
    return _("%(figure)s from %(first)s through %(last)s, %(what)s: %(number)s") % {**said, **days}


def address(found: Answer) -> str:
    """The address of the list of exactly the rows that make the number."""
    question, asked = found.question, {}
    if found.measure.time is Time.PERIOD:
        asked = {"first": question.first.isoformat(), "last": question.last.isoformat()}
    for name, empty in EMPTY.items():
        value = getattr(question, name)
        if value != empty:
            asked[name] = getattr(value, "pk", value)
    if question.on != question.today:
        asked["on"] = question.on.isoformat()
    page = reverse("figure_detail", args=[found.measure.name])
    return f"{page}?{urlencode(asked)}" if asked else page
