"""The figures that parliament asks for, as of one day; what is to be made public tells of no small group of people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from personnel.models import Person
from reports.measures import MEASURES, Answer, Question, Time
from reports.measures.catalogue import answer
from reports.tables.base import Report, Row, opened

SMALLEST = 5
"""Of fewer people than so many nothing is made public."""

PEOPLE, PLACES = _("people"), pgettext_lazy("cap", "places")
PER_CENT = pgettext_lazy("unit", "%")


@dataclass(frozen=True)
class Figure:
    """One line: the measure, what it is called and counts where that is more than the measure says, and its unit.

    `narrowed` makes its question. Of people who are `part` of those deployed also the others are told by its number.
    """

    name: str
    unit: Promise | str
    label: Promise | str = ""
    counts: Promise | str = ""
    narrowed: Callable[[Question], Question] = lambda question: question
    part: bool = False


def _of_the_day(question: Question) -> Question:
    return question.narrowed(first=question.on, last=question.on)


def _officers_since_the_start(question: Question) -> Question:
    return question.since_the_start().narrowed(category=Person.Category.POLICE)


FIGURES = (
    Figure("deployed", PEOPLE),
    Figure("deployed_in_missions", PEOPLE, part=True),
    Figure("deployed_at_postings", PEOPLE, part=True),
    Figure(
        "countries",
        _("countries and regions"),
        counts=_("Countries and regions in which somebody was deployed on the day."),
        narrowed=_of_the_day,
    ),
    Figure(
        "missions",
        _("missions and postings"),
        counts=_("Missions and postings to which somebody was deployed on the day."),
        narrowed=_of_the_day,
    ),
    Figure(
        "people",
        PEOPLE,
        _("Police officers since 1989"),
        _("Police officers who were deployed on a day from 1989 through the day, each counted once."),
        _officers_since_the_start,
    ),
    Figure("women", PEOPLE, part=True),
    Figure("share_of_women", PER_CENT, part=True),
    Figure("civilians", PEOPLE, part=True),
    Figure("partner_share", PER_CENT, part=True),
    Figure("french_speaking", PEOPLE, part=True),
    Figure("authorized", PLACES),
    Figure("free", PLACES),
)


def rows(question: Question) -> list[Row]:
    """One row for each figure, with what it counts; a number that is not to be made public is withheld in words."""
    public = bool(question.public)
    question = question.narrowed(public=None)
    asked = {figure.name: answer(figure.name, figure.narrowed(question)) for figure in FIGURES}
    whole = int(asked["deployed"].number or 0)
    taken = answer("places_taken", question).number if public else 0
    found = []
    for figure in FIGURES:
        said = asked[figure.name]
        withheld = public and _tells_of_few(figure, said, whole, int(taken or 0))
        found.append(
            {
                "figure": str(figure.label or said.measure.label),
                "number": gettext("withheld") if withheld else _number(figure, said),
                "unit": str(figure.unit),
                "counts": str(figure.counts or said.measure.sentence),
            }
        )
    return found


def _number(figure: Figure, said: Answer) -> Any:
    return opened(figure.name, said.question, said.number)


def _tells_of_few(figure: Figure, said: Answer, whole: int, taken: int) -> bool:
    """Whether the number says of fewer than five people that they are there, or are the others."""
    if figure.name == "free":
        return _is_small(taken)
    if figure.unit not in {PEOPLE, PER_CENT}:
        return False
    people = int(said.number or 0) if MEASURES[figure.name].share_of == "" else said.rows.count()
    return _is_small(people) or (figure.part and _is_small(whole - people))


def _is_small(people: int) -> bool:
    return 0 < people < SMALLEST


REPORT = Report(
    "snapshot",
    _("Parliamentary snapshot"),
    _(
        "The figures that parliament and the press ask for, as of one day, each with what it counts. In one that is to "
        "be made public a number is withheld from which fewer than five people could be told."
    ),
    (
        ("figure", _("Figure")),
        ("number", pgettext_lazy("figure", "Number")),
        ("unit", _("Unit")),
        ("counts", _("What it counts")),
    ),
    rows,
    Time.DAY,
    takes=frozenset({"public"}),
    of_the_office=True,
)
