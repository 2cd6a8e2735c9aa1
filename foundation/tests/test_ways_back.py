"""The way back leads to pages of our own only, in the language of now."""

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from foundation.ways_back import LONGEST, way_back


def back(said):
    return way_back(RequestFactory().get("/", {"next": said}))


@pytest.mark.parametrize("said", ["/en-ca/people/7/", "/en-ca/deployments/plan/?person=7&position=9", "/en-ca/#top"])
def test_pages_of_our_own_are_gone_back_to(said):
    with override("en-ca"):
        assert back(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "",
        "https://example.org/",
        "//example.org/en-ca/",
        "/\\example.org/",
        "\\/example.org",
        "javascript:alert(1)",
        "en-ca/people/",
        "/en-ca/nowhere/",
        "/fr-fr/people/",
        "/en-ca/people/\0",
        "/en-ca/people/\r\nSet-Cookie: a=b",
        f"/en-ca/people/?q={'x' * LONGEST}",
    ],
)
def test_nothing_else_is(said):
    with override("en-ca"):
        assert back(said) is None


def test_the_language_that_was_chosen_meanwhile_holds():
    with override("fr-ca"):
        assert back("/en-ca/people/7/?on=2027-01-02") == "/fr-ca/people/7/?on=2027-01-02"


def test_an_address_that_says_nothing_leads_nowhere():
    assert way_back(RequestFactory().get("/")) is None
