"""Stays whose first day has passed without an arrival, and stays of people who cannot go."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from deployments.models import Deployment
from deployments.models.statuses import Status
from deployments.models.transitions import Act
from deployments.watch.about import WITH_PERSON, found, person_and_mission, step, with_person
from flags.found import Found
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity
from personnel.models import Person


def _not_recorded(flag: Flag, params: dict[str, Any]) -> str:
    return ngettext(
        "%(person)s, %(mission)s: the stay was to begin on %(day)s, %(days)s day ago; no arrival is recorded.",
        "%(person)s, %(mission)s: the stay was to begin on %(day)s, %(days)s days ago; no arrival is recorded.",
        params["days"],
    ) % with_person(flag, params)


def _cannot_go(flag: Flag, params: dict[str, Any]) -> str:
    sentence = {
        "merged": _("%(person)s, %(mission)s, from %(day)s: the record was merged into another."),
        "left_service": _("%(person)s, %(mission)s, from %(day)s: the person has left the service that lends them."),
    }.get(flag.stage, _("%(person)s, %(mission)s, from %(day)s: the record says “%(state)s”."))
    state = dict(Person.State.choices).get(flag.stage, "")
    return sentence % with_person(flag, params | {"state": state})


ARRIVAL_NOT_RECORDED = Kind(
    "arrival_not_recorded",
    _lazy("Arrival not recorded"),
    (Deployment,),
    _not_recorded,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the arrival is recorded, or the stay is moved or cancelled."),
    next_acts=(step(Act.ARRIVE), step(Act.CHANGE)),
)
PERSON_CANNOT_GO = Kind(
    "person_cannot_go",
    _lazy("Person cannot go"),
    (Deployment,),
    _cannot_go,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the deployment is over or cancelled, or when the record of the person changes."),
)


@detects(ARRIVAL_NOT_RECORDED, PERSON_CANNOT_GO, sweep=Sweep.POSTINGS)
def find(today: dt.date) -> Iterator[Found]:
    """Approved stays from the day after their first day; stays not over whose person cannot go, by why."""
    late = Deployment.objects.filter(status=Status.APPROVED, starts_on__lt=today)
    for row in late.select_related("mission"):
        yield found(ARRIVAL_NOT_RECORDED, row, "", Severity.ACT, row.first_day)
    for row in Deployment.objects.not_over().person_cannot_go().select_related("mission", "person"):
        yield found(PERSON_CANNOT_GO, row, _why(row.person), Severity.ACT, row.first_day)


def _why(person: Person) -> str:
    if person.state != Person.State.ACTIVE:
        return person.state
    return "merged" if person.merged_into_id else "left_service"
