"""All rules of eligibility in their order. They use facts and demand only: no query, no clock."""

from dataclasses import replace

from deployments.eligibility import credentials, languages, other_stays, person, service, waivers
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding


def judge(
    facts: Facts,
    demand: Demand,
    *,
    check_consent: bool = True,
    check_verification: bool = True,
    exclude_deployment: int | None = None,
) -> list[Finding]:
    """Every blocker and warning, blockers first, in the order in which the office deals with them.

    `check_consent=False` leaves out the consent of the home service, which is asked for later;
    `check_verification=False` lets papers count that nobody has verified yet, and warns. `exclude_deployment` is the id
    of the deployment that is judged, so that it is not found to be another deployment on these days.
    """
    found = [
        *person.record_is_active(facts),
        *other_stays.elsewhere(facts, demand, exclude_deployment),
        *person.age_fits(facts, demand),
        *languages.languages(facts, demand),
        *credentials.credentials(facts, demand, check_verification=check_verification),
        *service.attestation(facts, demand),
        *person.years_of_service(facts, demand),
        *person.rank_band(facts, demand),
        *service.agreement(facts, demand),
        *(service.consent(facts, demand) if check_consent else []),
        *other_stays.not_available(facts, demand),
        *service.redline(facts, demand),
    ]
    with_waivers = waivers.with_waivers(found, facts, demand)
    judged = [replace(finding, person=facts.person, mission=demand.mission) for finding in with_waivers]
    # The sort is stable: within blockers, waived ones and warnings the order above stays.
    return sorted(judged, key=lambda finding: (finding.warns, finding.waiver is not None))
