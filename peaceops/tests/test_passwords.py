"""Passwords that everybody uses, or that stand near their owner, are refused; others are taken."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from tests import create

pytestmark = pytest.mark.django_db
EASY = [
    "password1234",
    "qwertyuiop123",
    "Sunshine1234567",
    "123456789012",
    "aaaaaaaaaaaaaaa",
    "motdepasse2026",
    "NoorBellerive1999",
    "noor.bellerive@example.ca",
    "b3ll3r1v3-noor-2026",
    "Maëlle!Maëlle!",
    "PeaceOps-2026-Canada",
    "Hillford-Police-2026",
    "H1llf0rd.P0l1c3!!",
    "SureteDeHillford2026",
    "Sûreté de Hillford 1873",
    "Winter2026!Winter",
    "January27,2026",
    "correcthorsebatterystaple",
    "Correct-Horse-Battery-Staple",
    "correct horse battery staple",
    "C0rrect!H0rse!B@ttery!St@ple",
    "Correct1Horse2Battery3Staple4",
    "correct-horse-battery",
    "correcthorsebatterystaple-2026",
    "c.o.r.r.e.c.t.h.o.r.s.e.b.a.t.t.e.r.y",
    "Noor, The Quick Brown Fox!",
    "May the Force be with you",
    "to-be-or-not-to-be",
    "Ô Canada, terre de nos aïeux",
    "J'ai oublié mon mot de passe",
    "Je t’aime pour toujours",
    "correct-horse_correct-horse",
    "horse + table",
]
HARD = [
    "pencil-horse-lantern",
    "battery staple tulip Ganges 47 orbit",
    "to be or not to be tulip Ganges orbit",
    "gentil-horse-correct-mouette",
    "tulip Ganges 47 orbit",
    "a7d2f0-1c93de-0f33aa",
    "glace huître tambour violet",
    "Noor a vu trois hérissons",
    "x" * 5 + "tulipGanges47orbit" * 10,
]


@pytest.fixture
def noor():
    create.service(code="hillford", name_en="Hillford Police", name_fr="Sûreté de Hillford")
    return User(name="Noor Maëlle Bellerive", email="noor.bellerive@example.ca")


@pytest.mark.parametrize("password", EASY)
def test_an_easy_password_is_refused(password, noor):
    with pytest.raises(ValidationError):
        validate_password(password, noor)


@pytest.mark.parametrize("password", HARD)
def test_a_hard_password_is_taken(password, noor):
    validate_password(password, noor)


def test_a_phrase_that_shares_letters_with_the_owners_name_is_taken(db):
    validate_password("glace huître tambour violet", User(name="Coralie Tremblant", email="coralie@example.ca"))


def test_without_an_owner_the_common_and_the_services_are_still_easy(noor):
    for password in ("Hillford-Police-2026", "qwertyuiop123"):
        with pytest.raises(ValidationError):
            validate_password(password)
