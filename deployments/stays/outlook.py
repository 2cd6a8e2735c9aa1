"""How a stay would stand that is not planned yet: its places, its person, its requirements, all that is against it.

The same rules answer as when it is planned and approved: nothing here decides anything.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from deployments.eligibility import asked, judge
from deployments.eligibility.asked import Standing
from deployments.eligibility.days import peak
from deployments.eligibility.facts import Facts
from deployments.models import Deployment
from deployments.stays import approval, authorised_cap, lifecycle, steps
from deployments.stays.authorised_cap import Strength
from deployments.stays.steps import Act, Step
from foundation.refusals import Blocker
from missions.models import Area, Mission
from personnel.expiry import ONE_DAY
from personnel.models import Availability

AROUND = dt.timedelta(days=45)
"""So many days before and after the stay are drawn as well."""


@dataclass(frozen=True)
class Places:
    """The places of an area on every day of a stay; `steps` also go a little before and beyond it."""

    area: Area
    free: float
    full_from: dt.date | None
    first: dt.date
    last: dt.date
    steps: list[Strength]
    drawn_from: dt.date
    drawn_to: dt.date


@dataclass(frozen=True)
class Whereabouts:
    """Where the person is otherwise, and how many of the home service are away at most during the stay."""

    stays: list[tuple[Deployment, bool]]
    """The stays that are not over, each with whether it lies on the days of the new one."""
    unavailable: list[Availability]
    away: int
    redline: int | None


@dataclass(frozen=True)
class Outlook:
    """All that the plan page says of a stay while it is typed."""

    stay: Deployment
    whereabouts: Whereabouts
    requirements: Standing
    against_plan: list[Blocker]
    against_approval: list[Blocker]

    @property
    def others(self) -> list[Blocker]:
        """What is against it beside its requirements, which are said by themselves; each once."""
        said = {one.message: one for one in [*self.against_plan, *self.against_approval]}
        met_elsewhere = {one.message for one in self.requirements.missing}
        return [one for message, one in said.items() if message not in met_elsewhere]

    @property
    def first_warning(self) -> int | None:
        """The number of the first day of the stay that a warning names, from 1."""
        days = [one.first_day for one in self.requirements.warnings if one.first_day]
        return (min(days) - self.stay.starts_on).days + 1 if days else None

    @property
    def awaits_consent(self) -> bool:
        """Whether the home service is still to be asked, which needs a stay that is planned."""
        return any(one.code == "consent_missing" for one in self.requirements.missing)

    @property
    def is_clean(self) -> bool:
        return not self.against_plan and not self.against_approval


def of_places(mission: Mission, first: dt.date, last: dt.date, *, today: dt.date) -> Places | None:
    """The places of the area to which the mission belongs on the first day; None where the stay uses none."""
    if not mission.uses_places:
        return None
    area = mission.area_on(first)
    since, until = first - AROUND, last + AROUND
    steps_drawn = authorised_cap.timeline(area, since, until, today=today)
    pieces = mission.areas_between(first, last)
    free = min(
        *(authorised_cap.headroom(*piece, today=today) for piece in pieces),
        authorised_cap.program_headroom(first, last, today=today),
    )
    during = authorised_cap.timeline(area, first, last, today=today)
    full_from = next((step.since for step in during if step.free <= 0), None)
    return Places(area, free, full_from, first, last, steps_drawn, since, until)


def of_stay(stay: Deployment, *, reason: str, today: dt.date) -> Outlook:
    """The outlook of a stay that is not saved. The person comes with service and rank, the mission with its lead."""
    prefetch_related_objects([stay.mission], "states")
    lifecycle.take_from_the_person(stay)
    facts, demand = known = approval.read(stay, today=today)
    found = judge(facts, demand)
    found = [one for one in found if one.code not in approval.SAID_BY_STEPS]
    return Outlook(
        stay=stay,
        whereabouts=_whereabouts(facts, demand.first, demand.last),
        requirements=asked.standing(facts, demand, found),
        against_plan=steps.blockers(stay, Step(Act.PLAN, today=today, reason=reason)),
        against_approval=steps.blockers(stay, Step(Act.APPROVE, today=today, reason=reason), known=known),
    )


def _whereabouts(facts: Facts, first: dt.date, last: dt.date) -> Whereabouts:
    others = [(begin, end) for person, begin, end in facts.away_from_service if person != facts.person.pk]
    stays = sorted(facts.stays, key=lambda stay: stay.first)
    return Whereabouts(
        stays=[(stay.deployment, stay.first <= last and stay.last >= first) for stay in stays],
        unavailable=list(_unavailable(facts.availability, first, last)),
        away=peak(others, first, last)[0] + 1,
        redline=facts.person.service.redline,
    )


def _unavailable(periods: Iterable[Availability], first: dt.date, last: dt.date) -> Iterable[Availability]:
    for period in periods:
        ends = period.last_day or last + ONE_DAY
        if period.kind == Availability.Kind.UNAVAILABLE and period.first_day <= last and ends >= first:
            yield period
