"""Follow-ups after a return that are not done."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models import Deployment
from deployments.models.transitions import Act
from deployments.stays import history
from deployments.watch.about import WITH_PERSON, found, person_and_mission, step, with_person
from flags.found import ONE_DAY, Found, longest
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity, thresholds


def _say(flag: Flag, params: dict[str, Any]) -> str:
    sentence = _("%(person)s, %(mission)s: back since %(day)s, and the deployment is not closed.")
    return sentence % with_person(flag, params)


FOLLOW_UP_OVERDUE = Kind(
    history.FOLLOW_UP_OVERDUE,
    _lazy("Follow-up overdue"),
    (Deployment,),
    _say,
    Audience.SERVICES_BY_CHOICE,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the deployment is closed."),
    next_acts=(step(Act.CLOSE),),
    threshold_label=_lazy("Follow-up overdue: days after the return"),
    default_thresholds=(180,),
    only_plans=True,
)


@detects(FOLLOW_UP_OVERDUE, sweep=Sweep.WAITING)
def find(today: dt.date) -> Iterator[Found]:
    """Deployments that ended at least the days of a threshold ago and are not closed."""
    stages = thresholds().get(FOLLOW_UP_OVERDUE.code, [])
    if not stages:
        return
    returned = Deployment.objects.to_follow_up().filter(departed_on__lte=today - stages[0] * ONE_DAY)
    for row in returned.select_related("mission"):
        reached = longest(stages, (today - row.last_day).days)
        yield found(FOLLOW_UP_OVERDUE, row, str(reached), Severity.PLAN, row.last_day)
