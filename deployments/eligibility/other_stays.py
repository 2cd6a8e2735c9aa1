"""Rules about the days of a stay: another deployment on them, or days on which the person is not available."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from deployments.models import Deployment
from foundation.sentences import day as in_words
from personnel.models import Availability


def not_departed(deployment: Deployment) -> str:
    """Why somebody overdue is elsewhere: the other stay ended by its plan, and nobody recorded the departure."""
    return _("%(person)s has not been recorded as departed from %(mission)s, where the stay was to end on %(day)s.") % {
        "person": deployment.person_as_then,
        "mission": deployment.mission,
        "day": in_words(deployment.ends_on),
    }


def elsewhere(facts: Facts, demand: Demand, exclude_deployment: int | None) -> Iterator[Finding]:
    """One deployment at a time; the next may begin the day after (rule 6). `exclude_deployment` is an id."""
    for stay in facts.stays:
        if stay.deployment.pk == exclude_deployment or stay.first > demand.last or stay.last < demand.first:
            continue
        if stay.last > stay.deployment.last_day:  # overdue: the place is held longer than planned
            day = max(stay.first, demand.first)
            yield Finding("person_elsewhere", not_departed(stay.deployment), rule=6, first_day=day)
            continue
        message = _("Another deployment lies on these days: %(mission)s, %(first)s to %(last)s.") % {
            "mission": stay.deployment.mission,
            "first": in_words(stay.first),
            "last": in_words(stay.deployment.last_day),
        }
        yield Finding("person_elsewhere", message, rule=6, first_day=max(stay.first, demand.first))


def not_available(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """A warning for each period of the stay on which the person said not to be available."""
    for period in facts.availability:
        last_day = period.last_day or demand.last
        if period.kind != Availability.Kind.UNAVAILABLE or period.first_day > demand.last or last_day < demand.first:
            continue
        day = max(period.first_day, demand.first)
        message = _("Marked unavailable from %(day)s.") % {"day": in_words(day)}
        yield Finding("not_available", message, rule=0, first_day=day, warns=True)
