"""The public table: closed until an administrator opens it, as published on each day, the same for everybody."""

import csv
import datetime as dt
import io
import json
import re
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.models import Event
from missions.models import PublicTable
from tests import create
from tests.test_published_table import Cells

pytestmark = pytest.mark.django_db

PAGE, CSV, JSON = "/{}/public/operations/", "/{}/public/operations.csv", "/{}/public/operations.json"


@pytest.fixture
def opened(db):
    return PublicTable.objects.create(is_open=True)


def get(path, language="en-ca", on="today", **headers):
    """What somebody is answered who never signed in."""
    return Client().get(path.format(language), {} if on == "today" else {"on": on}, headers=headers)


@pytest.mark.parametrize("path", [PAGE, CSV, JSON])
def test_it_is_closed_until_an_administrator_opens_it_and_again_afterwards(path, as_user, emil, alice):
    assert [get(path, language).status_code for language in ("en-ca", "fr-ca")] == [404, 404]
    form = reverse("admin:missions_publictable_add")
    assert as_user(alice).post(form, {"is_open": "on"}).status_code == 302
    assert not PublicTable.objects.exists()

    browser = as_user(emil)
    shown = browser.get(form)
    assert browser.post(form, {"is_open": "on", "seen": seen(shown)}).status_code == 302
    assert [get(path, language).status_code for language in ("en-ca", "fr-ca")] == [200, 200]
    assert browser.get(form).url == reverse("admin:missions_publictable_change", args=[1])  # there is one

    edit = reverse("admin:missions_publictable_change", args=[1])
    assert browser.post(edit, {"seen": seen(browser.get(edit))}).status_code == 302
    assert get(path).status_code == 404
    told = [(event.verb, event.details.get("changes", {}).get("is_open")) for event in events(emil)]
    assert told == [("added", [None, True]), ("edited", [True, False])]
    assert browser.post(reverse("admin:missions_publictable_delete", args=[1])).status_code == 403


def events(by):
    return Event.objects.filter(subject_type__model="publictable", actor=by, verb__in=["added", "edited"]).order_by(
        "at"
    )


def seen(page):
    return page.context["adminform"].form["seen"].value() or ""


@pytest.fixture
def ruritania(today, example_service):
    """An area with five people there, one with four, one with nobody, and one with people and no authorization."""
    for name, number, cap in [("Ruritania", 5, 12), ("Graustark", 4, 7), ("Zenda", 0, 3), ("Freedonia", 6, None)]:
        area = create.area(name_en=name)
        paper = create.authorization(area=area, cap=cap or 9, language="fr", armed=True)
        mission = create.mission(area=area, name_en=f"{name} Mission")
        for _each in range(number):
            create.deployment(
                mission=mission,
                person=create.person(service=example_service),
                starts_on=today - dt.timedelta(days=20),
                ends_on=today + dt.timedelta(days=20),
                status="in_mission",
            )
        if cap is None:
            paper.valid_to = today - dt.timedelta(days=1)
            paper.save()


def test_fewer_than_five_people_are_not_counted_and_nobody_is_named(ruritania, opened):
    page, told = unescape(get(PAGE).content.decode()), json.loads(get(JSON).content)
    lines = list(csv.reader(io.StringIO(get(CSV).content.decode("utf-8-sig"))))

    cells = Cells()
    cells.feed(page)
    assert [row[4].strip() for row in cells.rows] == ["5", "Fewer than 5", "Fewer than 5"]
    assert [(row["area"], row["deployed"], row["deployed_in_words"]) for row in told["rows"]] == [
        ("Ruritania", 5, "5"),
        ("Graustark", None, "Fewer than 5"),
        ("Zenda", None, "Fewer than 5"),
    ]
    assert (told["authorized"], told["deployed"]) == (22, None)
    assert [line[5] for line in lines[1:]] == ["5", "Fewer than 5", "Fewer than 5"]
    for body in (page, json.dumps(told, ensure_ascii=False), str(lines)):
        for secret in ("Tremblay", "Example Police", "Freedonia", "/areas/", "/deployments/", "/missions/"):
            assert secret not in body, secret


def test_a_day_to_come_and_what_is_no_day_are_not_public(ruritania, opened, today):
    for on, sentence in [
        ((today + dt.timedelta(days=1)).isoformat(), "This table is public for today and past days."),
        ("2027-02-30", "“2027-02-30” is not a date that exists."),
        ("soon", "Enter a date, for example 2027-03-02."),
    ]:
        page = get(PAGE, on=on)
        assert page.status_code == 200
        assert f"{sentence} The page shows today." in unescape(page.content.decode())
        assert [get(path, on=on).status_code for path in (CSV, JSON)] == [404, 404]
    assert get("/{}/public/operations.xlsx").status_code == 404
    assert Client().post(PAGE.format("en-ca")).status_code == 405


@pytest.mark.parametrize("path", [PAGE, CSV, JSON])
def test_everybody_is_sent_the_same_and_may_keep_it_for_a_while(path, ruritania, opened, as_user, alice):
    answer = get(path)

    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Vary" not in answer
    assert (dict(answer.cookies), "Set-Cookie" in answer) == ({}, False)
    assert get(path, if_none_match=answer["ETag"]).status_code == 304
    assert get(path, if_none_match=answer["ETag"])["Cache-Control"] == "public, max-age=300"
    signed_in = as_user(alice).get(path.format("en-ca"))
    assert (signed_in.content, signed_in["ETag"]) == (answer.content, answer["ETag"])
    assert ("Vary" in signed_in, len(signed_in.cookies)) == (False, 0)

    PublicTable.objects.update(is_open=False)
    assert get(path)["Cache-Control"] == "no-store"


def test_who_asks_too_often_has_to_wait(opened, settings):
    cache.clear()
    settings.PUBLIC_LIMITS = {"public_of_one": "3/m/key", "public": "5/m/key"}
    asked = [Client().get(JSON.format("en-ca"), REMOTE_ADDR="198.51.100.1").status_code for _each in range(5)]
    others = [Client().get(PAGE.format("en-ca"), REMOTE_ADDR=f"198.51.100.{n}").status_code for n in range(2, 6)]

    assert asked == [200, 200, 200, 429, 429]
    assert others == [200, 200, 429, 429]
    refused = Client().get(PAGE.format("en-ca"), REMOTE_ADDR="198.51.100.1")
    assert (refused["Retry-After"], refused["Cache-Control"]) == ("60", "no-store")
    assert "Too many requests in a short time" in refused.content.decode()


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_search_engines_are_told_what_it_is(ruritania, opened, language, settings):
    settings.SITE_URL = "https://peaceops.example"
    on = "2025-06-30"
    page = get(PAGE, language, on).content.decode()
    [told] = re.findall(r'<head>.*<script type="application/ld\+json">(.*?)</script>.*</head>', page, re.DOTALL)
    found = json.loads(told)

    assert (found["@context"], found["@type"], found["inLanguage"]) == ("https://schema.org", "Dataset", language)
    assert found["name"] == {"en-ca": "Current operations", "fr-ca": "Missions en cours"}[language]
    assert found["url"] == f"https://peaceops.example/{language}/public/operations/?on={on}"
    assert [each["contentUrl"] for each in found["distribution"]] == [
        f"https://peaceops.example/{language}/public/operations.{ending}?on={on}" for ending in ("csv", "json")
    ]
    assert "<" not in told


def test_it_asks_as_much_however_many_areas_there_are(ruritania, opened, django_assert_num_queries):
    get(PAGE)  # whether this is the demonstration is asked once a minute
    with django_assert_num_queries(9):
        get(PAGE)
    area = create.area(name_en="Syldavia")
    create.authorization(area=area)
    create.mission(area=area)
    with django_assert_num_queries(9):
        page = get(PAGE)

    assert "Syldavia" in page.content.decode()
