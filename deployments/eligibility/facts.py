"""What is on record about people when they are judged, read for any number of them in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from deployments.models import Consent, Deployment, Waiver
from personnel.models import (
    Attestation,
    Availability,
    Credential,
    LanguageTest,
    PartnerAgreement,
    Person,
)


@dataclass(frozen=True)
class Stay:
    """The days of a deployment that is not over, both included, as known today (`Deployment.stay`)."""

    deployment: Deployment
    first: dt.date
    last: dt.date


@dataclass
class Facts:
    """One person, with service and rank, and all records that the rules look at."""

    person: Person
    credentials: list[Credential] = field(default_factory=list)
    languages: list[LanguageTest] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    availability: list[Availability] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    agreements: list[PartnerAgreement] = field(default_factory=list)
    away_from_service: list[tuple[int, dt.date, dt.date]] = field(default_factory=list)
    """(person id, first day, last day) of every deployment from the service that is not over, the person's own too."""


def for_person(person: Person, *, today: dt.date) -> Facts:
    """The facts of one person (with service and rank)."""
    return for_people([person], today=today)[0]


def for_people(people: Iterable[Person], *, today: dt.date) -> list[Facts]:
    """The facts of several people (with their service and rank), in the same order, in eight queries."""
    people = list(people)
    ids = [person.pk for person in people]
    services = {person.service_id for person in people}
    found = {person.pk: Facts(person) for person in people}

    for credential in Credential.objects.filter(person__in=ids).select_related("kind", "profile"):
        found[credential.person_id].credentials.append(credential)
    for test in LanguageTest.objects.filter(person__in=ids):
        found[test.person_id].languages.append(test)
    for attestation in Attestation.objects.filter(person__in=ids):
        found[attestation.person_id].attestations.append(attestation)
    for period in Availability.objects.filter(person__in=ids):
        found[period.person_id].availability.append(period)
    for consent in Consent.objects.filter(person__in=ids):
        found[consent.person_id].consents.append(consent)
    for waiver in Waiver.objects.filter(person__in=ids, state__in=["asked", "granted"]).select_related("decided_by"):
        found[waiver.person_id].waivers.append(waiver)

    agreements = defaultdict(list)
    for agreement in PartnerAgreement.objects.filter(service__in=services):
        agreements[agreement.service_id].append(agreement)
    away = defaultdict(list)
    # One query for both: deployments from the services count against their redlines, and those of the people may have
    # been made from another service, before they changed.
    not_over = Deployment.objects.not_over()
    for deployment in not_over.filter(Q(service__in=services) | Q(person__in=ids)).select_related(
        "mission", "person", "rank"
    ):
        stay = Stay(deployment, *deployment.stay(today))
        away[deployment.service_id].append((deployment.person_id, stay.first, stay.last))
        if deployment.person_id in found:
            found[deployment.person_id].stays.append(stay)
    for facts in found.values():
        facts.agreements = agreements[facts.person.service_id]
        facts.away_from_service = away[facts.person.service_id]
    return [found[person_id] for person_id in ids]
