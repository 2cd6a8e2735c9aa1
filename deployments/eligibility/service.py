"""Rules about the home service: its attestation, agreement, consent and redline (rules 13 to 15)."""

import datetime as dt
import math
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.eligibility.days import first_day_open, nth_day, peak
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from foundation.sentences import day as in_words
from personnel.expiry import ONE_DAY


def attestation(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The service declares that no criminal or disciplinary matter is pending (rule 13)."""
    attestations = [each for each in facts.attestations if each.made_on <= demand.since]
    # A withdrawal also invalidates every older attestation: what made the service withdraw one speaks against all that
    # were made before that day. The id decides between two of the same day; who has
    # none yet comes from a list, and is the newest.
    withdrawn_on, withdrawn_id = max(
        ((each.withdrawn_on, each.pk or math.inf) for each in attestations if each.withdrawn_on),
        default=(dt.date.min, 0),
    )
    upheld = [
        each
        for each in attestations
        if each.withdrawn_on is None and (each.made_on, each.pk or math.inf) > (withdrawn_on, withdrawn_id)
    ]
    if any(each.expires_on >= demand.first for each in upheld):
        return
    if upheld:
        code = "attestation_lapsed"
        message = _("The attestation of no pending matter was valid until %(day)s.")
        message %= {"day": in_words(max(each.expires_on for each in upheld))}
    elif attestations:
        code = "attestation_withdrawn"
        message = _("The attestation of no pending matter was withdrawn on %(day)s.")
        message %= {"day": in_words(withdrawn_on)}
    else:
        code, message = "attestation_missing", _("The attestation of no pending matter is missing.")
    yield Finding(code, message, rule=13, first_day=demand.first)


def agreement(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The agreement with a partner service, approved by its province where it must be (rule 14)."""
    service = facts.person.service
    if not service.is_partner:
        return
    binding = [(each.starts_on, each.ends_on) for each in facts.agreements if each.is_binding]
    day = first_day_open(binding, demand.since, demand.last)
    if day is None:
        return
    if day > demand.since:
        message = _("The agreement with %(service)s ends: from %(day)s, day %(number)s of %(days)s, none is in force.")
        message %= {"service": service, **nth_day(day, demand.first, demand.last)}
        yield Finding("agreement_ends", message, rule=14, first_day=day, warns=True)
        return
    waiting = any(
        each.state == each.State.SIGNED and not each.is_binding and each.starts_on <= demand.since <= each.ends_on
        for each in facts.agreements
    )
    if waiting:
        message = _("The province has not approved the agreement with %(service)s.") % {"service": service}
        yield Finding("agreement_not_approved", message, rule=14, first_day=day)
    else:
        message = _("No agreement with %(service)s is in force on the first day.") % {"service": service}
        yield Finding("agreement_missing", message, rule=14, first_day=day)


def consent(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The home service consents to the whole stay, in one consent or several that follow on each other (rule 15)."""
    service = facts.person.service
    if not service.is_partner:
        return
    # A consent of an earlier service, or for another mission, lends nobody.
    consents = [
        each for each in facts.consents if (each.mission_id, each.service_id) == (demand.mission.pk, service.pk)
    ]
    periods = [period for each in consents if (period := each.covered())]
    day = first_day_open(periods, demand.since, demand.last)
    if day is None:
        return
    ended = max((end for _begins, end in periods if demand.first <= end < demand.since), default=None)
    if ended and day == demand.since:  # it ran out since the person arrived: said by its day, not anew each day
        day = ended + ONE_DAY
    begins = None
    if any(each.recalled_from and each.recalled_from <= demand.last for each in consents):
        code, message = "consent_recalled", _("%(service)s withdrew its consent: it covers no day from %(day)s.")
    elif periods and day > demand.first:
        code, message = "consent_too_short", _("The consent of %(service)s covers no day from %(day)s.")
    elif any(each.state == each.State.OFFERED for each in consents):
        code, message = "consent_waiting", _("%(service)s has not answered yet whether it consents.")
    elif begins := min((start for start, _end in periods if demand.since < start <= demand.last), default=None):
        code, message = "consent_missing", _("The consent of %(service)s begins on %(begins)s only.")
    else:
        code, message = "consent_missing", _("The consent of %(service)s is missing.")
    told = {"service": service, "day": in_words(day), "begins": begins and in_words(begins)}
    yield Finding(code, message % told, rule=15, first_day=day)


def redline(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """A warning when the home service would have more people away on a day than it can spare (its redline)."""
    service = facts.person.service
    if service.redline is None:
        return
    others = [(first, last) for person_id, first, last in facts.away_from_service if person_id != facts.person.pk]
    most, day = peak(others, demand.first, demand.last)
    if most + 1 > service.redline:
        message = ngettext(
            "With this stay %(away)s person of %(service)s is away on %(day)s; its redline is %(redline)s.",
            "With this stay %(away)s people of %(service)s are away on %(day)s; its redline is %(redline)s.",
            most + 1,
        ) % {"away": most + 1, "service": service, "day": in_words(day), "redline": service.redline}
        yield Finding("redline", message, rule=0, first_day=day, warns=True)
