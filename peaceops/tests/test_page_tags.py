"""The pieces that many pages draw."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import translation

from deployments.models.transitions import Act, Move
from deployments.stays.authorised_cap import Strength
from peaceops.templatetags import page

DAY = dt.date(2027, 3, 2)


def drawn(strength: Strength) -> list[tuple[str, int, int]]:
    return [(part["name"], int(part["x"]), int(part["width"])) for part in page.strength_bar(strength)["parts"]]


@pytest.mark.parametrize(
    ("strength", "parts", "cap_x"),
    [
        (Strength(DAY, 5, 3, 2, 20), [("in-mission", 0, 250), ("approved", 250, 150), ("held", 400, 100)], "1000"),
        (Strength(DAY, 10, 0, 0, 10), [("in-mission", 0, 1000)], "1000"),
        (Strength(DAY, 8, 4, 0, 10), [("in-mission", 0, 667), ("approved", 667, 167), ("over", 834, 167)], "833"),
        (Strength(DAY, 12, 0, 3, 10), [("in-mission", 0, 667), ("over", 667, 133), ("held", 800, 200)], "667"),
        (Strength(DAY, 1, 1, 0, None), [("over", 0, 1000)], "0"),
        (Strength(DAY, 0, 0, 0, None), [], "0"),
    ],
)
def test_the_bar_is_cut_at_the_cap(strength, parts, cap_x):
    bar = page.strength_bar(strength)

    assert (drawn(strength), bar["cap_x"]) == (parts, cap_x)


@pytest.mark.parametrize(("number", "text"), [(2, "+2"), (-3, "\N{MINUS SIGN}3")])
def test_a_change_has_a_sign(number, text):
    assert page.signed(number) == text


@pytest.mark.parametrize(("language", "text"), [("en-ca", "2 March 2027"), ("fr-ca", "2 mars 2027")])
def test_a_day_is_written_in_the_readers_language(language, text):
    with translation.override(language):
        assert (page.day(DAY), page.day(None)) == (text, "")


@pytest.mark.parametrize(
    ("query", "link", "order"),
    [
        ("", "sort=name", "none"),
        ("sort=name&page=3", "sort=-name", "ascending"),
        ("sort=-name", "sort=name", "descending"),
        ("sort=area&q=x", "sort=name&q=x", "none"),
    ],
)
def test_a_column_head_turns_the_order_and_begins_at_the_first_page(query, link, order):
    request = RequestFactory().get(f"/people/?{query}")

    head = page.sort_header({"request": request}, "name", "Name")

    assert head == {"label": "Name", "query": link, "order": order}


@pytest.mark.parametrize(
    ("language", "address", "other"),
    [("en-ca", "/en-ca/missions/?q=x", "/fr-ca/missions/?q=x"), ("fr-ca", "/fr-ca/missions/", "/en-ca/missions/")],
)
def test_the_other_language_is_the_same_page(language, address, other):
    with translation.override(language):
        assert page.other_language_url({"request": RequestFactory().get(address)}) == other


@pytest.mark.parametrize(
    ("act", "words"), [(Act.APPROVE, "Approve"), (Act.END_EARLY, "End early"), (Move.SUBMIT, "Submit")]
)
def test_a_button_says_the_act(act, words):
    assert page.verb(act) == words


@pytest.mark.parametrize(
    ("lasted", "text"), [(None, "–"), (dt.timedelta(seconds=1.5), "1.50 s"), (dt.timedelta(minutes=2), "120.00 s")]
)
def test_a_duration_is_told_in_seconds(lasted, text):
    assert page.duration(lasted) == text


def test_the_language_asked_for_has_its_level():
    demand = SimpleNamespace(language="fr", mission=SimpleNamespace(get_language_level_display=lambda: "B2"))

    assert page.language_asked(demand) == "French B2"
