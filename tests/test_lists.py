"""Every list, walked through all its pages in every order: each row stands on exactly one of them."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from audit.models import Event
from deployments.models import Correction, Deployment, Excess, Nomination, Waiver
from flags.models import Flag, News
from foundation import lists
from foundation.lists import Pages
from missions.models import Mission, Position
from outbox.models import Letter
from personnel.models import Credential, Person, PoliceService
from records.models import Import, ImportedRow
from tests import create
from tests.own_database import is_postgresql
from tests.pages import address, patterns, small_world

pytestmark = pytest.mark.django_db

ROWS = 30
PAGE_SIZE = 4

# List → the module of its view, its model, and the orders that its heads offer. Typed by hand.
LISTS = {
    "person_list": ("personnel.views.people", Person, ["name", "service", "state"]),
    "deployment_list": (
        "deployments.views.deployments",
        Deployment,
        ["name", "area", "service", "first", "last", "status"],
    ),
    "nomination_list": ("deployments.views.nominations", Nomination, ["name", "position", "service", "stage", "since"]),
    "mission_list": ("missions.views.missions", Mission, []),
    "position_list": ("missions.views.positions", Position, []),
    "papers_to_verify": ("personnel.views.verification", Credential, []),
    "service_list": ("personnel.views.services", PoliceService, []),
    "waiver_list": ("deployments.views.waivers", Waiver, []),
    "excess_list": ("deployments.views.excesses", Excess, []),
    "correction_list": ("deployments.views.corrections", Correction, []),
    "flag_list": ("flags.views.inbox", Flag, []),
    "news_list": ("flags.views.news", News, []),
    "letter_list": ("outbox.views", Letter, []),
    "event_list": ("audit.views", Event, []),
    "import_list": ("records.views.lists", Import, []),
    "import_detail": ("records.views.lists", ImportedRow, []),
    "figure_detail": ("reports.views.figures", Deployment, []),
}
OF_ADMINISTRATORS = {"letter_list", "event_list"}


@pytest.fixture
def thirty_people(example_service):
    for _number in range(ROWS):
        create.person(service=example_service)


def test_a_page_beside_a_row_is_found_by_an_index_and_not_by_counting(thirty_people, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", 10)
    people = list(Person.objects.order_by("-sort_name", "-pk"))

    with CaptureQueriesContext(connection) as queries:
        page = Pages(Person.objects.order_by("-sort_name"), PAGE_SIZE).get_page("6", after=f"{people[19].pk}")
        assert list(page) == people[20:24]

    assert "OFFSET" not in " ".join(query["sql"] for query in queries)
    assert '"sort_name" <= ' in " ".join(query["sql"] for query in queries)


@pytest.mark.parametrize("edge", ["9" * 17, "9" * 30, "x", "-1", "a\0b"])
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_row_that_is_not_in_the_list_leads_to_the_page_by_its_number(thirty_people, monkeypatch, edge, side):
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", 10)

    page = Pages(Person.objects.all(), PAGE_SIZE).get_page("3", **{side: edge})

    assert list(page) == list(Person.objects.all()[8:12])


def test_the_row_at_the_edge_means_nothing_where_pages_are_counted(thirty_people, alice, as_user, monkeypatch):
    monkeypatch.setattr("personnel.views.people.PAGE_SIZE", PAGE_SIZE)

    response = as_user(alice).get(reverse("person_list"), {"page": 3, "after": Person.objects.last().pk})

    assert list(response.context["page"]) == list(Person.objects.all()[8:12])
    assert "after=" not in response.content.decode().partition("page=4")[2][:40]


def test_these_are_all_lists_with_pages_and_all_their_orders(as_user, alice, emil, example_service):
    arguments = small_world(example_service)
    found = {}
    for name in [name for name in patterns() if not name.startswith("account_")]:
        for user in (alice, emil):
            context = as_user(user).get(address(name, arguments, user)).context or {}
            if isinstance(getattr(context.get("page"), "paginator", None), Pages):
                sort = context["filter"].filters.get("sort") if "filter" in context else None
                found[name] = [column for column in sort.columns if column[0] != "-"] if sort else []

    assert found == {name: orders for name, (_view, _model, orders) in LISTS.items()}


def test_one_invalid_part_spoils_the_valid_ones(thirty_people, alice, as_user, example_service):
    page = as_user(alice).get(reverse("person_list"), {"service": example_service.pk, "state": "gone"}).context["page"]

    assert list(page) == []


@pytest.mark.parametrize("query", [{"service": "99999"}, {"sort": "nobody"}, {"state": "gone"}, {"q": "a\0b"}])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_invalid_filter_exports_nobody_and_says_so(thirty_people, alice, as_user, ending, query):
    response = as_user(alice).get(reverse("candidate_export", args=[ending]), query, follow=True)

    assert response.redirect_chain[0][0].startswith(reverse("person_list"))
    assert "Nothing is listed, because part of what was asked for is not valid." in response.content.decode()
    assert "Tremblay" not in response.content.decode()
    assert not Event.objects.filter(verb="exported").exists()


@pytest.mark.parametrize(
    ("page", "shown"),
    [("", 1), ("1", 1), ("3", 3), ("8", 8), ("9", 8), ("9" * 9, 8), ("9" * 18, 8), ("9" * 30, 1), ("x", 1), ("0", 1)],
)
def test_a_number_beyond_the_last_page_shows_the_last_one(thirty_people, alice, as_user, monkeypatch, page, shown):
    monkeypatch.setattr("personnel.views.people.PAGE_SIZE", PAGE_SIZE)

    response = as_user(alice).get(reverse("person_list"), {"page": page})

    assert response.context["page"].number == shown
    assert f"Page {shown} of 8" in response.content.decode()


def test_what_is_counted_no_further_says_more_than(thirty_people, alice, as_user, monkeypatch):
    monkeypatch.setattr("personnel.views.people.PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", 10)

    first, last = (as_user(alice).get(reverse("person_list"), {"page": page}).content.decode() for page in (1, 8))

    assert "<caption>More than 10 people</caption>" in first
    assert "<span>Page 1</span>" in first
    assert 'rel="next"' in first
    assert "<span>Page 8</span>" in last
    assert 'rel="next"' not in last


def test_as_many_as_are_counted_are_said_in_full(thirty_people, alice, as_user, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", ROWS)

    page = as_user(alice).get(reverse("person_list")).content.decode()

    assert f"<caption>{ROWS} people</caption>" in page


def test_what_narrows_a_list_is_said_with_a_link_to_the_list_without_it(thirty_people, alice, as_user, example_service):
    query = {
        "q": "tremblay",
        "service": example_service.pk,
        "sort": "-name",
        "page": "2",
        "row": "7",
        "on": "2027-01-03",
    }

    page = as_user(alice).get(reverse("person_list"), query)

    assert page.context["filter"].chips == [
        ("Name or service number", "tremblay", f"service={example_service.pk}&sort=-name&on=2027-01-03"),
        ("Police service", str(example_service), "q=tremblay&sort=-name&on=2027-01-03"),
    ]
    for _label, _words, without in page.context["filter"].chips:
        assert f'href="?{html.escape(without)}"' in page.content.decode()
        assert as_user(alice).get(f"{reverse('person_list')}?{without}").status_code == 200


def test_of_what_is_not_valid_the_valid_part_is_said(thirty_people, alice, as_user):
    query = {"q": "x", "status": "gone", "first": "never", "area_words": "nowhere"}

    page = as_user(alice).get(reverse("deployment_list"), query)

    assert [label for label, _words, _without in page.context["filter"].chips] == ["Name or service number"]
    assert '<details class="filter-more" open>' in page.content.decode()


def test_the_first_filters_stand_in_a_line_and_all_others_below_it(alice, as_user):
    shown = as_user(alice).get(reverse("deployment_list"))

    assert [field.name for field in shown.context["filter"].first_fields] == ["q", "area", "mission", "status"]
    assert [field.name for field in shown.context["filter"].more_fields] == ["service", "role", "team", "first", "last"]
    assert '<details class="filter-more" >' in shown.content.decode()


def test_the_first_and_the_last_page_are_one_click_away(thirty_people, alice, as_user, monkeypatch):
    monkeypatch.setattr("personnel.views.people.PAGE_SIZE", PAGE_SIZE)
    browser = as_user(alice)

    def around(page):
        pages = browser.get(reverse("person_list"), {"sort": "name", "page": page}).content.decode()
        return re.findall(r'href="([^"]*)">(First|Previous|Next|Last)<', pages)

    assert around(1) == [("?sort=name&amp;page=2", "Next"), ("?sort=name&amp;page=8", "Last")]
    assert around(5) == [
        ("?sort=name", "First"),
        ("?sort=name&amp;page=4", "Previous"),
        ("?sort=name&amp;page=6", "Next"),
        ("?sort=name&amp;page=8", "Last"),
    ]
    assert around(8) == [("?sort=name", "First"), ("?sort=name&amp;page=7", "Previous")]


@pytest.mark.parametrize(("language", "said"), [("en-ca", "1,234"), ("fr-ca", "1\N{NO-BREAK SPACE}234")])
def test_totals_have_the_separators_of_the_language(language, said):
    with translation.override(language):
        assert lists.how_many(1234) == said


@pytest.mark.skipif(not is_postgresql(), reason="SQLite plans by statistics that a database of a few rows has not")
@pytest.mark.parametrize(
    ("name", "table", "index"),
    [
        ("person_list", "personnel_person", "person_as_listed"),
        ("deployment_list", "deployments_deployment", "deployment_as_listed"),
    ],
)
def test_the_list_as_it_comes_is_read_from_the_index_of_that_order(name, table, index, alice, as_user, example_service):
    small_world(example_service)
    browser = as_user(alice)
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse(name))
    [ids] = [
        one["sql"] for one in queries if re.match(rf'SELECT "{table}"."id" .*ORDER BY .*LIMIT', one["sql"], re.DOTALL)
    ]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # on a few rows it would read them all, and sort
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {ids}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan
