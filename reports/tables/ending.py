"""Who leaves within the next days, from where, and who comes after them."""

import datetime as dt

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from deployments.models import Deployment
from reports import naming
from reports.measures import Question, Time, counted_by
from reports.measures.of_a_period import ending
from reports.tables.base import Linked, Report, Row, opened

LOOKS_AHEAD = dt.timedelta(days=90)
RELATED = ("person", "rank", "service", "mission__area")


def next_90_days(day: dt.date) -> tuple[dt.date, dt.date]:
    """From a day through the ninetieth after it."""
    return day, day + LOOKS_AHEAD


def rows(question: Question) -> list[Row]:
    """One row for each deployment that ends, by mission and day; the first of a mission has the mission's figures."""
    stays = ending(question).select_related(*RELATED).order_by("mission__code", "ends_on", "person__sort_name", "id")
    found = naming.stays_as_of(stays, question.on, today=question.today)
    unrelieved = counted_by(ending(question).without_successor(), "mission")
    heads: dict[int, int] = {}
    for stay in found:
        heads[stay.mission_id] = heads.get(stay.mission_id, 0) + 1
    after = _successors(question, found)
    made: list[Row] = []
    for stay in found:
        row = {
            "person": Linked(stay.person_as_then, stay.get_absolute_url()),
            "service": Linked(stay.service.name, stay.service.get_absolute_url()),
            "mission": Linked(stay.mission.name, stay.mission.get_absolute_url()),
            "status": stay.get_status_display(),
            "last_day": stay.ends_on,
            "days_left": (stay.ends_on - question.today).days,
            **after.get(stay.pk, {"successor": None, "comes": None}),
            "ending": None,
            "unrelieved": None,
        }
        if number := heads.pop(stay.mission_id, 0):
            there = question.narrowed(mission=stay.mission)
            row["ending"] = opened("ending", there, number)
            row["unrelieved"] = opened("ending_without_successor", there, unrelieved.get(stay.mission_id, 0))
        made.append(row)
    return made


def _successors(question: Question, stays: list[Deployment]) -> dict[int, Row]:
    """Who comes first after each of these; one whom the reader may not see has no name."""
    coming = Deployment.objects.not_cancelled().person_can_go().filter(relieves__in=stays)
    seen = set(coming.visible_to(question.reader).values_list("pk", flat=True))
    found: dict[int, Row] = {}
    for one in coming.select_related("person", "rank").order_by("-first_day", "-id"):
        named = Linked(one.person_as_then, one.get_absolute_url()) if one.pk in seen else gettext("planned")
        if one.relieves_id:
            found[one.relieves_id] = {"successor": named, "comes": one.first_day}
    return found


REPORT = Report(
    "ending",
    _("Deployments ending"),
    _(
        "Who is in mission or approved, as of today, and leaves in the period: how many days are left, and who "
        "relieves them. The first row of each mission says how many leave it, and how many of them nobody relieves in "
        "time."
    ),
    (
        ("person", _("Name")),
        ("service", _("Home service")),
        ("mission", _("Mission")),
        ("status", _("Status")),
        ("last_day", _("Last day")),
        ("days_left", _("Days left")),
        ("successor", pgettext_lazy("person", "Successor")),
        ("comes", _("Successor comes on")),
        ("ending", _("Leave this mission")),
        ("unrelieved", _("Without a successor")),
    ),
    rows,
    Time.PERIOD,
    takes=frozenset({"area", "mission", "service", "category"}),
    period=next_90_days,
    added_up={"ending": "ending", "unrelieved": "ending_without_successor"},
)
