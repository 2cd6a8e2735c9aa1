"""One question, asked as long as a stay is not over: would it be approved today, as it now stands?

It is asked on the page of the deployment, when a change gains days, at arrival, and each night
(`deployments.watch.approvals`). What stands against a stay is what `steps` asks before an approval: the mission, the
person, other stays, the rules of eligibility, and the places.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from deployments import eligibility
from deployments.eligibility.demand import Demand, Stay, for_stays
from deployments.eligibility.facts import Facts, for_person
from deployments.eligibility.other_stays import not_departed
from deployments.models import Deployment
from deployments.stays import authorised_cap, overdue
from foundation.refusals import Blocker
from foundation.sentences import day as in_words
from missions.models import Mission
from personnel.models import Person

Days = tuple[dt.date, dt.date]
"""First and last day of a stretch."""

Known = tuple[Facts, Demand]
"""What is known of the person, and what the post asks on the days of the stay."""

SAID_BY_STEPS = frozenset({"person_elsewhere", "person_cannot_go"})
"""What eligibility finds and a step says itself, in its own words and with a link."""


def stay_to_judge(deployment: Deployment, *, today: dt.date) -> Stay:
    """The stay as eligibility looks at it today.

    Of somebody who is there, papers are asked from today on and age and service on the first day. A stay that has not
    begun though its first day has passed is looked at as if it began today.
    """
    first, last = deployment.arrived_on or deployment.starts_on, deployment.departed_on or deployment.ends_on
    since = min(max(first, today), last)
    begins = first if deployment.arrived_on else since
    return Stay(deployment.mission, deployment.position, begins, last, since)


def read(deployment: Deployment, *, today: dt.date) -> Known:
    """What eligibility looks at for one stay. The person comes with service and rank, the mission with its lead."""
    [demand] = for_stays([stay_to_judge(deployment, today=today)])
    return for_person(deployment.person, today=today), demand


def not_eligible(deployment: Deployment, known: Known) -> list[Blocker]:
    """Rules 9 to 15, without what the step says itself. A rank is fixed by the arrival (rule 22)."""
    found = eligibility.judge(*known, exclude_deployment=deployment.pk)
    left_out = SAID_BY_STEPS | ({"rank_outside"} if deployment.arrived_on else set())
    return [finding for finding in found if finding.refuses and finding.code not in left_out]


def objections(deployment: Deployment, *, today: dt.date, known: Known | None = None) -> list[Blocker]:
    """Every reason why this stay would not be approved today, as it now stands; none when it would.

    `known` is what eligibility looks at for this very stay, where the caller has read it already.
    """
    if deployment.is_over:
        return []
    return [
        *mission_takes_nobody(deployment),
        *outside_the_mission(deployment),
        *person_cannot_go(deployment),
        *kind_does_not_fit(deployment),
        *person_is_elsewhere(deployment, [deployment.stay(today)], today=today),
        *not_eligible(deployment, known or read(deployment, today=today)),
        *no_place(deployment, today=today),
    ]


def mission_takes_nobody(deployment: Deployment) -> list[Blocker]:
    """A mission that is suspended, reassessed or closed takes no approval and no longer stay (rule 16)."""
    mission = deployment.mission
    if mission.state == Mission.State.ACTIVE:
        return []
    message = _("%(mission)s takes no new approval: it is %(state)s.") % {
        "mission": mission,
        "state": mission.get_state_display().lower(),
    }
    return [Blocker("mission_takes_nobody", message, rule=16)]


def outside_the_mission(deployment: Deployment) -> list[Blocker]:
    """A stay lies inside the dates of its mission, where they are known."""
    mission, (first, last) = deployment.mission, _days(deployment)
    found = []
    if mission.starts_on and first < mission.starts_on:
        message = _("%(mission)s begins on %(day)s only.") % {"mission": mission, "day": in_words(mission.starts_on)}
        found.append(Blocker("before_the_mission", message, rule=16, first_day=first))
    if mission.ends_on and last > mission.ends_on:
        message = _("%(mission)s ends on %(day)s.") % {"mission": mission, "day": in_words(mission.ends_on)}
        found.append(Blocker("after_the_mission", message, rule=16, first_day=mission.ends_on + authorised_cap.ONE_DAY))
    return found


def person_cannot_go(deployment: Deployment) -> list[Blocker]:
    """Whoever retired or died does not deploy."""
    if deployment.person.state == Person.State.ACTIVE:
        return []
    message = _("%(person)s cannot deploy: the record says “%(state)s”.") % {
        "person": deployment.person_as_then,
        "state": deployment.person.get_state_display(),
    }
    return [Blocker("person_cannot_go", message, rule=0)]


def kind_does_not_fit(deployment: Deployment) -> list[Blocker]:
    """Only postings beside the missions use no place; nobody slips under the cap as "ancillary" (rule 5)."""
    found = []
    if (deployment.kind == Deployment.Kind.ANCILLARY) == deployment.mission.uses_places:
        message = (
            _("A deployment to %(mission)s uses a place: it cannot be ancillary.")
            if deployment.mission.uses_places
            else _("A deployment to %(mission)s uses no place: its kind is ancillary.")
        ) % {"mission": deployment.mission}
        found.append(Blocker("kind_does_not_fit", message, rule=5))
    if deployment.position and deployment.position.mission_id != deployment.mission_id:
        found.append(Blocker("position_elsewhere", _("This position belongs to another mission."), rule=0))
    other = deployment.relieves
    if other and (other.person_id == deployment.person_id or other.mission.area_id != deployment.mission.area_id):
        message = _("One relieves somebody else, in the same country or region.")
        found.append(Blocker("relieves_elsewhere", message, rule=19))
    return found


def person_is_elsewhere(deployment: Deployment, days: Iterable[Days], *, today: dt.date) -> list[Blocker]:
    """Other deployments of the person on these days, planned ones included; back to back is fine (rule 6)."""
    rows = Deployment.objects.not_cancelled().filter(person=deployment.person_id).exclude(pk=deployment.pk)
    rows = rows.select_related("mission", "person", "rank").order_by("first_day")
    return [
        _elsewhere(deployment.person_as_then, other, first, today)
        for first, last in days
        for other in rows.touching(first, last, today=today)
    ]


def _elsewhere(person: str, other: Deployment, first: dt.date, today: dt.date) -> Blocker:
    day = max(first, other.first_day)
    if other.is_overdue(today):
        message = not_departed(other)
        return Blocker("person_elsewhere", message, rule=6, first_day=day, links=(overdue.departure_of(other),))
    message = _("%(person)s has another deployment on these days: %(mission)s, %(first)s to %(last)s.") % {
        "person": person,
        "mission": other.mission,
        "first": in_words(other.first_day),
        "last": in_words(other.last_day),
    }
    return Blocker("person_elsewhere", message, rule=6, first_day=day)


def no_place(deployment: Deployment, *, today: dt.date) -> list[Blocker]:
    """Whether the rest of the stay has a place on each day beside the others who use one (rules 1 to 3)."""
    first, last = _days(deployment)
    return authorised_cap.blockers(deployment, [(min(max(first, today), last), last)], today=today)


def _days(deployment: Deployment) -> Days:
    return deployment.arrived_on or deployment.starts_on, deployment.departed_on or deployment.ends_on
