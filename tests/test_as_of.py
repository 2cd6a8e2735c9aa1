"""As of a day: kept by every link, said plainly on every page, and told by the facts of that day."""

import datetime as dt
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.urls import resolve, reverse
from django.utils import translation

from missions.models import Area, Mission
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
THEN = dt.date(2019, 9, 5)

KNOW_OTHER_DAYS = {
    "home",
    "ceiling_detail",
    "area_list",
    "area_detail",
    "area_muster",
    "mission_list",
    "mission_detail",
    "mission_muster",
    "position_list",
    "deployment_list",
    "person_list",
    "person_detail",
    "service_list",
    "service_detail",
    "report_list",
    "question_list",
    "figure_list",
    "figure_detail",
    "report_detail",
    "crosstab",
    "chart_detail",
    "operations_map",
    "value_statement",
}
WORDS = {
    "en-ca": (
        "<strong>As of 5 September 2019.</strong>",
        "<strong>This page shows today, not 5 September 2019.</strong>",
    ),
    "fr-ca": (
        "<strong>En date du 5 septembre 2019.</strong>",
        "<strong>Cette page présente la situation d'aujourd'hui, et non celle du 5 septembre 2019.</strong>",
    ),
}


class Links(HTMLParser):
    """The links of the main part of a page and of its places, without those that leave the day behind.

    So do those in the table of a chart: each leads to the list of the day that its row is about.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = 0
        self.leaves_the_day = self.of_its_rows = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"main", "nav"}:
            self.inside += 1
        self.of_its_rows = self.of_its_rows or "data-chart-rows" in given
        self.leaves_the_day = self.leaves_the_day or "as-of-line" in (given.get("class") or "")
        address = given.get("href") or ""
        if (
            tag == "a"
            and self.inside
            and not (self.leaves_the_day or self.of_its_rows)
            and address[:1] not in {"#", ""}
        ):
            self.found.append(address)

    def handle_endtag(self, tag):
        if tag in {"main", "nav"}:
            self.inside -= 1
        self.leaves_the_day = self.leaves_the_day and tag != "p"
        self.of_its_rows = self.of_its_rows and tag != "table"


def plain(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("&#x27;", "'").replace("&nbsp;", " ")


@pytest.fixture
def public_data(db):
    call_command("load_public_data", verbosity=0, stdout=open("/dev/null", "w"))


@pytest.fixture
def somebody(public_data, example_service, alice):
    """There in 2019, back since, and planned to go again."""
    person = create.person(service=example_service)
    mission = Mission.objects.get(code="minusma")
    create.deployment(
        mission=mission,
        person=person,
        starts_on=dt.date(2019, 3, 1),
        ends_on=dt.date(2020, 2, 29),
        status="completed",
    )
    create.credential(person=person, kind=create.kind(), issued_on=dt.date(2019, 1, 1))
    create.position(mission=Mission.objects.get(code="eupol-copps"))
    create.agreement(service=example_service, starts_on=dt.date(2018, 1, 1))
    return person


@pytest.mark.parametrize("language", WORDS)
def test_every_link_from_the_board_of_a_day_keeps_the_day(language, somebody, as_user, alice):
    as_of_that_day, shows_today = WORDS[language]
    browser, start = as_user(alice), f"/{language}/?on={THEN}"
    waiting = [start, f"/{language}/people/?on={THEN}"]  # with everybody: other pages lead to some of them first
    seen, without_day, unsaid = set(), [], []

    with translation.override(language):
        while waiting:
            address = waiting.pop()
            path = urlsplit(address).path
            name = resolve(path).url_name
            [part] = parse_qs(urlsplit(address).query).get("part", [""])
            of_a_kind = {path if name in KNOW_OTHER_DAYS and len(seen) < 150 else name, f"{name} {part}"}
            if of_a_kind <= seen or name.startswith("candidate_"):
                continue
            seen |= {*of_a_kind, name}
            page = browser.get(address, follow=True)
            assert page.status_code == 200, address
            text = plain(page)
            if name not in KNOW_OTHER_DAYS:
                unsaid += [] if shows_today in text and as_of_that_day not in text else [address]
                continue
            unsaid += [] if as_of_that_day in text and shows_today not in text else [address]
            for link in Links(page.content.decode()).found:
                target = urljoin(address, link)
                if urlsplit(target).netloc:
                    continue  # of another site
                if parse_qs(urlsplit(target).query).get("on") != [THEN.isoformat()]:
                    without_day.append((address, link))
                else:
                    waiting.append(target)

    assert (without_day, unsaid) == ([], [])
    assert seen >= KNOW_OTHER_DAYS
    assert len(seen) > 60


def test_pages_of_today_carry_no_day_in_any_link(somebody, as_user, alice, today):
    arguments = {
        "area_detail": Area.objects.get(code="mali").pk,
        "mission_detail": Mission.objects.get(code="minusma").pk,
        "area_muster": Area.objects.get(code="mali").pk,
        "mission_muster": Mission.objects.get(code="minusma").pk,
        "person_detail": somebody.pk,
        "service_detail": somebody.service.pk,
        "figure_detail": "deployed",
        "report_detail": "areas",
        "chart_detail": "strength",
        "value_statement": somebody.service.pk,
    }
    browser = as_user(alice)

    for name in KNOW_OTHER_DAYS:
        address = reverse(name, args=[arguments[name]] if name in arguments else [])
        for query in ({}, {"on": ""}, {"on": today.isoformat()}, {"on": "soon"}):
            page = browser.get(address, query)

            assert page.status_code == 200
            # Heads and pages of a list repeat what its address asks for, with whatever is wrong in it.
            links = [link for link in Links(page.content.decode()).found if not link.startswith("?")]
            assert [link for link in links if "on" in parse_qs(urlsplit(link).query)] == []
            assert "as-of-line" not in page.content.decode()
            odd = "Enter a date, for example 2027-03-02. The page shows today." in plain(page)
            assert odd == (query.get("on") == "soon")


def test_filters_and_the_search_keep_the_day(somebody, as_user, alice):
    browser, day = as_user(alice), {"on": THEN.isoformat()}
    hidden = f'<input type="hidden" name="on" value="{THEN}">'

    pages = [browser.get(reverse("mission_list"), query).content.decode() for query in (day, {})]
    found = browser.get(reverse("search"), {"q": "minusma", **day})

    assert [page.count(hidden) for page in pages] == [2, 0]  # in the search box, and in the filters
    assert WORDS["en-ca"][1] in plain(found)
    assert f"/missions/{Mission.objects.get(code='minusma').pk}/?on={THEN}" in found.content.decode()


def test_another_day_is_asked_for_beside_the_filters(somebody, as_user, alice):
    page = as_user(alice).get(reverse("mission_list"), {"kind": "mission", "page": "2"}).content.decode()

    asked = page.partition('<form class="as-of"')[2].partition("</form>")[0]
    assert re.findall(r'name="(\w+)" value="([^"]*)"', asked)[:1] == [("kind", "mission")]
    assert 'name="page"' not in asked


def test_a_liaison_reads_on_the_first_page_that_it_shows_today(as_user, bob):
    page = as_user(bob).get("/en-ca/", {"on": THEN.isoformat()})

    assert WORDS["en-ca"][1] in plain(page)


def test_what_was_not_found_says_nothing_of_days(as_user, alice):
    page = as_user(alice).get(f"/en-ca/areas/999999/?on={THEN}")

    assert page.status_code == 404
    assert "as-of-line" not in page.content.decode()
