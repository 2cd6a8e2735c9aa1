"""Strength at the end of each month, in the columns in which the United Nations publishes what countries contribute."""

import calendar
import datetime as dt
from collections import Counter

from django.db.models import Count, DateField, Expression, ExpressionWrapper, F, Value
from django.db.models.functions import ExtractMonth, ExtractYear, Greatest, Least
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from missions.models import Mission
from missions.models.names import named_as_of
from missions.models.succession import areas_on
from personnel.models import Person, PoliceService
from reports.measures import Question, Time
from reports.tables.base import Linked, Report, Row, opened

ONE_DAY = dt.timedelta(days=1)
MONTHS = 12
ISO_CODE = "CAN"

TYPES = {Person.Category.POLICE: _("Individual police officers"), Person.Category.CIVILIAN: _("Civilians")}
GENDERS = {
    "women": (Person.Gender.WOMAN, _("Female personnel")),
    "men": (Person.Gender.MAN, _("Male personnel")),
    "another": (Person.Gender.ANOTHER, _("Another gender")),
    "not_said": (Person.Gender.NOT_SAID, _("Gender not said")),
}


def last_month_ended(day: dt.date) -> tuple[dt.date, dt.date]:
    """The last month that had ended by the evening of a day."""
    last = day if day == _month_end(day) else day.replace(day=1) - ONE_DAY
    return last.replace(day=1), last


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_ends(question: Question) -> list[dt.date]:
    """The last day of each month in the period, none of them a day to come."""
    end, found = _month_end(question.first), []
    while end <= min(question.last, question.today):
        found.append(end)
        end = _month_end(end + ONE_DAY)
    return found


def index(day: dt.date) -> int:
    """The number of the month of a day, counted without years."""
    return day.year * MONTHS + day.month


def _index_of(day: Expression | F) -> Expression:
    return ExtractYear(day) * Value(MONTHS) + ExtractMonth(day)


def counted(question: Question, ends: list[dt.date], *by: str) -> Counter:
    """How many were there at the end of which month, by (its number, *values of the fields); one query.

    Those who came in one month and left in one other are one row: they were there at the end of each month between.
    """
    day_after = ExpressionWrapper(F("stay_ends") + Value(ONE_DAY), output_field=DateField())
    groups = (
        question.stays()
        .deployed_during(ends[0], ends[-1], today=question.today)
        .order_by()
        .annotate(
            since=Greatest(_index_of(F("first_day")), Value(index(ends[0]))),
            until=Least(_index_of(day_after), Value(index(ends[-1]) + 1)),
        )
        .values_list("since", "until", *by)
        .annotate(number=Count("pk"))
    )
    found: Counter = Counter()
    for since, until, *of, number in groups:
        for month in range(since, until):
            found[(month, *of)] += number
    return found


def rows(question: Question) -> list[Row]:
    """One row for each month, mission, service and type of personnel of which somebody was there at its end."""
    ends = month_ends(question)
    if not ends:
        return []
    heads = counted(question, ends, "mission", "service", "person__category", "person__gender")
    missions = Mission.objects.select_related("area").in_bulk({key[1] for key in heads})
    services = PoliceService.objects.in_bulk({key[2] for key in heads})
    areas_on(missions.values(), ends[0])  # and with them the areas of all later days
    named_as_of([*missions.values(), *services.values()], question.on, today=question.today)
    by_index = {index(end): end for end in ends}

    def place(key: tuple) -> tuple:
        month, mission, service, category = key
        return month, missions[mission].code, services[service].code, list(TYPES).index(category)

    return [
        _row(question.narrowed(on=by_index[month]), missions[mission], services[service], category, heads, month)
        for month, mission, service, category in sorted({key[:4] for key in heads}, key=place)
        if question.area in {None, missions[mission].area_on(by_index[month])}
    ]


def _row(
    question: Question, mission: Mission, service: PoliceService, category: str, counts: Counter, month: int
) -> Row:
    there = question.narrowed(mission=mission, service=service, category=category)
    heads = {gender: counts[month, mission.pk, service.pk, category, gender] for gender, _label in GENDERS.values()}
    return {
        "month_end": question.on,
        "country": gettext("Canada"),
        "iso_code": ISO_CODE,
        "mission": Linked(mission.name, mission.get_absolute_url()),
        "service": Linked(service.name, service.get_absolute_url()),
        "type": str(TYPES[Person.Category(category)]),
        **{
            key: opened("deployed", there.narrowed(gender=gender), heads[gender])
            for key, (gender, _label) in GENDERS.items()
        },
        "total": opened("deployed", there, sum(heads.values())),
    }


def _of_one_month(question: Question) -> Question | None:
    """The strengths of several months cannot be added up: who stays is in each of them."""
    ends = month_ends(question)
    return question.narrowed(on=ends[0]) if len(ends) == 1 else None


REPORT = Report(
    "month_ends",
    _("Month-end strength"),
    _(
        "Who was deployed on the last day of each month of the period, by mission, police service and type of "
        "personnel, in the columns in which the United Nations publishes what countries contribute."
    ),
    (
        ("month_end", _("Last day of the month")),
        ("country", _("Contributing country")),
        ("iso_code", _("ISO code")),
        ("mission", _("Mission")),
        ("service", _("Police service")),
        ("type", _("Personnel type")),
        *((key, label) for key, (_gender, label) in GENDERS.items()),
        ("total", _("Total personnel")),
    ),
    rows,
    Time.PERIOD,
    takes=frozenset({"area", "mission", "service", "category"}),
    period=last_month_ended,
    added_up={
        **{key: ("deployed", {"gender": gender}) for key, (gender, _label) in GENDERS.items()},
        "total": "deployed",
    },
    totals_of=_of_one_month,
)
