"""One question, asked as long as a stay is not over: would it be approved today, as it now stands?

It is asked on the page of the deployment, when a change gains days, at arrival, and each night
(`deployments.watch.approvals`). What stands against a stay is what `steps` asks before an approval: the mission, the
person, other stays, the rules of eligibility, and the places. Of many stays it is asked by `apart_from_places`, in a
fixed number of queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from deployments import eligibility
from deployments.eligibility.demand import Demand, Stay, for_stays
from deployments.eligibility.facts import Facts, for_people, for_person
from deployments.eligibility.other_stays import not_departed
from deployments.models import Deployment
from deployments.models.whereabouts import DeploymentQuerySet
from deployments.stays import authorised_cap, overdue
from deployments.stays.authorised_cap import Days
from foundation.refusals import Blocker
from foundation.sentences import day as in_words
from personnel.models import Person

Known = tuple[Facts, Demand]
"""What is known of the person, and what the post asks on the days of the stay."""

RELATED = (
    "person__rank",
    "person__service",
    "mission__area",
    "mission__lead",
    "mission__profile",
    "position",
    "rank",
    "service",
    "relieves__mission",
)
"""What a stay brings with it that is judged among many."""

SAID_BY_STEPS = frozenset({"person_elsewhere", "person_cannot_go"})
"""What eligibility finds and a step says itself, in its own words and with a link."""


def stay_to_judge(deployment: Deployment, *, today: dt.date) -> Stay:
    """The stay as eligibility looks at it today.

    Of somebody who is there, papers are asked from today on and age and service on the first day; past the planned end
    they are asked of today. A stay that has not begun though its first day has passed is looked at as if it began
    today.
    """
    since, last = _judged_days(deployment, today)
    begins = deployment.arrived_on or since
    return Stay(deployment.mission, deployment.position, begins, last, since)


def _judged_days(deployment: Deployment, today: dt.date) -> Days:
    """The days of a stay on which it is judged: from today on, and today of one that is past its planned end."""
    first, last = _days(deployment)
    if deployment.is_overdue(today):
        last = today
    return min(max(first, today), last), last


def read(deployment: Deployment, *, today: dt.date) -> Known:
    """What eligibility looks at for one stay. The person comes with service and rank, the mission with its lead."""
    [demand] = for_stays([stay_to_judge(deployment, today=today)])
    return for_person(deployment.person, today=today), demand


def read_all(deployments: list[Deployment], *, today: dt.date) -> list[Known]:
    """The same as `read` for several stays, in the same order, in a fixed number of queries."""
    demands = for_stays(stay_to_judge(deployment, today=today) for deployment in deployments)
    people = {deployment.person_id: deployment.person for deployment in deployments}
    facts = {known.person.pk: known for known in for_people(people.values(), today=today)}
    return [(facts[row.person_id], demand) for row, demand in zip(deployments, demands, strict=True)]


def not_eligible(deployment: Deployment, known: Known) -> list[Blocker]:
    """Rules 9 to 15, without what the step says itself. A rank is fixed by the arrival (rule 22)."""
    found = eligibility.judge(*known, exclude_deployment=deployment.pk)
    left_out = SAID_BY_STEPS | ({"rank_outside"} if deployment.arrived_on else set())
    refusing = [finding for finding in found if finding.refuses and finding.code not in left_out]
    return [replace(finding, stay=deployment if deployment.pk else None) for finding in refusing]


def objections(deployment: Deployment, *, today: dt.date, known: Known | None = None) -> list[Blocker]:
    """Every reason why this stay would not be approved today, as it now stands; none when it would.

    `known` is what eligibility looks at for this very stay, where the caller has read it already.
    """
    if deployment.is_over:
        return []
    others = _other_stays([deployment.person_id], today=today)
    found = _apart_from_places(deployment, others, known or read(deployment, today=today), today)
    return [*found, *no_place(deployment, today=today)]


def apart_from_places(deployments: list[Deployment], *, today: dt.date) -> list[tuple[Known, list[Blocker]]]:
    """What is known for each of these stays, none of which is over, and its objections but those for want of a place.

    In the same order, in a fixed number of queries, when they come with `RELATED`.
    """
    prefetch_related_objects([deployment.mission for deployment in deployments], "states")
    others: dict[int, list[Deployment]] = defaultdict(list)
    for row in _other_stays({deployment.person_id for deployment in deployments}, today=today):
        others[row.person_id].append(row)
    known = read_all(deployments, today=today)
    return [
        (of_one, _apart_from_places(deployment, others[deployment.person_id], of_one, today))
        for deployment, of_one in zip(deployments, known, strict=True)
    ]


def of_mission_and_person(deployment: Deployment, *, today: dt.date) -> list[Blocker]:
    """What stands against a stay in its mission or in the record of the person: all but other stays and places."""
    return [
        *mission_takes_nobody(deployment, today=today),
        *outside_the_mission(deployment),
        *person_cannot_go(deployment),
        *not_eligible(deployment, read(deployment, today=today)),
    ]


def _apart_from_places(
    deployment: Deployment, others: Iterable[Deployment], known: Known, today: dt.date
) -> list[Blocker]:
    return [
        *mission_takes_nobody(deployment, today=today),
        *outside_the_mission(deployment),
        *person_cannot_go(deployment),
        *kind_does_not_fit(deployment),
        *_elsewhere_on(deployment, others, [deployment.stay(today)], today),
        *not_eligible(deployment, known),
    ]


def mission_takes_nobody(deployment: Deployment, *, today: dt.date) -> list[Blocker]:
    """A mission that is not active on each day of the stay takes no approval and no longer stay (rule 16)."""
    first, last = _judged_days(deployment, today)
    stretch = deployment.mission.first_not_active(first, last)
    if stretch is None:
        return []
    words = {"mission": deployment.mission, "state": stretch.state.label.lower()}
    if stretch.first is None or stretch.first <= today:
        message = _("%(mission)s is not accepting deployments: it is %(state)s.") % words
        return [Blocker("mission_takes_nobody", message, rule=16)]
    message = _("%(mission)s is not accepting deployments from %(day)s: it is then %(state)s.")
    message %= words | {"day": in_words(stretch.first)}
    return [Blocker("mission_takes_nobody", message, rule=16, first_day=max(first, stretch.first))]


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


def roster_takes_nobody(deployment: Deployment) -> list[Blocker]:
    """Nobody is planned for a roster, or moved to one; who was there before the mission became one stays there."""
    if not deployment.mission.is_roster:
        return []
    message = _("%(mission)s is a roster: people are put on it, and nobody is deployed to it.")
    return [Blocker("roster_takes_nobody", message % {"mission": deployment.mission}, rule=5, about="mission")]


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
    other, first = deployment.relieves, _days(deployment)[0]
    areas = {row.mission.area_id_on(first) for row in (deployment, other) if row}
    if other and (other.person_id == deployment.person_id or len(areas) > 1):
        message = _("The person relieved must be somebody else, in the same country or region.")
        found.append(Blocker("relieves_elsewhere", message, rule=19))
    return found


def person_is_elsewhere(deployment: Deployment, days: Iterable[Days], *, today: dt.date) -> list[Blocker]:
    """Other deployments of the person on these days, planned ones included; back to back is fine (rule 6)."""
    return _elsewhere_on(deployment, _other_stays([deployment.person_id], today=today), days, today)


def _other_stays(people: Iterable[int], *, today: dt.date) -> DeploymentQuerySet:
    """Every stay of these people that was not cancelled, over or not, the earliest first."""
    rows = Deployment.objects.not_cancelled().filter(person__in=people).with_stay(today)
    return rows.select_related("mission", "person", "rank").order_by("first_day")


def _elsewhere_on(
    deployment: Deployment, others: Iterable[Deployment], days: Iterable[Days], today: dt.date
) -> list[Blocker]:
    others = [other for other in others if other.pk != deployment.pk]
    return [
        _elsewhere(deployment.person_as_then, other, first, today)
        for first, last in days
        for other in others
        if other.first_day <= last and other.stay_ends >= first  # type: ignore[attr-defined]  # `with_stay` adds it
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
    return authorised_cap.blockers(deployment, [days_to_come(deployment, today)], today=today)


def days_to_come(deployment: Deployment, today: dt.date) -> Days:
    """The days of the stay from today on; the last one of a stay whose days have passed."""
    first, last = _days(deployment)
    return min(max(first, today), last), last


def _days(deployment: Deployment) -> Days:
    return deployment.arrived_on or deployment.starts_on, deployment.departed_on or deployment.ends_on
