"""What people hold, and what they were lent for, that ends before their stay does."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.eligibility import demand as demands
from deployments.eligibility import facts as known
from deployments.eligibility import judge
from deployments.models import Deployment
from deployments.watch.about import WITH_PERSON, with_person
from flags.found import ONE_DAY, Found
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity
from missions.models import CredentialKind, Tongue


def _paper_lapses(flag: Flag, params: dict[str, Any]) -> str:
    params["paper"] = _paper(flag.facts)
    sentence = _("%(person)s, %(mission)s: “%(paper)s” is not valid from %(day)s, during the stay.")
    return sentence % with_person(flag, params)


def _paper(facts: dict) -> str:
    """The credential or language; only that it lapses where its name is not for every reader."""
    if facts["restricted"]:
        return _("a restricted credential")
    if facts["about"] in Tongue.values:
        return _("test of the language: %(language)s") % {"language": Tongue(facts["about"]).label}
    return str(CredentialKind.objects.filter(code=facts["about"]).first() or facts["about"])


def _consent_ends(flag: Flag, params: dict[str, Any]) -> str:
    sentence = _("%(person)s, %(mission)s: the consent of the home service covers no day from %(day)s.")
    return sentence % with_person(flag, params)


CREDENTIAL_LAPSING = Kind(
    "credential_lapsing",
    _lazy("Paper lapsing during the stay"),
    (Deployment,),
    _paper_lapses,
    Audience.SERVICES,
    WITH_PERSON,
)
CONSENT_ENDING = Kind(
    "consent_ending",
    _lazy("Consent ending during the stay"),
    (Deployment,),
    _consent_ends,
    Audience.SERVICES,
    WITH_PERSON,
)


LAPSES = {"credential_lapses", "firearms_lapses", "language_lapses"}
CONSENTS = {"consent_too_short", "consent_recalled"}


@detects(CREDENTIAL_LAPSING, CONSENT_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """What the rules of eligibility find in stays that are approved or running: they are asked, not written again."""
    live = list(
        Deployment.objects.approved_or_in_mission()
        .filter(last_day__gte=today)
        .annotate(area=F("mission__area"))
        .select_related("person__service", "person__rank", "mission__lead", "mission__profile", "position")
    )
    asked = demands.of_many((row.mission, row.position, row.first_day, row.last_day) for row in live)
    facts = {one.person.pk: one for one in known.of_many({row.person for row in live}, today=today)}
    for row, demand in zip(live, asked, strict=True):
        for one in judge(facts[row.person_id], demand, own=row.pk):
            kind = CREDENTIAL_LAPSING if one.code in LAPSES else CONSENT_ENDING if one.code in CONSENTS else None
            if kind is None or one.first_day is None:
                continue
            if kind is CREDENTIAL_LAPSING and one.first_day > today + _lead(demand, one.about) * ONE_DAY:
                continue
            yield Found(
                kind=kind,
                subject=row,
                stage=one.about,
                severity=Severity.ACT if one.first_day <= today else Severity.PLAN,
                day=one.first_day,
                area_id=row.area,
                service_id=row.service_id,
                facts={"about": one.about, "restricted": one.restricted},
            )


def _lead(demand: demands.Demand, about: str) -> int:
    """How many days before its end a credential, or a language test, is reminded of."""
    days = {kind.code: kind.reminder_days for kind, _mandatory in demand.credentials}
    return days.get(about, settings.LANGUAGE_REMINDER_DAYS)
