"""Whether somebody may go: for a person, a mission or position, and a stay, every blocker and every warning at once.

Each rule is judged on the first day (a failure refuses) and through the last day (a failure warns and names the first
day that is not covered), domain rules 9 to 15. What a mission asks is data (`demand`), what is known of people is read
for any number of them in a fixed number of queries (`facts`); the rules are functions of both, one module a subject.
"""

import datetime as dt

from deployments.eligibility import demand as demands
from deployments.eligibility import facts as known
from deployments.eligibility.findings import Finding
from deployments.eligibility.rules import judge
from missions.models import Mission, Position
from personnel.models import Person

__all__ = ["Finding", "findings", "judge"]


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
    """Everything that stands against, or speaks of, one stay; `lent` and `own` as in `judge`."""
    return judge(known.of(person, today=today), demands.of(mission, position, first, last), lent=lent, own=own)
