"""Where people serve on a day and have served since the start, country by country: the list beside the map."""

from django.utils.translation import gettext_lazy as _

from reports.measures import Question, Time
from reports.tables.base import Linked, Report, Row, opened
from reports.world_map.served import Served, served


def rows(question: Question) -> list[Row]:
    return rows_of(served(question), question)


def rows_of(found: list[Served], question: Question) -> list[Row]:
    """One row for each country or region, the numbers with the rows that they count."""
    since = question.since_the_start()
    return [
        {
            "area": Linked(one.area.name, one.area.get_absolute_url()),
            "deployed": opened("deployed", question.narrowed(area=one.area), one.deployed),
            "people": opened("people", since.narrowed(area=one.area), one.people),
            "deployments": opened("deployments", since.narrowed(area=one.area), one.deployments),
            "first": one.first,
            "last": one.last,
        }
        for one in found
    ]


REPORT = Report(
    "places",
    _("Where police serve and served"),
    _(
        "For each country or region who is deployed on the day, and who was since the start. A deployment is of the "
        "country or region to which its mission belonged on the first day; the last day is that of the newest "
        "departure, or the day itself where somebody is still there."
    ),
    (
        ("area", _("Country or region")),
        ("deployed", _("Deployed")),
        ("people", _("People since the start")),
        ("deployments", _("Deployments since the start")),
        ("first", _("First day")),
        ("last", _("Last day")),
    ),
    rows,
    Time.DAY,
    takes=frozenset({"area"}),
    added_up={"deployed": "deployed", "deployments": "deployments"},
    totals_of=Question.since_the_start,
    of_the_office=True,
)
