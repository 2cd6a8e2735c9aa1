"""Overdue people who still hold a place: named in the refusal of a step that they are the cause of."""

import datetime as dt
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.models import Deployment
from deployments.models.transitions import Act
from foundation.refusals import Blocker, Link
from missions.models import Area, Mission

NAMED_AT_MOST = 3


def named(
    blocker: Blocker, day: dt.date, *, over: int, today: dt.date, area: Area | None, exclude_deployment: int | None
) -> Blocker:
    """The refusal of a place on `day`, with the people overdue who are why it is refused, and the way to record that.

    `over` is how many places too many the step would need that day. Where the overdue hold fewer, others are the cause
    and the blocker stays as it is. `area` None means all areas; `exclude_deployment` is the id of the one that asks.
    """
    holding = Deployment.objects.overdue(today).not_ancillary().touching(day, day, today=today)
    if exclude_deployment:
        holding = holding.exclude(pk=exclude_deployment)
    if area:
        holding = holding.filter(mission__in=Mission.objects.in_area(area, day))
    people = list(holding.select_related("person", "rank").order_by("last_day", "id"))
    if not people or len(people) < over:
        return blocker
    names = ", ".join(each.person_as_then for each in people[:NAMED_AT_MOST])
    if len(people) > NAMED_AT_MOST:
        names = _("%(names)s and %(more)s more") % {"names": names, "more": len(people) - NAMED_AT_MOST}
    because = ngettext(
        "%(refusal)s This is because %(people)s has not been recorded as departed.",
        "%(refusal)s This is because %(people)s have not been recorded as departed.",
        len(people),
    ) % {"refusal": blocker.message, "people": names}
    return replace(blocker, message=because, links=tuple(departure_of(each) for each in people[:NAMED_AT_MOST]))


def departure_of(deployment: Deployment) -> Link:
    """The page on which the departure from a deployment is recorded."""
    says = _("Record the departure of %(person)s") % {"person": deployment.person_as_then}
    return Link(says, reverse("deployment_step", args=[deployment.pk, Act.COMPLETE]))
