"""What services and people hold in the demonstration world: agreements, redlines, credentials, attestations, consents.

Most of it is in order; some of it runs out soon, so that there is something to renew.
"""

import datetime as dt
import random

from accounts.models import User
from deployments.models import Consent, Deployment
from deployments.stays import tour
from missions.models import CredentialKind, MissionProfile
from peaceops.demonstration.history import moment
from personnel.models import (
    Attestation,
    Availability,
    Credential,
    EmergencyContact,
    LanguageTest,
    PartnerAgreement,
    Person,
    PoliceService,
)

DAY = dt.timedelta(days=1)
NEEDS_PROVINCE = {"surete-du-quebec", "spvm", "gatineau", "saguenay"}
OFFICERS = {"surete-du-quebec": 5800, "opp": 6200, "spvm": 4600, "gatineau": 400, "durham": 900, "toronto": 5000}
# Service, how many days the agreement still holds; the province of Saguenay has not approved yet.
ENDS_IN = {"gatineau": 95, "durham": 20, "saguenay": 900}
HELD = ["driving", "training", "first-aid", "passport", "clearance-secret", "vaccinations", "ams", "firearms"]
BY_PROFILE = ["medical", "psychological"]


def agree(today: dt.date, by: User) -> None:
    """An agreement with each active partner, and redlines for some."""
    for service in PoliceService.objects.filter(is_active=True).exclude(kind=PoliceService.Kind.FEDERAL):
        if service.code in OFFICERS:
            service.officers = OFFICERS[service.code]
            service.redline_heads = {"gatineau": 3}.get(service.code, 12)
            service.save()
        last = today + ENDS_IN.get(service.code, 700) * DAY
        PartnerAgreement.objects.create(
            service=service,
            reference=f"DEMO-{service.code.upper()}",
            starts_on=last - 5 * 365 * DAY,
            ends_on=last,
            state=PartnerAgreement.State.SIGNED,
            needs_province=service.code in NEEDS_PROVINCE,
            province_approved_on=last - 5 * 365 * DAY
            if service.code in NEEDS_PROVINCE and service.code != "saguenay"
            else None,
        )


def certify(today: dt.date, by: User) -> None:
    """Papers of everybody who is away, about to go, or was away in the last four years."""
    chance = random.Random(2024)
    since = today - 4 * 365 * DAY
    people = list(
        Person.objects.filter(state=Person.State.ACTIVE, deployments__last_day__gte=since).distinct().order_by("id")
    )
    under_way = Deployment.objects.approved_or_in_mission()
    goes = dict(under_way.values_list("person", "first_day"))
    kinds = {kind.code: kind for kind in CredentialKind.objects.all()}
    profiles = list(MissionProfile.objects.all())
    credentials, languages, attestations = [], [], []
    for person in people:
        attestations.append(_attestation(person, today - chance.randrange(10, 200) * DAY, by))
        # Who goes is certified shortly before: what holds twelve months then lapses in the last weeks of the stay.
        on = min(goes.get(person.pk, today), today)
        # What liaisons entered last week, nobody has seen yet.
        seen_by = by if person.pk in goes or person.pk % 60 else None
        ready, held = person.pk in goes, [code for code in HELD if person.pk in goes or chance.random() < 0.9]
        credentials += [_credential(person, kinds[code], on, chance, seen_by, fresh=ready) for code in held]
        for code in BY_PROFILE:
            credentials += [
                _credential(person, kinds[code], on, chance, by, profile=profile, fresh=ready)
                for profile in profiles
                if ready or chance.random() < 0.8
            ]
        other = "en" if person.first_language == "fr" else "fr"
        languages.append(_language(person, other, 5 if ready else chance.choice([3, 4, 4, 5, 5]), on, chance))
        if chance.random() < 0.15:
            languages.append(
                _language(person, chance.choice(["ar", "es", "ht"]), chance.choice([2, 3, 4]), today, chance)
            )
    Credential.objects.bulk_create(credentials, batch_size=500)
    LanguageTest.objects.bulk_create(languages, batch_size=500)
    Attestation.objects.bulk_create(attestations, batch_size=500)
    EmergencyContact.objects.bulk_create(
        EmergencyContact(
            person=person,
            name=f"{given} {person.family_name}",
            relation=relation,
            telephone=f"+1 613 555 {1000 + number:04}",
            language=person.first_language,
        )
        for number, (person, given, relation) in enumerate(
            (person, chance.choice(["Robin", "Dominique", "Alex"]), chance.choice(["spouse", "parent", "sibling"]))
            for person in people[:200]
        )
    )
    for person in people[::40]:
        Availability.objects.create(
            person=person,
            kind=Availability.Kind.UNAVAILABLE,
            first_day=today + 40 * DAY,
            last_day=today + 100 * DAY,
        )
    _consent_to_those_away(today, by)


def make_fit(person: Person, today: dt.date, by: User, *, without: tuple[str, ...] = ()) -> None:
    """Give somebody every paper that a mission may ask for, fresh, but for those named."""
    chance = random.Random(person.pk)
    profiles = list(MissionProfile.objects.all())
    for kind in CredentialKind.objects.filter(code__in=[*HELD, *BY_PROFILE]).exclude(code__in=without):
        for profile in profiles if kind.by_profile else [None]:
            _credential(person, kind, today, chance, by, profile=profile, fresh=True).save()
    if "language" not in without:
        _language(person, "en" if person.first_language == "fr" else "fr", 5, today, chance).save()
    if "attestation" not in without:
        _attestation(person, today - 5 * DAY, by).save()


def _credential(person, kind, today, chance, by: User | None, *, profile=None, fresh=False) -> Credential:
    months = kind.validity_months or 60
    age = chance.randrange(5, 25) if fresh else chance.randrange(5, max(6, int(months * 30.4)))
    issued = today - age * DAY
    return Credential(
        person=person,
        kind=kind,
        profile=profile,
        issued_on=issued,
        expires_on=tour.last_day(issued, kind.validity_months) if kind.validity_months else None,
        verified_by=by,
        verified_on=issued if by else None,
        document_seen="Original" if by else "",
    )


def _language(person, language, level, today, chance) -> LanguageTest:
    tested = today - chance.randrange(20, 900) * DAY
    return LanguageTest(
        person=person, language=language, level=level, tested_on=tested, expires_on=tour.last_day(tested, 60)
    )


def _attestation(person, made_on, by) -> Attestation:
    return Attestation(person=person, made_on=made_on, expires_on=tour.last_day(made_on, 12), made_by=by)


def _consent_to_those_away(today: dt.date, by: User) -> None:
    """Those who are in a mission, or approved to go, were lent by their services."""
    rows = Deployment.objects.approved_or_in_mission().select_related("service")
    now = moment(today, today=today)
    Consent.objects.bulk_create(
        Consent(
            person_id=row.person_id,
            service=row.service,
            mission_id=row.mission_id,
            offered_from=row.first_day,
            offered_through=row.last_day,
            starts_on=row.first_day,
            ends_on=row.last_day,
            state=Consent.State.CONSENTED,
            answer_by=row.first_day,
            offered_by=by,
            offered_at=now,
            answered_by=by,
            answered_at=now,
        )
        for row in rows
        if row.service.is_partner
    )
