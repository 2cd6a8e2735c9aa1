"""The rules about papers: languages, credentials, attestation, agreement, consent (rules 10 to 15).

Each must hold on the first day; what does not hold through the last day is told with the first day not covered.
"""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding, first_day_open
from foundation.sentences import day as in_words
from missions.models import CredentialKind, Skill, Tongue
from personnel.expiry import ONE_DAY
from personnel.models import Credential

Period = tuple[dt.date, dt.date | None]


def _nth_day(day: dt.date, demand: Demand) -> dict[str, object]:
    return {
        "day": in_words(day),
        "number": (day - demand.first).days + 1,
        "days": (demand.last - demand.first).days + 1,
    }


def languages(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The language of operation, and the further one that a position asks for (rule 11)."""
    asked = [(demand.language, demand.mission.language_level)] if demand.language else []
    if demand.position and demand.position.language:
        asked.append((demand.position.language, demand.position.language_level or Skill.A1))
    for language, level in asked:
        yield from _language(facts, demand, language, level)


def _language(facts: Facts, demand: Demand, language: str, level: int) -> Iterator[Finding]:
    if facts.person.first_language == language:
        return  # the first official language needs no test
    told = {"language": Tongue(language).label, "level": Skill(level).label}
    taken = [test for test in facts.languages if test.language == language and test.tested_on <= demand.first]
    reached = [test for test in taken if test.level >= level]
    if not taken:
        message = _("No test of %(language)s is on record; level %(level)s is asked for.") % told
        yield Finding("language_untested", message, rule=11, first_day=demand.first, about=language)
        return
    if not reached:
        told["best"] = Skill(max(test.level for test in taken)).label
        message = _("%(language)s was tested at level %(best)s; level %(level)s is asked for.") % told
        yield Finding("language_too_low", message, rule=11, first_day=demand.first, about=language)
        return
    day = first_day_open([(test.tested_on, test.expires_on) for test in reached], demand.first, demand.last)
    if day == demand.first:
        ended = max(test.expires_on for test in reached if test.expires_on)
        message = _("The test of %(language)s was valid until %(ended)s.") % {**told, "ended": in_words(ended)}
        yield Finding("language_lapsed", message, rule=11, first_day=day, about=language)
    elif day:
        message = _("The test of %(language)s lapses on %(day)s, day %(number)s of %(days)s.")
        message %= {**told, **_nth_day(day, demand)}
        yield Finding("language_lapses", message, rule=11, first_day=day, about=language, warns=True)


def credentials(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """What lead organization, mission and position ask for, and the firearms of an armed mission (rules 10 and 12)."""
    for kind, mandatory in demand.credentials:
        yield from _credential(facts, demand, kind, mandatory)


def _credential(facts: Facts, demand: Demand, kind: CredentialKind, mandatory: bool) -> Iterator[Finding]:
    rule = 10 if kind.for_armed and demand.armed else 12
    prefix = "firearms" if rule == 10 else "credential"
    told: dict = {"about": kind.code, "restricted": kind.is_restricted}
    profile = demand.mission.profile_id if kind.by_profile else None
    held = [
        one
        for one in facts.credentials
        if one.kind_id == kind.pk and (profile is None or one.profile_id == profile) and one.issued_on <= demand.first
    ]
    name = f"{kind} ({demand.mission.profile})" if profile else str(kind)
    periods = met_periods(held)
    day = first_day_open(periods, demand.first, demand.last)
    if day is None:
        return
    if day > demand.first:
        message = _("%(credential)s lapses on %(day)s, day %(number)s of %(days)s.")
        message %= {"credential": name, **_nth_day(day, demand)}
        yield Finding(f"{prefix}_lapses", message, rule=rule, first_day=day, warns=True, **told)
        return
    if not mandatory:
        message = _("%(credential)s is recommended and not valid on the first day.") % {"credential": name}
        yield Finding("credential_recommended", message, rule=12, first_day=day, warns=True, **told)
        return
    if held and max(held, key=lambda one: one.issued_on).result == Credential.Result.NOT_MET:
        code, message = f"{prefix}_not_met", _("%(credential)s was not met.") % {"credential": name}
    elif periods:
        ended = max(ends for _begins, ends in periods if ends)
        code = f"{prefix}_lapsed"
        message = _("%(credential)s was valid until %(ended)s.") % {"credential": name, "ended": in_words(ended)}
    else:
        code, message = f"{prefix}_missing", _("%(credential)s is missing.") % {"credential": name}
    yield Finding(code, message, rule=rule, first_day=day, **told)


def met_periods(held: list[Credential]) -> list[Period]:
    """The periods in which one credential holds: a later "not met" ends what was met before it."""
    periods: list[Period] = []
    for one in sorted(held, key=lambda one: (one.issued_on, one.pk)):
        if one.result == Credential.Result.MET:
            periods.append((one.issued_on, one.expires_on))
        else:
            end = one.issued_on - ONE_DAY
            periods = [(begins, min(ends or end, end)) for begins, ends in periods if begins <= end]
    return periods


def attestation(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The service declares that no criminal or disciplinary matter is pending (rule 13)."""
    made = [one for one in facts.attestations if one.made_on <= demand.first]
    # Taking one back takes back what was declared before it too, also in an older one that still runs.
    taken_back, number = max(((one.withdrawn_on, one.pk) for one in made if one.withdrawn_on), default=(dt.date.min, 0))
    standing = [one for one in made if one.withdrawn_on is None and (one.made_on, one.pk) > (taken_back, number)]
    if any(one.expires_on >= demand.first for one in standing):
        return
    if standing:
        code = "attestation_lapsed"
        message = _("The attestation of no pending matter was valid until %(day)s.")
        message %= {"day": in_words(max(one.expires_on for one in standing))}
    elif made:
        code = "attestation_withdrawn"
        message = _("The attestation of no pending matter was withdrawn on %(day)s.")
        message %= {"day": in_words(taken_back)}
    else:
        code, message = "attestation_missing", _("The attestation of no pending matter is missing.")
    yield Finding(code, message, rule=13, first_day=demand.first)


def agreement(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The agreement with a partner service, approved by its province where it must be (rule 14)."""
    service = facts.person.service
    if not service.is_partner:
        return
    binding = [(one.starts_on, one.ends_on) for one in facts.agreements if one.is_binding]
    day = first_day_open(binding, demand.first, demand.last)
    if day is None:
        return
    if day > demand.first:
        message = _("The agreement with %(service)s ends: from %(day)s, day %(number)s of %(days)s, none is in force.")
        message %= {"service": service, **_nth_day(day, demand)}
        yield Finding("agreement_ends", message, rule=14, first_day=day, warns=True)
        return
    waiting = any(
        one.state == one.State.SIGNED and not one.is_binding and one.starts_on <= demand.first <= one.ends_on
        for one in facts.agreements
    )
    if waiting:
        message = _("The province has not approved the agreement with %(service)s.") % {"service": service}
        yield Finding("agreement_not_approved", message, rule=14, first_day=day)
    else:
        message = _("No agreement with %(service)s is in force on the first day.") % {"service": service}
        yield Finding("agreement_missing", message, rule=14, first_day=day)


def consent(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The home service lends the person for the whole term (rule 15)."""
    service = facts.person.service
    if not service.is_partner:
        return
    here = [one for one in facts.consents if (one.mission_id, one.service_id) == (demand.mission.pk, service.pk)]
    periods = [period for one in here if (period := one.covered())]
    day = first_day_open(periods, demand.first, demand.last)
    if day is None:
        return
    if any(one.recalled_from and one.recalled_from <= demand.last for one in here):
        code, message = "consent_recalled", _("%(service)s recalled its consent: it covers no day from %(day)s.")
    elif day > demand.first:
        code, message = "consent_too_short", _("The consent of %(service)s covers no day from %(day)s.")
    elif any(one.state == one.State.OFFERED for one in here):
        code, message = "consent_waiting", _("%(service)s has not answered yet whether it consents.")
    else:
        code, message = "consent_missing", _("The consent of %(service)s is missing.")
    yield Finding(code, message % {"service": service, "day": in_words(day)}, rule=15, first_day=day)
