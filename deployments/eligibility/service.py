"""Rules about the home service: its attestation, agreement, consent and redline (rules 13 to 15)."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.eligibility.days import first_day_open, nth_day, peak
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from foundation.sentences import day as in_words


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
        message %= {"service": service, **nth_day(day, demand.first, demand.last)}
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


def redline(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """More people away at once than the home service can spare."""
    service = facts.person.service
    if service.redline is None:
        return
    others = [(first, last) for person, first, last in facts.away_from_service if person != facts.person.pk]
    most, day = peak(others, demand.first, demand.last)
    if most + 1 > service.redline:
        message = ngettext(
            "With this stay %(away)s person of %(service)s is away on %(day)s; its redline is %(redline)s.",
            "With this stay %(away)s people of %(service)s are away on %(day)s; its redline is %(redline)s.",
            most + 1,
        ) % {"away": most + 1, "service": service, "day": in_words(day), "redline": service.redline}
        yield Finding("redline", message, rule=0, first_day=day, warns=True)
