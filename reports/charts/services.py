"""Who is deployed on a day, by the police service of the stay."""

from django.utils.translation import gettext_lazy as _

from missions.models.names import named_as_of
from personnel.models import PoliceService
from reports.charts.bars import Bars, bars
from reports.charts.base import Chart
from reports.measures import MEASURES, Question, Time, counted_by
from reports.tables.base import Linked, Report, Row, opened


def rows(question: Question) -> list[Row]:
    """One row for each service with somebody there, the most first."""
    heads = counted_by(MEASURES["deployed"].rows(question), "service")
    services = PoliceService.objects.in_bulk(heads)
    named_as_of(services.values(), question.on, today=question.today)
    ordered = sorted(services.values(), key=lambda service: (-heads[service.pk], service.code))
    return [
        {
            "service": Linked(service.name, service.get_absolute_url()),
            "deployed": opened("deployed", question.narrowed(service=service), heads[service.pk]),
        }
        for service in ordered
    ]


def draw(rows: list[Row]) -> Bars:
    return bars(rows, "service", [("deployed", str(MEASURES["deployed"].label))])


CHART = Chart(
    "services",
    Report(
        "chart_services",
        _("Deployed by police service"),
        _("Who is deployed on the day, by the service from which they left."),
        (("service", _("Police service")), ("deployed", MEASURES["deployed"].label)),
        rows,
        Time.DAY,
        takes=frozenset({"area", "mission", "category", "gender"}),
        added_up={"deployed": "deployed"},
    ),
    draw,
)
