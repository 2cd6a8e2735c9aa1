"""Authorized, deployed and in the pipeline, country by country, as of any day."""

from django.utils.translation import gettext_lazy as _

from deployments.stays import authorised_cap
from missions.models import Area
from missions.models.names import named_as_of
from reports.measures import Question, Time, authorizations, counted_by
from reports.measures.of_candidates import pipeline
from reports.tables.base import Linked, Report, Row, opened
from reports.world_map.served import by_area


def rows(question: Question) -> list[Row]:
    """One row for each area with an authorization in force on the day, with somebody there, or with candidates."""
    areas = [question.area] if question.area else list(Area.objects.all())
    named_as_of(areas, question.on, today=question.today)
    steps = authorised_cap.timelines(areas, question.on, question.on, today=question.today)
    caps = {row.area_id: row for row in authorizations(on=question.on)}
    candidates = _candidates(question)
    found = []
    for area in areas:
        strength, cap = steps[area.pk][0], caps.get(area.pk)
        there = question.narrowed(area=area)
        number = candidates.get(area.pk, 0)
        if cap or strength.used or strength.held or number:
            found.append(
                {
                    "area": Linked(area.name, area.get_absolute_url()),
                    "reference": cap.reference if cap else None,
                    "authorized": opened("authorized", there, cap.cap if cap else 0),
                    "in_mission": opened("deployed_in_missions", there, strength.in_mission),
                    "taken": opened("places_taken", there, strength.used),
                    "free": opened("free", there, max(0, strength.free)),
                    "over": opened("over", there, strength.over),
                    "pipeline": opened("pipeline", there, number),
                }
            )
    return found


def _candidates(question: Question) -> dict[int, int]:
    """How many nominations are in the pipeline, by the area to which the mission belongs on the day."""
    return by_area(counted_by(pipeline(question), "position__mission"), question.on)


REPORT = Report(
    "areas",
    _("Strength and pipeline"),
    _(
        "For each country or region on the day: how many people may be there, how many are in mission, how many "
        "places are taken and free, and how many candidates are under way."
    ),
    (
        ("area", _("Country or region")),
        ("reference", _("Authorization")),
        ("authorized", _("Authorized")),
        ("in_mission", _("In mission")),
        ("taken", _("Places taken")),
        ("free", _("Free places")),
        ("over", _("Over the cap")),
        ("pipeline", _("In the pipeline")),
    ),
    rows,
    Time.DAY,
    takes=frozenset({"area"}),
    added_up={
        "authorized": "authorized",
        "in_mission": "deployed_in_missions",
        "taken": "places_taken",
        "free": "free",
        "over": "over",
        "pipeline": "pipeline",
    },
    of_the_office=True,
)
