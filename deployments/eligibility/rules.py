"""All rules of eligibility in their order. They look at facts and demands only: no database, no clock."""

from deployments.eligibility import credentials, languages, other_stays, person, service, waivers
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding


def judge(facts: Facts, demand: Demand, *, lent: bool = True, own: int | None = None) -> list[Finding]:
    """Every blocker and warning, blockers first, in the order in which an office mends them.

    `lent=False` leaves out the consent of the home service, which is asked for later; `own` is the deployment that is
    judged itself and so does not stand in its own way.
    """
    found = [
        *person.record_is_active(facts),
        *other_stays.elsewhere(facts, demand, own),
        *person.age_fits(facts, demand),
        *languages.languages(facts, demand),
        *credentials.credentials(facts, demand),
        *service.attestation(facts, demand),
        *person.years_of_service(facts, demand),
        *person.rank_band(facts, demand),
        *service.agreement(facts, demand),
        *(service.consent(facts, demand) if lent else []),
        *other_stays.not_available(facts, demand),
        *service.redline(facts, demand),
    ]
    judged = waivers.with_waivers(found, facts, demand)
    return sorted(judged, key=lambda finding: (finding.warns, finding.waiver is not None))
