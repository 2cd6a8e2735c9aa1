"""Whether a person may go on a stay in a mission or position: every blocker and every warning at once (rules 9 to 15).

Each rule is judged on the first day, where a failure refuses, and through the last day, where a failure warns and names
the first day that is not covered. `demand` reads what mission and position ask for, `facts` what is on record about
people, both for any number of them in a fixed number of queries. The rules are functions of these two, one module a
subject.
"""

import datetime as dt

from deployments.eligibility.demand import for_stay
from deployments.eligibility.facts import for_person
from deployments.eligibility.findings import Finding, told_to
from deployments.eligibility.rules import judge
from missions.models import Mission, Position
from personnel.models import Person

__all__ = ["Finding", "findings", "judge", "told_to"]


def findings(
    person: Person,
    mission: Mission,
    first: dt.date,
    last: dt.date,
    *,
    today: dt.date,
    position: Position | None = None,
    check_consent: bool = True,
    check_verification: bool = True,
    exclude_deployment: int | None = None,
) -> list[Finding]:
    """Every blocker and warning of one stay; the other arguments as in `judge`."""
    return judge(
        for_person(person, today=today),
        for_stay(mission, position, first, last),
        check_consent=check_consent,
        check_verification=check_verification,
        exclude_deployment=exclude_deployment,
    )
