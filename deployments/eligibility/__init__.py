"""Whether somebody may go: for a person, a mission or position, and a stay, every blocker and every warning at once.

Each rule is judged on the first day (a failure refuses) and through the last day (a failure warns and names the first
day that is not covered), domain rules 9 to 15. What a mission asks is data (`demand`), what is known of people is read
for any number of them in a fixed number of queries (`facts`), the rules themselves touch no database (`rules`).
"""

import datetime as dt
from collections.abc import Iterable

from deployments.eligibility import demand as demands
from deployments.eligibility import facts as known
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.rules import WAIVABLE, Finding, judge
from foundation.refusals import Blocker
from missions.models import Mission, Position
from personnel.models import Person

__all__ = ["WAIVABLE", "Demand", "Facts", "Finding", "blockers", "findings", "judge", "judge_many", "warnings"]


def findings(
    person: Person,
    mission: Mission,
    first: dt.date,
    last: dt.date,
    *,
    today: dt.date,
    position: Position | None = None,
    lent: bool = True,
    own: int | None = None,
) -> list[Finding]:
    """Everything that stands against, or speaks of, one stay; `lent=False` leaves out the home service's consent, and
    `own` is the deployment that came of it and does not stand in its own way.
    """
    return judge(known.of(person, today=today), demands.of(mission, position, first, last), lent=lent, own=own)


def blockers(
    person: Person, mission: Mission, first: dt.date, last: dt.date, *, today: dt.date, position: Position | None = None
) -> list[Blocker]:
    """Why somebody may not go, all reasons at once; what was waived is not among them."""
    found = findings(person, mission, first, last, today=today, position=position)
    return [one for one in found if one.refuses]


def warnings(
    person: Person, mission: Mission, first: dt.date, last: dt.date, *, today: dt.date, position: Position | None = None
) -> list[Finding]:
    """What a coordinator should know and plan for; it refuses nobody."""
    found = findings(person, mission, first, last, today=today, position=position)
    return [one for one in found if not one.refuses]


def judge_many(
    people: Iterable[Person], demand: Demand, *, today: dt.date, lent: bool = True
) -> dict[int, list[Finding]]:
    """The findings of many people for one stay, by person id, in the eight queries of `facts`."""
    return {facts.person.pk: judge(facts, demand, lent=lent) for facts in known.of_many(people, today=today)}
