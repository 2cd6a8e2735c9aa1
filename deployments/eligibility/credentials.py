"""Credentials (rules 10 and 12): each is valid on the first day; one that lapses during the stay is a warning.

Of somebody who is there already, it is asked from `Demand.since` on: a renewal counts, a "not met" refuses, and what
has lapsed since the first day goes on warning.
"""

import datetime as dt
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


def credentials(facts: Facts, demand: Demand, *, check_verification: bool = True) -> Iterator[Finding]:
    """Credentials that lead organization, mission and position ask for (rule 12), and those to go armed (rule 10)."""
    for kind, mandatory in demand.credentials:
        yield from _credential(facts, demand, kind, mandatory, check_verification)


def _credential(
    facts: Facts, demand: Demand, kind: CredentialKind, mandatory: bool, check_verification: bool
) -> Iterator[Finding]:
    """What stands against one kind. One that nobody has verified yet does not count, where its kind asks for that.

    Without `check_verification` it counts, and warns: so it is of a candidate.
    """
    profile = demand.mission.profile_id if kind.by_profile else None
    held = [
        credential
        for credential in facts.credentials
        if credential.kind_id == kind.pk
        and (profile is None or credential.profile_id == profile)
        and credential.issued_on <= demand.since
    ]
    verified = [credential for credential in held if credential.counts]
    if not mandatory or len(verified) == len(held):
        yield from _held(verified, demand, kind, mandatory)
        return
    covered, covered_by_verified = (_first_day_open(rows, demand) != demand.since for rows in (held, verified))
    if covered_by_verified or not covered:
        yield from _held(verified, demand, kind, mandatory)
        return
    if not check_verification:
        yield from _held(held, demand, kind, mandatory)
    prefix, rule = _words(kind, demand)
    yield Finding(
        f"{prefix}_unverified",
        _("%(credential)s is recorded, and nobody has verified it yet.") % {"credential": _name(kind, demand)},
        rule=rule,
        first_day=demand.since,
        about=kind.code,
        restricted=kind.is_restricted,
        warns=not check_verification,
    )


def _words(kind: CredentialKind, demand: Demand) -> tuple[str, int]:
    """How the codes of its findings begin, and their rule: firearms of an armed mission have a rule of their own."""
    return ("firearms", 10) if kind.for_armed and demand.armed else ("credential", 12)


def _name(kind: CredentialKind, demand: Demand) -> str:
    return f"{kind} ({demand.mission.profile})" if kind.by_profile and demand.mission.profile_id else str(kind)


def _first_day_open(held: list[Credential], demand: Demand) -> dt.date | None:
    return first_day_open(_valid_periods(held), demand.since, demand.last)


def _held(held: list[Credential], demand: Demand, kind: CredentialKind, mandatory: bool) -> Iterator[Finding]:
    """What stands against the credentials of one kind that somebody holds, all of which count."""
    prefix, rule = _words(kind, demand)
    name = _name(kind, demand)
    params: dict = {"about": kind.code, "restricted": kind.is_restricted, "waivable": kind.may_be_waived}
    periods = _valid_periods(held)
    day = first_day_open(periods, demand.since, demand.last)
    if day is None:
        return
    not_met = bool(held) and max(held, key=lambda one: (one.issued_on, one.pk)).result == Credential.Result.NOT_MET
    ended = max((ends for _begins, ends in periods if ends), default=None)
    lapsed_since_arrival = bool(ended and demand.first <= ended < demand.since and day == demand.since and not not_met)
    if day > demand.since or lapsed_since_arrival:
        day = ended + ONE_DAY if ended and lapsed_since_arrival else day
        message = _("%(credential)s is no longer valid from %(day)s, day %(number)s of %(days)s.")
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
