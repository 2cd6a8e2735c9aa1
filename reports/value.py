"""What a home service gives and gains: who is away, what was done since the start, what comes home, what is carried."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from deployments.eligibility.days import peak
from deployments.models import Consent, Deployment, DeploymentRole
from deployments.models.whereabouts import DeploymentQuerySet
from missions.models import CredentialKind, Role, Tongue
from personnel.models import Credential, LanguageTest, PartnerAgreement, PoliceService
from reports import measures, naming, saying
from reports.measures import MEASURES, Answer, Question
from reports.measures.catalogue import answer

SHOWN = 12
"""So many of those who are away stand on the sheet, which is one page."""
MOST_KINDS = 6
"""So many roles, languages and credentials each."""
FIGURES = ("people", "deployments", "person_days")
"""What was done since the start, as measures."""


@dataclass(frozen=True)
class Counted:
    """Something of which there are some, and where the rows behind the number are listed."""

    label: str
    number: int
    address: str = ""


@dataclass(frozen=True)
class Kinds:
    """What there is of several kinds, the most frequent first; a sheet names some of them."""

    found: list[Counted]

    @property
    def shown(self) -> list[Counted]:
        return self.found[:MOST_KINDS]

    @property
    def not_shown(self) -> int:
        return max(0, len(self.found) - MOST_KINDS)


@dataclass(frozen=True)
class Statement:
    """All that a value statement says of one service as of a day.

    `stays` are those away by their return, each with `roles_then` and `consented_until`. `most_away` is the greatest
    number away on one day of the coming year, with the first such day; None of another day than today.
    """

    service: PoliceService
    on: dt.date
    away: Answer
    stays: list[Any]
    figures: list[Answer]
    roles: Kinds
    languages: Kinds
    credentials: Kinds
    most_away: tuple[int, dt.date] | None
    agreements: list[PartnerAgreement] = field(default_factory=list)

    @property
    def shown(self) -> list[Any]:
        return self.stays[:SHOWN]

    @property
    def not_shown(self) -> int:
        return max(0, len(self.stays) - SHOWN)

    @property
    def share_away(self) -> str:
        """Those away as a share of the officers of the service, in words; empty where nobody recorded how many."""
        officers = self.service.officers
        return saying.per_cent(100 * len(self.stays) / officers) if officers else ""


def statement(reader: User, service: PoliceService, *, on: dt.date, today: dt.date) -> Statement:
    """The statement of a service as of a day, by the names of that day."""
    question = Question(reader=reader, today=today, on=on, first=on, last=on, service=service).since_the_start()
    away = answer("deployed", question)
    went = answer("deployments", question)
    return Statement(
        service,
        on,
        away,
        _away(away.rows, on, today),
        [went if name == "deployments" else answer(name, question) for name in FIGURES],
        _roles(went.rows, question),
        *_gained(reader, service, on, today),
        most_away(reader, service, today) if on == today else None,
        list(service.agreements.binding().filter(ends_on__gte=on).order_by("starts_on", "id")[:2]),
    )


def most_away(reader: User, service: PoliceService, today: dt.date) -> tuple[int, dt.date]:
    """The greatest number of people away on one day of the coming year, and the first such day."""
    last = today + dt.timedelta(days=365)
    stays = measures.away(reader, first=today, last=last, today=today).filter(service=service)
    return peak(stays.values_list("first_day", "stay_ends"), today, last)


def _away(rows: QuerySet, on: dt.date, today: dt.date) -> list[Any]:
    """Who is away, by the day of return, each with the role there and the last day of the consent."""
    related = ("person", "rank", "mission__area", "service", "position")
    stays: list[Any] = list(
        rows.select_related(*related).prefetch_related("roles").order_by("last_day", "person__sort_name", "id")
    )
    naming.stays_as_of(stays, on, today=today)
    consents = _consented_until(stays, on)
    for stay in stays:
        titles = [str(role) for role in stay.roles.all()] or ([str(stay.position.title)] if stay.position else [])
        stay.roles_then = ", ".join(titles)
        stay.consented_until = consents.get((stay.person_id, stay.mission_id))
    return stays


def _consented_until(stays: Iterable[Deployment], on: dt.date) -> dict[tuple[int, int], dt.date]:
    """The last day of the consents that cover a day, by person and mission."""
    people = {stay.person_id for stay in stays}
    given = Consent.objects.filter(
        person__in=people, state__in=[Consent.State.CONSENTED, Consent.State.RECALLED], starts_on__lte=on
    )
    found: dict[tuple[int, int], dt.date] = {}
    for consent in given:
        days = consent.covered()
        if days and days[1] >= on:
            key = (consent.person_id, consent.mission_id)
            found[key] = max(days[1], found.get(key, days[1]))
    return found


def _roles(stays: QuerySet, question: Question) -> Kinds:
    """The roles of these stays, the most frequent first."""
    rows = DeploymentRole.objects.filter(deployment__in=stays.order_by().values("pk"))
    numbers = measures.counted_by(rows, "role")
    names = Role.objects.in_bulk(numbers)
    found = [
        Counted(str(names[role]), number, saying.rows_at(MEASURES["deployments"], question.narrowed(role=names[role])))
        for role, number in numbers.items()
    ]
    return _most_first(found)


def _gained(reader: User, service: PoliceService, on: dt.date, today: dt.date) -> tuple[Kinds, Kinds]:
    """Languages and credentials that people of the service gained since they arrived, and brought home.

    Restricted credentials, and those that count only when somebody has verified them, are not told of.
    """
    home = Deployment.objects.visible_to(reader).filter(service=service).returned_by(on, today=today)
    theirs = Q(person__service=service, person__merged_into=None)
    tests = LanguageTest.objects.filter(theirs, _since_arrival(home, "tested_on"), tested_on__lte=on)
    papers = Credential.objects.filter(theirs, _since_arrival(home, "issued_on"), issued_on__lte=on)
    papers = papers.filter(result=Credential.Result.MET, kind__is_restricted=False).filter(
        Q(kind__needs_verification=False) | Q(verified_by__isnull=False)
    )
    languages = [Counted(str(Tongue(tongue).label), number) for tongue, number in _people_by(tests, "language").items()]
    numbers = _people_by(papers, "kind")
    kinds = CredentialKind.objects.in_bulk(numbers)
    return _most_first(languages), _most_first([Counted(str(kinds[kind]), number) for kind, number in numbers.items()])


def _since_arrival(home: DeploymentQuerySet, day: str) -> Exists:
    return Exists(home.filter(person=OuterRef("person"), arrived_on__lte=OuterRef(day)))


def _people_by(rows: QuerySet, name: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(name).annotate(Count("person", distinct=True)))


def _most_first(found: list[Counted]) -> Kinds:
    return Kinds(sorted(found, key=lambda one: (-one.number, one.label)))
