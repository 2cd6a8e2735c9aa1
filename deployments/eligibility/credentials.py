"""Credentials (rules 10 and 12): each is valid on the first day; one that lapses during the stay is a warning.

Of somebody who is there already, it is asked from `Demand.since` on: a renewal counts, a "not met" refuses, and what
has lapsed since the first day goes on warning.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from deployments.eligibility.days import Period, first_day_open, nth_day
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from foundation.sentences import day as in_words
from missions.models import CredentialKind
from personnel.expiry import ONE_DAY
from personnel.models import Credential


def credentials(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """Credentials that lead organization, mission and position ask for (rule 12), and those to go armed (rule 10)."""
    for kind, mandatory in demand.credentials:
        yield from _credential(facts, demand, kind, mandatory)


def _credential(facts: Facts, demand: Demand, kind: CredentialKind, mandatory: bool) -> Iterator[Finding]:
    rule = 10 if kind.for_armed and demand.armed else 12
    prefix = "firearms" if rule == 10 else "credential"
    params: dict = {"about": kind.code, "restricted": kind.is_restricted}
    profile = demand.mission.profile_id if kind.by_profile else None
    held = [
        credential
        for credential in facts.credentials
        if credential.kind_id == kind.pk
        and (profile is None or credential.profile_id == profile)
        and credential.issued_on <= demand.since
    ]
    name = f"{kind} ({demand.mission.profile})" if profile else str(kind)
    periods = _valid_periods(held)
    day = first_day_open(periods, demand.since, demand.last)
    if day is None:
        return
    not_met = bool(held) and max(held, key=lambda one: (one.issued_on, one.pk)).result == Credential.Result.NOT_MET
    ended = max((ends for _begins, ends in periods if ends), default=None)
    lapsed_since_arrival = bool(ended and demand.first <= ended < demand.since and day == demand.since and not not_met)
    if day > demand.since or lapsed_since_arrival:
        day = ended + ONE_DAY if ended and lapsed_since_arrival else day
        message = _("%(credential)s lapses on %(day)s, day %(number)s of %(days)s.")
        message %= {"credential": name, **nth_day(day, demand.first, demand.last)}
        yield Finding(f"{prefix}_lapses", message, rule=rule, first_day=day, warns=True, **params)
        return
    if not mandatory:
        message = _("%(credential)s is recommended and not valid on the first day.") % {"credential": name}
        yield Finding("credential_recommended", message, rule=12, first_day=day, warns=True, **params)
        return
    if not_met:
        code, message = f"{prefix}_not_met", _("%(credential)s was not met.") % {"credential": name}
    elif ended:
        code = f"{prefix}_lapsed"
        message = _("%(credential)s was valid until %(ended)s.") % {"credential": name, "ended": in_words(ended)}
    else:
        code, message = f"{prefix}_missing", _("%(credential)s is missing.") % {"credential": name}
    yield Finding(code, message, rule=rule, first_day=day, **params)


def _valid_periods(held: list[Credential]) -> list[Period]:
    """The periods in which a credential is valid: a later result "not met" ends those before it."""
    periods: list[Period] = []
    for credential in sorted(held, key=lambda credential: (credential.issued_on, credential.pk)):
        if credential.result == Credential.Result.MET:
            periods.append((credential.issued_on, credential.expires_on))
        else:
            end = credential.issued_on - ONE_DAY
            periods = [(begins, min(ends or end, end)) for begins, ends in periods if begins <= end]
    return periods
