"""The figures of the programme since its start: how many officers went to how many countries in how many missions."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from personnel.models import Person
from reports import saying
from reports.measures import MEASURES, Question, Time
from reports.measures.catalogue import answer
from reports.measures.question import since_the_start
from reports.tables.base import Linked, Opened, Report, Row, opened

FIGURES: tuple[tuple[str, Promise | str, str, dict[str, str]], ...] = (
    ("officers", _("Police officers"), "people", {"category": Person.Category.POLICE}),
    ("civilians", _("Civilians"), "people", {"category": Person.Category.CIVILIAN}),
    ("women", _("Women"), "people", {"gender": Person.Gender.WOMAN}),
    *((name, MEASURES[name].label, name, {}) for name in ("three_times", "deployments", "countries", "missions")),
    ("person_days", MEASURES["person_days"].label, "person_days", {}),
)
"""Each figure: its key, its name, its measure, and what narrows the question."""


def rows(question: Question) -> list[Row]:
    """One row for each figure of the period, and one for the first civilian."""
    found: list[Row] = []
    for key, label, name, of in FIGURES:
        asked = question.narrowed(**of)
        number = answer(name, asked).number
        counts = str(MEASURES[name].sentence)
        found.append({"key": key, "figure": str(label), "number": opened(name, asked, number), "counts": counts})
    first = _first_civilian(question)
    return [*found, first] if first else found


def _first_civilian(question: Question) -> Row | None:
    arrivals = MEASURES["arrivals"].rows(question.narrowed(category=Person.Category.CIVILIAN))
    stay = arrivals.order_by("arrived_on", "id").first()
    if stay is None:
        return None
    return {
        "key": "first_civilian",
        "figure": gettext("First civilian"),
        "number": Linked(stay.arrived_on.isoformat(), stay.get_absolute_url()),
        "counts": gettext("The first day in the period on which a civilian arrived."),
    }


def headline(question: Question, rows: list[Row]) -> SafeString:
    """The programme in one sentence, in round numbers that lead to the exact ones."""
    numbers = {row["key"]: row["number"] for row in rows}
    parts: dict[str, Callable[[int], str]] = {
        "officers": lambda number: ngettext("%(number)s police officer", "%(number)s police officers", number),
        "countries": lambda number: ngettext(
            "%(number)s country or region", "%(number)s countries and regions", number
        ),
        "missions": lambda number: ngettext(
            "%(number)s mission or posting", "%(number)s missions and postings", number
        ),
    }
    said = {key: _in_round_numbers(numbers[key], words) for key, words in parts.items()}
    if (question.first, question.last) == since_the_start(question.today):
        sentence = gettext("Deployed since {year}: {officers} to {countries} in {missions}.")
    else:
        sentence = gettext("{when}, deployed: {officers} to {countries} in {missions}.")
    when = saying.of_when(Time.PERIOD, question)
    return format_html(sentence, year=question.first.year, when=when, **said)


def _in_round_numbers(found: Opened, words: Callable[[int], str]) -> SafeString:
    number = int(found.number or 0)
    return format_html('<a href="{}">{}</a>', found.address, words(number) % {"number": saying.at_least(number)})


REPORT = Report(
    "programme",
    _("The programme since its start"),
    _(
        "How many officers and civilians went, to how many countries and in how many missions, how often and for how "
        "many days: since 1989, or over any other period."
    ),
    (("figure", _("Figure")), ("number", pgettext_lazy("figure", "Number")), ("counts", _("What it counts"))),
    rows,
    Time.PERIOD,
    takes=frozenset({"area", "mission", "service"}),
    period=since_the_start,
    headline=headline,
)
