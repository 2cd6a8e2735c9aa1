"""Rows for tests. Every function takes keywords only and fills in what a test does not mention."""

import datetime as dt
import itertools
import time

from accounts.access import Role
from accounts.models import User
from deployments.models import Deployment
from deployments.models.deployments import ARRIVED, RETURNED
from missions.models import Area, Authorization, Ceiling, LeadOrganization, Mission, Position
from personnel.models import Person, PoliceService, Rank

_numbers = itertools.count(time.time_ns() // 1000)  # processes that share a database never meet


def user(*, email=None, name="Somebody", role=Role.COORDINATOR, **fields) -> User:
    return User.objects.create_user(email or f"user{next(_numbers)}@example.ca", name=name, role=role, **fields)


def ceiling(*, cap=200, valid_from=dt.date(2000, 1, 1), valid_to=None) -> Ceiling:
    return Ceiling.objects.create(cap=cap, valid_from=valid_from, valid_to=valid_to)


def area(*, code=None, name_en="Ruritania", name_fr="Ruritanie", **fields) -> Area:
    return Area.objects.create(code=code or f"area-{next(_numbers)}", name_en=name_en, name_fr=name_fr, **fields)


def authorization(
    *, area, cap=22, valid_from=dt.date(2000, 1, 1), valid_to=None, reference=None, **fields
) -> Authorization:
    values = {"language": "fr", "armed": True, "reason": "Recorded for a test.", **fields}
    return Authorization.objects.create(
        area=area,
        cap=cap,
        valid_from=valid_from,
        valid_to=valid_to,
        reference=reference or f"MA-{next(_numbers)}",
        **values,
    )


def lead() -> LeadOrganization:
    return LeadOrganization.objects.get_or_create(
        code="un",
        defaults={"kind": "united_nations", "name_en": "United Nations", "name_fr": "Nations Unies"},
    )[0]


def mission(*, area=None, code=None, name_en="Ruritania Mission", name_fr="Mission en Ruritanie", **fields) -> Mission:
    return Mission.objects.create(
        area=area or globals()["area"](),
        lead=lead(),
        code=code or f"mission-{next(_numbers)}",
        name_en=name_en,
        name_fr=name_fr,
        **fields,
    )


def position(*, mission, number="P1", **fields) -> Position:
    values = {"title_en": "Police adviser", "title_fr": "Conseillère policière", "stream": "adviser", **fields}
    return Position.objects.create(mission=mission, number=number, **values)


def rank(*, family="canada", code="constable", **fields) -> Rank:
    values = {
        "level": 1,
        "name_en": "Constable",
        "name_fr": "Gendarme",
        "abbreviation_en": "Cst.",
        "abbreviation_fr": "Gend.",
        **fields,
    }
    return Rank.objects.get_or_create(family=family, code=code, defaults=values)[0]


def service(*, code=None, name_en="Example Police", name_fr="Police d'Exemple", **fields) -> PoliceService:
    values = {
        "abbreviation_en": "EP",
        "abbreviation_fr": "PE",
        "kind": "municipal",
        "province": "ON",
        "rank_family": "canada",
        **fields,
    }
    return PoliceService.objects.create(
        code=code or f"service-{next(_numbers)}", name_en=name_en, name_fr=name_fr, **values
    )


def person(*, service=None, given_name="Émilie", family_name="Tremblay", **fields) -> Person:
    values = {"gender": "woman", "first_language": "fr", **fields}
    if values.get("category") != "civilian":
        values.setdefault("rank", rank())
    return Person.objects.create(
        service=service or globals()["service"](), given_name=given_name, family_name=family_name, **values
    )


def deployment(
    *, mission, starts_on, ends_on, person=None, status="approved", arrived_on=None, departed_on=None, **fields
) -> Deployment:
    """Straight into the database; the facts follow the plan where a status needs them."""
    person = person or globals()["person"]()
    if status in ARRIVED:
        arrived_on = arrived_on or starts_on
    if status in RETURNED:
        departed_on = departed_on or ends_on
    if status == "ended_early":
        fields.setdefault("end_reason", "compassionate")
    return Deployment.objects.create(
        person=person,
        mission=mission,
        starts_on=starts_on,
        ends_on=ends_on,
        arrived_on=arrived_on,
        departed_on=departed_on,
        status=status,
        service=person.service,
        rank=person.rank,
        armed=False,
        **fields,
    )
