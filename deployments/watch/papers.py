"""Credentials, language tests and consents that end before the stay does."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from deployments.eligibility import judge
from deployments.eligibility.demand import Demand
from deployments.models import Deployment
from deployments.stays import approval
from deployments.watch.about import WITH_PERSON, found, person_and_mission, with_person
from flags.found import ONE_DAY, Found, on_its_day
from flags.kinds import Audience, Kind, NextAct, Sweep, detects
from flags.models import Flag, Severity
from missions.models import CredentialKind, Tongue


def _paper_lapses(flag: Flag, params: dict[str, Any]) -> str:
    params["paper"] = _paper(flag.facts)
    sentence = _("%(person)s, %(mission)s: %(paper)s expires during the tour and is not valid from %(day)s.")
    return sentence % with_person(flag, params)


def _paper(facts: dict) -> str:
    """The name of the credential or language; a restricted credential is not named, since readers of flags differ."""
    if facts["restricted"]:
        return _("a restricted credential")
    if facts["about"] in Tongue.values:
        return _("test of the language: %(language)s") % {"language": Tongue(facts["about"]).label}
    return str(CredentialKind.objects.filter(code=facts["about"]).first() or facts["about"])


def _consent_ends(flag: Flag, params: dict[str, Any]) -> str:
    sentence = _("%(person)s, %(mission)s: the consent of the home service covers no day from %(day)s.")
    return sentence % with_person(flag, params)


def _renewal(flag: Flag, reader: User) -> NextAct | None:
    if not reader.may(Permission.CREDENTIAL_EDIT):
        return None
    what = "language" if flag.facts["about"] in Tongue.values else "credential"
    page = reverse("record_add", args=[flag.subject.person_id, what])
    about = "" if flag.facts["restricted"] else f"?{urlencode({'about': flag.facts['about']})}"
    return NextAct(_("Record the renewal"), page + about)


def _ask_for_consent(flag: Flag, reader: User) -> NextAct | None:
    if not reader.may(Permission.CONSENT_OFFER):
        return None
    return NextAct(_("Ask for the consent of the home service"), reverse("deployment_consent", args=[flag.subject_id]))


CREDENTIAL_LAPSING = Kind(
    "credential_lapsing",
    _lazy("Credential expires during the tour"),
    (Deployment,),
    _paper_lapses,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the renewal is recorded, or the stay ends before."),
    next_acts=(_renewal,),
    urgent_on=on_its_day,
)
CONSENT_ENDING = Kind(
    "consent_ending",
    _lazy("Consent ending during the stay"),
    (Deployment,),
    _consent_ends,
    Audience.SERVICES,
    WITH_PERSON,
    name_of=person_and_mission,
    closes=_lazy("It closes when the home service has consented to the whole stay."),
    next_acts=(_ask_for_consent,),
    urgent_on=on_its_day,
)


LAPSES = {"credential_lapses", "firearms_lapses", "language_lapses"}
CONSENTS = {"consent_too_short", "consent_recalled"}
NEVER_GIVEN = {"consent_missing", "consent_waiting"}


@detects(CREDENTIAL_LAPSING, CONSENT_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Papers and consents that lapse, by the eligibility rules, for stays that are approved or running, overdue or not.

    A credential is flagged from its reminder days before it lapses, a consent as soon as it is known to end too early.
    An approved stay whose consent covers no day at all is flagged by `approvals`.
    """
    deployments = list(Deployment.objects.approved_or_in_mission().select_related(*approval.RELATED))
    for row, (facts, demand) in zip(deployments, approval.read_all(deployments, today=today), strict=True):
        for finding in judge(facts, demand, exclude_deployment=row.pk):
            kind = _kind(finding.code, has_arrived=row.arrived_on is not None)
            if kind is None or finding.first_day is None:
                continue
            if kind is CONSENT_ENDING and not row.arrived_on and finding.first_day <= demand.since:
                continue
            if (
                kind is CREDENTIAL_LAPSING
                and finding.first_day > today + _reminder_days(demand, finding.about) * ONE_DAY
            ):
                continue
            severity = Severity.ACT if finding.first_day <= today else Severity.PLAN
            told = {"about": finding.about, "restricted": finding.restricted}
            yield found(kind, row, finding.about, severity, finding.first_day, told)


def _kind(code: str, *, has_arrived: bool) -> Kind | None:
    """The kind of flag for the code of a finding; None for findings that are not flagged here."""
    if code in LAPSES:
        return CREDENTIAL_LAPSING
    return CONSENT_ENDING if code in CONSENTS or (has_arrived and code in NEVER_GIVEN) else None


def _reminder_days(demand: Demand, about: str) -> int:
    """How many days before it lapses a credential, by the code of its kind, or a language test is flagged."""
    days = {kind.code: kind.reminder_days for kind, _mandatory in demand.credentials}
    return days.get(about, settings.LANGUAGE_REMINDER_DAYS)
