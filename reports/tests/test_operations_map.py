"""The map of the world, its list, and the measures say the same; typed tables of where people served on three days."""

import csv
import datetime as dt
import io
import json
import re
from html import unescape

import pytest
from django.urls import reverse

from reports.measures import Question
from reports.measures.catalogue import answer
from reports.world_map.drawing import world_map
from reports.world_map.outlines import outlines
from reports.world_map.served import served
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(today, alice, example_service):
    """Areas with one country, none and several; one renamed, one that took the mission of another."""
    made = {
        "namibia": create.area(code="namibia", name_en="Namibia", countries=["NA"], listing_order=1),
        "haiti": create.area(code="haiti", name_en="Haiti", countries=["HT"], listing_order=2),
        "caribbean": create.area(
            code="caribbean", name_en="Caribbean region", kind="region", countries=["HT", "JM", "BB"], listing_order=3
        ),
        "west-bank": create.area(code="west-bank", name_en="West Bank", kind="region", listing_order=4),
        "mali": create.area(code="mali", name_en="Mali", countries=["ML"], listing_order=5),
        "worldwide": create.area(code="worldwide", name_en="Worldwide", kind="region", listing_order=6),
        "italy": create.area(code="italy", name_en="Italy", countries=["IT"], listing_order=7),
    }
    create.former_name(of=made["namibia"], name_en="South West Africa", last_day=dt.date(1990, 3, 20))
    for area in made.values():
        create.authorization(area=area, cap=20, valid_from=dt.date(1980, 1, 1))
    mission = {code: create.mission(area=area) for code, area in made.items() if code != "caribbean"}
    mission["worldwide"] = create.mission(area=made["worldwide"], kind="specialized_posting")
    create.moved(mission=mission["haiti"], area=made["caribbean"], from_day=dt.date(2025, 1, 1))
    again = create.person(service=example_service)

    def stay(code, first, last, person=None, **fields):
        ended = {"status": "closed"} if last and last < today else {"status": "in_mission"}
        create.deployment(
            mission=mission[code],
            person=person or create.person(service=example_service),
            starts_on=first,
            ends_on=last or today + dt.timedelta(days=100),
            **ended,
            **fields,
        )

    stay("namibia", dt.date(1989, 10, 1), dt.date(1990, 3, 31), again)
    stay("namibia", dt.date(1989, 11, 2), dt.date(1990, 4, 30))
    stay("haiti", dt.date(2018, 10, 1), dt.date(2019, 2, 28), again)
    stay("haiti", dt.date(2019, 1, 1), dt.date(2019, 9, 5))
    stay("haiti", dt.date(2019, 3, 1), dt.date(2020, 2, 29), again)
    stay("mali", dt.date(2019, 9, 5), dt.date(2020, 9, 4))
    stay("west-bank", dt.date(2019, 9, 6), dt.date(2020, 9, 4))
    stay("haiti", today - dt.timedelta(days=90), None)
    stay("haiti", today - dt.timedelta(days=80), None, again)
    stay("worldwide", today - dt.timedelta(days=20), None, kind="ancillary")
    return made


# Day → the rows of the list: name of the day, deployed, people and deployments since the start, first and last day.
EXPECTED = {
    "1989-11-01": [("South West Africa", 1, 1, 1, "1989-10-01", "1989-11-01")],
    "2019-09-05": [
        ("Namibia", 0, 2, 2, "1989-10-01", "1990-04-30"),
        ("Haiti", 2, 2, 3, "2018-10-01", "2019-09-05"),
        ("Mali", 1, 1, 1, "2019-09-05", "2019-09-05"),
    ],
    "today": [
        ("Namibia", 0, 2, 2, "1989-10-01", "1990-04-30"),
        ("Haiti", 0, 2, 3, "2018-10-01", "2020-02-29"),
        ("Caribbean region", 2, 2, 2, "-90", "0"),
        ("West Bank", 0, 1, 1, "2019-09-06", "2020-09-04"),
        ("Mali", 0, 1, 1, "2019-09-05", "2020-09-04"),
        ("Worldwide", 1, 1, 1, "-20", "0"),
    ],
}
# Day → name → is somebody there, and the countries that are drawn for it.
DRAWN = {
    "1989-11-01": {"South West Africa": (True, ["NA"])},
    "2019-09-05": {"Namibia": (False, ["NA"]), "Haiti": (True, ["HT"]), "Mali": (True, ["ML"])},
    "today": {
        "Namibia": (False, ["NA"]),
        "Caribbean region": (True, ["HT", "JM", "BB"]),
        "West Bank": (False, ["PS"]),
        "Mali": (False, ["ML"]),
    },
}


def asked(on):
    return {} if on == "today" else {"on": on}


def expected(on, today):
    def day(words):
        return (today + dt.timedelta(days=int(words))).isoformat() if len(words) < 4 else words

    return [(*row[:4], day(row[4]), day(row[5])) for row in EXPECTED[on]]


def question(user, on, today):
    day = today if on == "today" else dt.date.fromisoformat(on)
    return Question(reader=user, today=today, on=day, first=day, last=day)


@pytest.mark.parametrize("on", EXPECTED)
def test_list_measures_map_and_exports_agree(world, as_user, alice, today, on):
    browser, url = as_user(alice), reverse("operations_map")
    response = browser.get(url, asked(on))
    of_the_day = question(alice, on, today)

    shown = [tuple(cell["words"] for cell in row) for row in response.context["rows"]]
    assert shown == [tuple(map(str, row)) for row in expected(on, today)]

    for row, one in zip(expected(on, today), served(of_the_day), strict=True):
        here = of_the_day.narrowed(area=one.area)
        since = here.since_the_start()
        numbers = [answer("deployed", here), answer("people", since), answer("deployments", since)]
        assert [found.number for found in numbers] == list(row[1:4])
    for cells in response.context["rows"]:
        for cell in cells[1:4]:
            assert saying_number(browser.get(cell["address"])) == cell["words"]

    page = unescape(response.content.decode())
    links = re.findall(r'<a class="map-(now|before)" href="([^"]+)" aria-label="([^"]+)"', page)
    drawn = {sentence.partition(",")[0]: kind == "now" for kind, _href, sentence in links}
    assert drawn == {name: is_now for name, (is_now, _codes) in DRAWN[on].items()}
    for _kind, href, _sentence in links:
        assert browser.get(href).status_code == 200

    told = json.loads(b"".join(browser.get(url, {**asked(on), "export": "json"}).streaming_content))
    assert [tuple(str(cell) for cell in row.values()) for row in told["rows"]] == shown
    text = b"".join(browser.get(url, {**asked(on), "export": "csv"}).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [tuple(line) for line in lines[1 : 1 + len(shown)]] == shown


def saying_number(response):
    return str(response.context["answer"].number)


@pytest.mark.parametrize("on", EXPECTED)
def test_each_country_is_drawn_once_for_the_area_that_it_stands_for(world, alice, today, on):
    of_the_day = question(alice, on, today)
    found = world_map(served(of_the_day), of_the_day.on)
    every = outlines()

    assert {place.area.name: (place.is_now, sorted(place.paths), sorted(place.dots)) for place in found.places} == {
        name: (
            is_now,
            sorted(every.paths[code] for code in codes if code in every.paths),
            sorted(every.dots[code] for code in codes if code in every.dots),
        )
        for name, (is_now, codes) in DRAWN[on].items()
    }
    assert len(found.land) + sum(len(place.paths) for place in found.places) == len(every.paths)
    assert [area.name for area in found.not_drawn] == (["Haiti", "Worldwide"] if on == "today" else [])


def test_who_shares_a_country_is_told_with_it(world, alice, today):
    found = world_map(served(question(alice, "today", today)), today)

    [sentence] = [place.sentence for place in found.places if place.area.code == "caribbean"]
    day = f"{today.day} {today:%B %Y}".replace(" ", "\N{NO-BREAK SPACE}")
    assert sentence.replace(" ", "\N{NO-BREAK SPACE}") == (
        f"Caribbean region, {day}: 2 deployed; since the start 2 people, 2 deployments. "
        f"Haiti, {day}: nobody deployed; since the start 2 people, 3 deployments."
    ).replace(" ", "\N{NO-BREAK SPACE}")


def test_a_year_of_the_slider_leads_to_its_last_day_and_this_year_to_today(world, as_user, alice, today):
    browser, url = as_user(alice), reverse("operations_map")

    assert browser.get(url, {"year": "1989"}).url == f"{url}?on=1989-12-31"
    assert browser.get(url, {"year": str(today.year)}).url == url
    for odd in ("1988", "99999999999", "x", "", "2019.5", "\0"):
        response = browser.get(url, {"year": odd})
        assert (response.status_code, response.context["as_of"].on) == (200, today), odd
    page = browser.get(url, {"on": "2019-12-31"}).content.decode()
    assert f'type="range" name="year" min="1989" max="{today.year}" step="1" value="2019"' in page


@pytest.mark.parametrize("on", ["1980-01-01", "2099-12-31", "2027-02-30", "soon"])
def test_any_day_may_be_asked_for(world, as_user, alice, on):
    assert as_user(alice).get(reverse("operations_map"), {"on": on}).status_code == 200


def test_its_statements_do_not_grow_with_the_areas(world, as_user, alice, today, django_assert_num_queries):
    browser, url = as_user(alice), reverse("operations_map")
    browser.get(url)  # what is asked once a minute, or once for all rows of a table
    with django_assert_num_queries(7):
        before = browser.get(url)
    area = create.area(name_en="France", countries=["FR"])
    create.authorization(area=area)
    create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today, status="in_mission")
    with django_assert_num_queries(7):
        after = browser.get(url)

    assert len(after.context["rows"]) == len(before.context["rows"]) + 1


def test_the_outlines_are_small_and_name_their_source(world, as_user, alice):
    page = as_user(alice).get(reverse("operations_map")).content

    assert len(page) < 150_000
    assert b"Natural Earth, 1:110m, version 4.1.0, public domain" in page
    assert {"HT", "ML", "UA", "IQ", "CD", "PS", "XK", "NA", "KH", "AF", "BA", "TL", "SD", "IT", "NL", "US"} <= {
        code for code in outlines().paths if outlines().has(code)
    }
    assert all(re.fullmatch(r"[Mlz0-9 -]+", path) for path in outlines().paths.values())
