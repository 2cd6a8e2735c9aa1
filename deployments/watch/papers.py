"""What people hold, and what they were lent for, that ends before their stay does."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import F, Q

from deployments.eligibility import demand as demands
from deployments.eligibility import facts as known
from deployments.eligibility import judge
from deployments.models import Deployment
from flags.detect.found import ONE_DAY, Found
from flags.models import Kind, Severity

KINDS = [Kind.CREDENTIAL_LAPSING, Kind.CONSENT_ENDING]
LAPSES = {"credential_lapses", "firearms_lapses", "language_lapses"}
CONSENTS = {"consent_too_short", "consent_recalled"}


def find(today: dt.date) -> Iterator[Found]:
    """What the rules of eligibility find in stays that are approved or running: they are asked, not written again."""
    live = list(
        Deployment.objects.filter(
            Q(status=Deployment.Status.APPROVED) | Q(status=Deployment.Status.IN_MISSION), last_day__gte=today
        )
        .annotate(area=F("mission__area"))
        .select_related("person__service", "person__rank", "mission__lead", "mission__profile", "position")
    )
    asked = demands.of_many((row.mission, row.position, row.first_day, row.last_day) for row in live)
    facts = {one.person.pk: one for one in known.of_many({row.person for row in live}, today=today)}
    for row, demand in zip(live, asked, strict=True):
        for one in judge(facts[row.person_id], demand, own=row.pk):
            kind = (
                Kind.CREDENTIAL_LAPSING if one.code in LAPSES else Kind.CONSENT_ENDING if one.code in CONSENTS else None
            )
            if kind is None or one.first_day is None:
                continue
            if kind == Kind.CREDENTIAL_LAPSING and one.first_day > today + _lead(demand, one.about) * ONE_DAY:
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
