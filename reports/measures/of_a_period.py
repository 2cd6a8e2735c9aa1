"""Figures over days: who went, for how long, what ended early, and how long it took to fill a position."""

import datetime as dt

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from deployments.models.whereabouts import DeploymentQuerySet
from missions.models import Area, Mission
from personnel.models import Person
from reports.measures.measure import STAYS, Measure, Time, Unit, added_up, middle
from reports.measures.question import Question

ONE_DAY = dt.timedelta(days=1)


def deployments(question: Question) -> DeploymentQuerySet:
    """Deployments with a day of the period on which somebody was there; none of them a day to come."""
    last = min(question.last, question.today)
    found = question.stays_of_the_period().arrived().filter(arrived_on__lte=last)
    return found.still_there_on(question.first)


def _with_days(question: Question) -> QuerySet:
    """The same with `days`: how many of the period each was there, both ends included, through today."""
    last = min(question.last, question.today)
    left = Coalesce("departed_on", Value(last), output_field=DateField())
    until = Least(left, Value(last), output_field=DateField())
    since = Greatest(F("arrived_on"), Value(question.first), output_field=DateField())
    days = ExpressionWrapper(until - since + Value(ONE_DAY), output_field=DurationField())
    return deployments(question).annotate(days=days)


def _begun(question: Question) -> QuerySet:
    last = min(question.last, question.today)
    return question.stays_of_the_period().arrived().filter(arrived_on__range=(question.first, last))


def _ended(question: Question) -> QuerySet:
    last = min(question.last, question.today)
    return question.stays_of_the_period().returned().filter(departed_on__range=(question.first, last))


def _people(question: Question) -> QuerySet:
    return Person.objects.filter(pk__in=deployments(question).order_by().values("person"))


def _three_times(question: Question) -> QuerySet:
    stays = deployments(question).order_by().values("person").annotate(times=Count("pk"))
    return Person.objects.filter(pk__in=stays.filter(times__gte=3).values("person"))


def _missions(question: Question) -> QuerySet:
    return Mission.objects.filter(pk__in=deployments(question).order_by().values("mission"))


def _areas(question: Question) -> QuerySet:
    return Area.objects.filter(pk__in=deployments(question).with_area().order_by().values("area_then"))


def ending(question: Question) -> DeploymentQuerySet:
    """Deployments approved or in mission whose last day, as it is planned today, is in the period."""
    coming_back = question.stays_of_the_period().approved_or_in_mission()
    return coming_back.filter(last_day__range=(question.first, question.last))


def _filled(question: Question) -> QuerySet:
    """Deployments begun in the period from a position with a call, with `days` from the opening of the call on."""
    taken = ExpressionWrapper(F("arrived_on") - F("position__call_opens"), output_field=DurationField())
    called = _begun(question).filter(position__call_opens__lte=F("arrived_on"))
    return called.annotate(days=taken)


MEASURES = (
    Measure(
        "deployments",
        _("Deployments"),
        _("Deployments on which somebody was there on a day of the period, through today."),
        Time.PERIOD,
        deployments,
    ),
    Measure(
        "people",
        _("People deployed"),
        _(
            "Officers and civilians who were deployed on a day of the period, each counted once however often "
            "they went."
        ),
        Time.PERIOD,
        _people,
        of=Person,
    ),
    Measure(
        "three_times",
        _("Deployed three times or more"),
        _("People who were deployed on days of the period three times or more, each counted once."),
        Time.PERIOD,
        _three_times,
        of=Person,
    ),
    Measure(
        "arrivals",
        _("Arrivals"),
        _("Deployments on which somebody arrived in the period."),
        Time.PERIOD,
        _begun,
    ),
    Measure(
        "departures",
        _("Departures"),
        _("Deployments that somebody left in the period, as planned or early."),
        Time.PERIOD,
        _ended,
    ),
    Measure(
        "person_days",
        _("Person-days"),
        _(
            "The days of the period on which people were deployed, each person and day counted, both ends "
            "included, through today."
        ),
        Time.PERIOD,
        _with_days,
        number=added_up("days"),
        unit=Unit.DAYS,
        own="days",
        own_label=_("Days in the period"),
    ),
    Measure(
        "countries",
        _("Countries and regions"),
        _(
            "Countries and regions in which somebody was deployed on a day of the period; a stay is of the one to"
            " which its mission belonged on its first day."
        ),
        Time.PERIOD,
        _areas,
        of=Area,
    ),
    Measure(
        "missions",
        _("Missions"),
        _("Missions and postings to which somebody was deployed on a day of the period."),
        Time.PERIOD,
        _missions,
        of=Mission,
    ),
    Measure(
        "early_ends",
        _("Early ends"),
        _("Deployments that ended in the period before their time, for whatever reason."),
        Time.PERIOD,
        lambda question: _ended(question).exclude(end_reason=""),
    ),
    Measure(
        "ending",
        _("Deployments ending"),
        _("Deployments in mission or approved, as of today, whose planned last day is in the period."),
        Time.PERIOD,
        ending,
    ),
    Measure(
        "ending_without_successor",
        _("Ending without a successor"),
        _("Deployments ending in the period in posts that go on, and that nobody is planned to take over in time."),
        Time.PERIOD,
        lambda question: ending(question).without_successor(),
    ),
    Measure(
        "time_to_fill",
        _("Time to fill"),
        _(
            "The median of days from the opening of a position's call to the arrival of who took it, over the "
            "arrivals of the period."
        ),
        Time.PERIOD,
        _filled,
        number=middle("days"),
        unit=Unit.DAYS,
        own="days",
        own_label=_("Days since the call"),
        takes=STAYS,
    ),
)
