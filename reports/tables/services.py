"""Who was sent by each police service, fiscal year by fiscal year."""

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from missions.models.names import named_as_of
from personnel.models import Person, PoliceService
from reports.measures import MEASURES, Question, Time
from reports.measures.of_a_period import deployments
from reports.tables.base import Linked, Report, Row, opened
from reports.tables.series import fiscal_years, last_fiscal_years, named, numbers


def rows(question: Question) -> list[Row]:
    """One row for each fiscal year of the period and each service from which somebody was deployed in it.

    A stay is of the service of that time: a person who changed services is counted in each.
    """
    years = fiscal_years(question)
    people = numbers(deployments, years, "service", "person__category", what=Count("person", distinct=True))
    stays = numbers(deployments, years, "service")
    arrivals = numbers(MEASURES["arrivals"].rows, years, "service")
    days = numbers(MEASURES["person_days"].rows, years, "service", what=Sum("days"))
    services = PoliceService.objects.in_bulk({service for _place, service in stays})
    named_as_of(services.values(), question.on, today=question.today)
    found = []
    for place, service in sorted(stays, key=lambda key: (key[0], services[key[1]].code)):
        year, key = years[place].narrowed(service=services[service]), (place, service)
        officers, civilians = (people.get((*key, category), 0) for category in Person.Category)
        found.append(
            {
                "fiscal_year": named(year),
                "service": Linked(services[service].name, services[service].get_absolute_url()),
                "officers": opened("people", year.narrowed(category=Person.Category.POLICE), officers),
                "civilians": opened("people", year.narrowed(category=Person.Category.CIVILIAN), civilians),
                "deployments": opened("deployments", year, stays[key]),
                "arrivals": opened("arrivals", year, arrivals.get(key, 0)),
                "person_days": opened("person_days", year, days[key].days),
            }
        )
    return found


REPORT = Report(
    "services",
    _("Police services by fiscal year"),
    _(
        "For each fiscal year, 1 April through 31 March, and each police service: how many of its officers and "
        "civilians were deployed, each person counted once a year, how often, and for how many days. A deployment is "
        "of the service from which the person left."
    ),
    (
        ("fiscal_year", _("Fiscal year")),
        ("service", _("Police service")),
        ("officers", _("Police officers")),
        ("civilians", _("Civilians")),
        ("deployments", MEASURES["deployments"].label),
        ("arrivals", MEASURES["arrivals"].label),
        ("person_days", MEASURES["person_days"].label),
    ),
    rows,
    Time.PERIOD,
    takes=frozenset({"area", "mission", "service", "gender"}),
    period=last_fiscal_years,
    added_up={name: name for name in ("arrivals", "person_days")},
)
