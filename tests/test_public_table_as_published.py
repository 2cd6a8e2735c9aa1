"""The public table reproduces each published page: page, JSON and CSV, in both languages, for who has no account."""

import csv
import io
import json
import re

import pytest

from missions.models import PublicTable
from tests.test_published_table import CASES, NAMES, NAMES_THROUGH_2024, STATES, WORDS, Cells, _published, public_data

pytestmark = pytest.mark.django_db

__all__ = ["public_data"]

PAGE, CSV, JSON = "/{}/public/operations/", "/{}/public/operations.csv", "/{}/public/operations.json"
# Day → the sum of the caps as published.
SUMS = {"2014-06-30": 92, "2016-06-30": 115, "2018-01-31": 137, "2020-12-31": 119, "2022-06-30": 142, "2025-06-30": 130}
AT_THE_UN = "Mission permanente du Canada auprès des Nations Unies, New York"
ADVISER = (
    "Senior Police Advisor, Permanent Mission of Canada to the United Nations, New York",
    f"Conseillère principale ou conseiller principal en matière de police, {AT_THE_UN}",
)
INVESTIGATOR = (
    "Investigator, sexual and gender-based violence, International Criminal Court, The Hague",
    "Enquêteuse ou enquêteur, violence sexuelle et fondée sur le genre, Cour pénale internationale, La Haye",
)
# Day → the specialized postings in English and in French.
POSTINGS = {"2020-12-31": ([INVESTIGATOR[0], ADVISER[0]], [ADVISER[1], INVESTIGATOR[1]])}


def test_each_published_page_is_reproduced_for_everybody(public_data, client, settings):
    settings.PUBLIC_LIMITS = {}
    PublicTable.objects.create(is_open=True)

    def get(path, language, on):
        return client.get(path.format(language), {} if on == "today" else {"on": on})

    for on, language in CASES:
        french = language == "fr-ca"
        words = WORDS[language]
        names = NAMES if on == "today" or on > "2024-12-31" else {**NAMES, **NAMES_THROUGH_2024}
        published = _published(on)
        areas = [row[french] for row in published]
        caps = [row[4] for row in published]
        spoken, armed = [words[row[2]] for row in published], [words[row[3]] for row in published]
        missions = [[named(code, names, french) for code in row[5]] for row in published]

        cells = Cells()
        cells.feed(get(PAGE, language, on).content.decode())
        found = [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in cells.rows]
        assert [row[0].startswith(area) for row, area in zip(found, areas, strict=True)] == [True] * len(areas), on
        assert [row[1:4] for row in found] == [
            [language_, arms, words["cap"].format(cap)]
            for language_, arms, cap in zip(spoken, armed, caps, strict=True)
        ], on
        assert [[" ".join(item.split()) for item in items] for items in cells.items] == [
            [" ".join(filter(None, pair)) for pair in row] for row in missions
        ], on

        told = json.loads(get(JSON, language, on).content)
        assert [(row["area"], row["language"], row["armed"], row["authorized"]) for row in told["rows"]] == [
            (area, language_, row[3], row[4]) for area, language_, row in zip(areas, spoken, published, strict=True)
        ], on
        assert [[mission["name"] for mission in row["missions"]] for row in told["rows"]] == [
            [name for name, _state in row] for row in missions
        ], on
        assert told["authorized"] == SUMS.get(on, 130), on
        if on in POSTINGS:
            assert sorted(told["postings"]) == POSTINGS[on][french], on

        text = get(CSV, language, on).content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), delimiter=";" if french else ","))[1:]
        assert [line[:5] for line in lines] == [
            [area, "; ".join(f"{name} ({state})" if state else name for name, state in each), language_, arms, str(cap)]
            for area, each, language_, arms, cap in zip(areas, missions, spoken, armed, caps, strict=True)
        ], on


def named(code, names, french):
    """The name of a mission and its state, empty where it is active."""
    code, _space, state = code.partition(" ")
    return names[code][french], STATES[state][french] if state else ""
