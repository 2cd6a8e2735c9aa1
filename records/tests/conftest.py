"""Bob as a liaison of the Sûreté du Québec, with four people on record."""

import datetime as dt

import pytest

from personnel.models import Rank
from tests import create


@pytest.fixture
def sq(db):
    """Bob, who works in French for the Sûreté du Québec."""
    service = create.service(
        code="sq",
        name_en="Sûreté du Québec",
        name_fr="Sûreté du Québec",
        abbreviation_en="SQ",
        abbreviation_fr="SQ",
    )
    create.rank(
        code="agent", name_en="Constable", name_fr="Agent / Agente", abbreviation_en="Cst", abbreviation_fr="agt"
    )
    create.rank(
        code="sergeant",
        level=2,
        name_en="Sergeant",
        name_fr="Sergent / Sergente",
        abbreviation_en="Sgt",
        abbreviation_fr="sgt",
    )
    bob = create.user(email="bob@example.ca", name="Bob", role="liaison", language="fr-ca")
    service.liaisons.add(bob)
    return bob


@pytest.fixture
def seeded(sq):
    """Bob after he brought four people."""
    [service], agent = sq.services.all(), Rank.objects.get(code="agent")
    for number, family, given, born in (
        ("88001", "Côté", "Anne", dt.date(1985, 4, 3)),
        ("0088002", "Lœuvre", "Gisèle", dt.date(1979, 2, 28)),
        ("88003", "O'Brien", "Máire", dt.date(1988, 2, 29)),
        ("88004", "de la Durantaye", "Élise", dt.date(1990, 12, 1)),
    ):
        create.person(
            service=service,
            service_number=number,
            family_name=family,
            given_name=given,
            born_on=born,
            rank=agent,
            gender="woman",
            first_language="fr",
            joined_on=None,
        )
    return sq
