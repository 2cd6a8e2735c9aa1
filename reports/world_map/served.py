"""Where people serve on a day and have served until then, country by country; numbers of the measures."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, DateField, Max, Min, Value
from django.db.models.functions import Coalesce, Least

from missions.models import Area, Mission
from missions.models.names import named_as_of
from missions.models.succession import areas_on
from reports.measures import Question, counted_by
from reports.measures.of_a_day import deployed
from reports.measures.of_a_period import deployments


@dataclass(frozen=True)
class Served:
    """One country or region: who is deployed on the day, and everybody since the start, from `first` through `last`.

    By the rules of the measures somebody is deployed in the area to which the mission belongs on the day, and a
    deployment is of the area to which it belonged on its first day.
    """

    area: Area
    deployed: int
    people: int
    deployments: int
    first: dt.date | None
    last: dt.date | None


def served(question: Question) -> list[Served]:
    """Each area with somebody there on the day or before, in the published order, by its name of the day."""
    areas = [question.area] if question.area else list(Area.objects.all())
    named_as_of(areas, question.on, today=question.today)
    there = by_area(counted_by(deployed(question), "mission"), question.on)
    since = _since_the_start(question)
    nothing = {"deployments": 0, "people": 0, "first": None, "last": None}
    return [
        Served(area, there.get(area.pk, 0), **since.get(area.pk, nothing))
        for area in areas
        if area.pk in there or area.pk in since
    ]


def by_area(by_mission: dict[int, int], on: dt.date) -> dict[int, int]:
    """Numbers of missions, added up by the area to which each mission belongs on the day."""
    missions = Mission.objects.select_related("area").in_bulk(by_mission)
    there = areas_on(missions.values(), on)
    found: dict[int, int] = {}
    for mission, number in by_mission.items():
        area = there[mission].pk
        found[area] = found.get(area, 0) + number
    return found


def _since_the_start(question: Question) -> dict[int, dict]:
    stays = deployments(question.since_the_start()).with_area()
    newest = Value(min(question.on, question.today), output_field=DateField())
    until = Least(Coalesce("departed_on", newest), newest)
    groups = stays.order_by().values("area_then")
    found = groups.annotate(
        stays=Count("pk"), people=Count("person", distinct=True), first=Min("arrived_on"), last=Max(until)
    )
    return {
        row["area_then"]: {
            "deployments": row["stays"],
            "people": row["people"],
            "first": row["first"],
            "last": row["last"],
        }
        for row in found
    }
