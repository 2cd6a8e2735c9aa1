"""Papers that run out: authorizations, agreements, and what people hold and were lent for during a stay."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from deployments.eligibility import demand as demands
from deployments.eligibility import facts as known
from deployments.eligibility import judge
from deployments.models import Deployment
from flags.detect.found import Found, tightest
from flags.models import Kind, Severity, thresholds
from missions.models import Authorization, Mission
from personnel.models import PartnerAgreement

KINDS = [
    Kind.AUTHORIZATION_ENDING,
    Kind.AGREEMENT_ENDING,
    Kind.CREDENTIAL_LAPSING,
    Kind.CONSENT_ENDING,
]
LAPSES = {"credential_lapses", "firearms_lapses", "language_lapses"}
CONSENTS = {"consent_too_short", "consent_recalled"}
ONE_DAY = dt.timedelta(days=1)


def find(today: dt.date) -> Iterator[Found]:
    """Authorizations and agreements at their stage of ending with nothing to follow; papers and consents of people who
    are away, or approved to go, that end before the stay does.
    """
    numbers = thresholds()
    yield from _authorizations(numbers.get(Kind.AUTHORIZATION_ENDING, []), today)
    yield from _agreements(numbers.get(Kind.AGREEMENT_ENDING, []), today)
    yield from _stays(today)


def _authorizations(stages: list[int], today: dt.date) -> Iterator[Found]:
    """Of areas with a mission that goes on; one that another follows the day after is not ending."""
    if not stages:
        return
    following = Authorization.objects.issued().filter(
        area=OuterRef("area"), valid_from__gt=OuterRef("valid_from"), valid_from__lte=OuterRef("valid_to") + ONE_DAY
    )
    at_work = Mission.objects.filter(area=OuterRef("area"), state=Mission.State.ACTIVE)
    last = today + stages[-1] * ONE_DAY
    ending = Authorization.objects.issued().filter(Exists(at_work), ~Exists(following), valid_to__range=(today, last))
    for paper in ending:
        if paper.valid_to:
            yield _ending(Kind.AUTHORIZATION_ENDING, paper, paper.valid_to, stages, today, area_id=paper.area_id)


def _agreements(stages: list[int], today: dt.date) -> Iterator[Found]:
    if not stages:
        return
    following = PartnerAgreement.objects.binding().filter(
        service=OuterRef("service"), ends_on__gt=OuterRef("ends_on"), starts_on__lte=OuterRef("ends_on") + ONE_DAY
    )
    last = today + stages[-1] * ONE_DAY
    ending = PartnerAgreement.objects.binding().filter(
        ~Exists(following), ends_on__range=(today, last), service__is_active=True
    )
    for paper in ending:
        yield _ending(Kind.AGREEMENT_ENDING, paper, paper.ends_on, stages, today, service_id=paper.service_id)


def _ending(kind: Kind, paper, day: dt.date, stages: list[int], today: dt.date, **scope) -> Found:
    stage = tightest(stages, (day - today).days)
    severity = Severity.ACT if stage == stages[0] else Severity.PLAN
    return Found(kind=kind, subject=paper, stage=str(stage), severity=severity, day=day, **scope)


def _lead(demand: demands.Demand, about: str) -> int:
    """How many days before its end a credential, or a language test, is reminded of."""
    days = {kind.code: kind.reminder_days for kind, _mandatory in demand.credentials}
    return days.get(about, settings.LANGUAGE_REMINDER_DAYS)


def _stays(today: dt.date) -> Iterator[Found]:
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
