"""All that a stay asks of a person, one line each, and how each stands: what is met is said beside what is not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from missions.models import Skill, Tongue
from personnel.models import Person

_SUBJECTS = {
    "age_unknown": "age",
    "too_young": "age",
    "too_old": "age",
    "too_old_during": "age",
    "age_not_recommended": "age",
    "service_unknown": "years",
    "too_few_years": "years",
    "rank_outside": "rank",
}
"""Codes whose first word is not what they are about."""


@dataclass(frozen=True)
class Asked:
    """One requirement. `subject` and `about` tell which findings are about it."""

    subject: str
    says: str
    about: str = ""


@dataclass(frozen=True)
class Standing:
    """How the requirements of a stay stand: in words what is met, and the findings that refuse and that warn."""

    met: list[str]
    missing: list[Finding]
    warnings: list[Finding]
    waived: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        return [*self.missing, *self.waived, *self.warnings]


def standing(facts: Facts, demand: Demand, found: Iterable[Finding]) -> Standing:
    """Every requirement once: met, or among the findings."""
    found = list(found)
    open_ones = {(_subject(one), one.about) for one in found}
    return Standing(
        met=[one.says for one in asked(facts, demand) if (one.subject, one.about) not in open_ones],
        missing=[one for one in found if one.refuses],
        waived=[one for one in found if one.waiver and not one.warns],
        warnings=[one for one in found if one.warns],
    )


def asked(facts: Facts, demand: Demand) -> Iterator[Asked]:
    """What mission and position ask, and the office and the home service, in the order of the rules."""
    person, lead = facts.person, demand.mission.lead
    if lead.youngest is not None or lead.too_old is not None or lead.best_under is not None:
        yield Asked("age", _("Age"))
    if demand.language:
        yield _language(demand.language, demand.mission.language_level)
    if demand.position and demand.position.language:
        yield _language(demand.position.language, demand.position.language_level or Skill.A1)
    for kind, _mandatory in demand.credentials:
        yield Asked("credential", str(kind), kind.code)
    yield Asked("attestation", _("Attestation of no pending matter"))
    if person.category == Person.Category.POLICE and demand.years_of_service:
        yield Asked("years", _("Years of service"))
    if demand.position and (demand.position.rank_from is not None or demand.position.rank_to is not None):
        yield Asked("rank", _("Rank"))
    if person.service.is_partner:
        yield Asked("agreement", _("Agreement with the home service"))
        yield Asked("consent", _("Consent of the home service"))


def _language(language: str, level: int) -> Asked:
    return Asked("language", f"{Tongue(language).label} {Skill(level).label}", language)


def _subject(finding: Finding) -> str:
    first = finding.code.partition("_")[0]
    return _SUBJECTS.get(finding.code, "credential" if first == "firearms" else first)
