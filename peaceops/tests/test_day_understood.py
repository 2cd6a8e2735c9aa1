"""A typed day is said back beside its field: on the server, which alone knows how days are read."""

import pytest
from django.urls import reverse
from django.utils import translation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "asked", "answer"),
    [
        ("en-ca", {"typed": "20270103"}, {"day": "2027-01-03", "says": "Sunday 3 January 2027"}),
        (
            "en-ca",
            {"typed": "3 jan 2027", "first": "3 jan 2027", "last": "2028-01-02"},
            {"day": "2027-01-03", "says": "Sunday 3 January 2027 · day 1 of 365"},
        ),
        (
            "fr-ca",
            {"typed": "2 janv. 2028", "first": "3 jan 2027", "last": "2028-01-02"},
            {"day": "2028-01-02", "says": "dimanche 2 janvier 2028 · jour 365 sur 365"},
        ),
        ("en-ca", {"typed": "soon", "first": "?"}, {"wrong": "Enter a date, for example 2027-03-02."}),
        ("en-ca", {"typed": "9" * 3000}, {"wrong": "Enter a date, for example 2027-03-02."}),
        (
            "en-ca",
            {"typed": "2027-01-03", "first": "\0", "last": "👮"},
            {"day": "2027-01-03", "says": "Sunday 3 January 2027"},
        ),
        ("en-ca", {}, {"wrong": "Enter a date, for example 2027-03-02."}),
    ],
)
def test_it_says_what_was_understood(as_user, bob, language, asked, answer):
    with translation.override(language):
        page = reverse("day_understood")

    assert as_user(bob).get(page, asked).json() == answer
