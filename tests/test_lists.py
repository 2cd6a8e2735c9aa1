"""Every list, walked through all its pages in every order: each row stands on exactly one of them."""

import datetime as dt
import html
import importlib
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit.log import record
from audit.models import Event, Verb
from deployments.models import Correction, Deployment, Excess, Nomination, Waiver
from flags.models import Flag, News
from flags.tasks import flag_expiring_postings
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
}
OF_ADMINISTRATORS = {"letter_list", "event_list"}


def asked_for(orders) -> list[str]:
    """The query of a list as it comes, and of each of its orders in both directions."""
    return ["", *(f"?sort={direction}{order}" for order in orders for direction in ("", "-"))]


@pytest.fixture
def thirty_people(example_service):
    for _number in range(ROWS):
        create.person(service=example_service)


@pytest.fixture
def many(today, alice, example_service):
    """So many rows of everything that is listed, alike in whatever a list can be ordered by."""
    kind = create.kind(needs_verification=True)
    area, day = create.area(), dt.timedelta(days=1)
    mission = create.mission(area=area)
    create.authorization(area=area, cap=ROWS)
    for number in range(ROWS):
        create.service()
        person = create.person(service=example_service)
        position = create.position(mission=create.mission(area=area), number=f"P{number}")
        create.nomination(position=position, person=person)
        create.credential(person=person, kind=kind)
        create.deployment(
            mission=mission, person=person, starts_on=today - 9 * day, ends_on=today + 9 * day, status="in_mission"
        )
    flag_expiring_postings()
    now = timezone.now()
    for stay in Deployment.objects.all():
        create.correction(deployment=stay, asked_by=alice, asked_at=now)
    waiver = {"mission": mission, "code": "age_high", "reason": "Invented.", "ends_on": today, "asked_by": alice}
    for stay in Deployment.objects.all():
        create.excess(deployment=stay, recorded_by=alice)
    Waiver.objects.bulk_create(Waiver(person=person, asked_at=now, **waiver) for person in Person.objects.all())
    Letter.objects.bulk_create(
        Letter(key=f"{n}", user=alice, language="en-ca", written_at=now, next_try_at=now) for n in range(ROWS)
    )
    for number in range(ROWS):
        record(alice, Verb.LOOKED_AT)
        Import.objects.create(by=alice, at=now, name="list.csv", state="cancelled", file=f"list-{number}")
    batch = Import.objects.first()
    told = {"kind": "list_imported", "subject_id": batch.pk, "at": now}
    told |= {"facts": {"new": 1, "changed": 0, "nominations": 0}}
    about = ContentType.objects.get_for_model(Import)
    News.objects.bulk_create(News(**told, subject_type=about) for _number in range(ROWS))
    ImportedRow.objects.bulk_create(ImportedRow(batch=batch, kind="people", line=n, outcome="new") for n in range(ROWS))
    return batch


def walked(browser, url):
    """The rows of all pages of a list, one page after the other as the links lead."""
    seen, page = [], 1
    while page:
        response = browser.get(f"{url}{'&' if '?' in url else '?'}page={page}")
        seen += [row.pk for row in response.context["page"]]
        page = response.context["page"].has_next() and page + 1
        assert f"page={page}" in response.content.decode() or not page
    return seen


@pytest.mark.parametrize("name", LISTS)
def test_each_row_stands_on_exactly_one_page_in_every_order(name, many, alice, emil, as_user, monkeypatch):
    view, model, orders = LISTS[name]
    monkeypatch.setattr(importlib.import_module(view), "PAGE_SIZE", PAGE_SIZE)
    url = reverse(name, args=[many.pk] if name == "import_detail" else [])
    browser = as_user(emil if name in OF_ADMINISTRATORS else alice)

    for query in asked_for(orders):
        seen = walked(browser, url + query)

        assert len(seen) >= ROWS, query
        assert sorted(seen) == sorted(model.objects.values_list("pk", flat=True)), query


NEXT = re.compile(r'rel="next" href="([^"]+)"')
PREVIOUS = re.compile(r'rel="prev" href="([^"]+)"')


def along(links, browser, url):
    """The rows of the pages to which these links lead from a page, with it; and the last of these pages."""
    pages = []
    while url:
        response = browser.get(url)
        pages.append([row.pk for row in response.context["page"]])
        link = links.search(response.content.decode())
        last, url = url, link and url.partition("?")[0] + html.unescape(link[1])
    return pages, last


@pytest.mark.parametrize("name", LISTS)
def test_the_pages_of_a_list_too_long_to_be_counted_follow_each_other_both_ways(
    name, many, alice, emil, as_user, monkeypatch
):
    view, model, orders = LISTS[name]
    monkeypatch.setattr(importlib.import_module(view), "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", 10)
    url = reverse(name, args=[many.pk] if name == "import_detail" else [])
    browser = as_user(emil if name in OF_ADMINISTRATORS else alice)

    for query in asked_for(orders):
        before = set(model.objects.values_list("pk", flat=True))  # looking at events leaves one more
        there, last = along(NEXT, browser, url + query)
        back, _first = along(PREVIOUS, browser, last)

        assert sorted(pk for page in there for pk in page if pk in before) == sorted(before), query
        assert back[:-1] == there[:0:-1], query
        assert back[-1] == there[0] or model is Event, query  # the first page is always the newest
        assert "after=" in last or name in BY_NUMBER, query


# List → the heads that always stand there, and those that a reader may leave out. Typed by hand.
COLUMNS = {
    "person_list": (["Name"], ["Category", "Police service", "Service number", "State", "Deployed today"]),
    "deployment_list": (
        ["Choose", "Name"],
        ["Country or region", "Mission", "Police service", "First day", "Last day", "Status"],
    ),
    "nomination_list": (["Choose", "Name"], ["Position", "Home service", "Stage", "Since"]),
    "mission_list": (["Mission"], ["Country or region", "Lead organization", "Kind", "State", "Deployed today"]),
    "position_list": (["Position"], ["Mission", "Stream", "Places", "Needed from", "Call", "Nominations"]),
    "papers_to_verify": (["Choose", "Name"], ["Police service", "Credential", "Issued on", "Valid until"]),
    "service_list": (
        ["Police service"],
        [
            "Kind",
            "Province or territory",
            "Partner",
            "Deployed today",
            "People since the start",
            "Deployments since the start",
        ],
    ),
    "excess_list": (["Name"], ["Mission", "First day", "Last day", "Cause", "Recorded by", "State"]),
    "news_list": (["What"], ["When", "To do"]),
    "letter_list": (["Subject line"], ["To", "State", "Written", "Tries", "Next try"]),
    "event_list": (["At", "What happened"], ["No.", "Who", "From where", "Seal"]),
    "import_list": (["File"], ["Imported on", "Imported by", "State", "Rows"]),
    "import_detail": (["Name", "What and why"], ["Line", "Result"]),
    "area_list": (["Country or region"], ["Kind", "Authorized police deployments"]),
    "duplicate_list": (["Older record", "Next"], ["Newer record", "They share"]),
}
NO_TABLE = {"flag_list", "waiver_list", "correction_list"}
"""Each row of these is a name and a line of words, at any width."""
NO_PAGES_OF_ROWS = {"area_list", "duplicate_list"}
"""Their rows are worked out; they are lists all the same."""


def table_of(page) -> tuple[list[str], list[int]]:
    """The heads of the table whose rows are two lines on a phone, and how many cells each of its rows has."""
    [table] = re.findall(r'<table class="[^"]*two-lines">(.*?)</table>', page, re.DOTALL)
    head, body = table.split("</thead>")
    heads = [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in re.findall(r"<th.*?</th>", head, re.DOTALL)]
    rows = [re.findall(r"<t[dh][ >]", row) for row in body.split("</tr>")[:-1]]
    return [one.rstrip(" ▲▼↕").removesuffix("&nbsp;") for one in heads], [len(row) for row in rows]


def test_these_are_all_lists_whose_columns_can_be_left_out():
    assert set(COLUMNS) == (set(LISTS) - NO_TABLE) | NO_PAGES_OF_ROWS


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_but_the_first_can_be_left_out_and_rows_are_two_lines_on_a_phone(name, many, alice, emil, as_user):
    for _each in range(2):
        create.person(service_number="A-1")
    stay, chosen = COLUMNS[name]
    url = reverse(name, args=[many.pk] if name == "import_detail" else [])
    browser = as_user(emil if name in OF_ADMINISTRATORS else alice)
    settings = reverse("list_settings", query={"next": url})

    page = browser.get(url)
    names = [column for column, _label in page.context["columns"]]
    heads, cells = table_of(page.content.decode())
    browser.post(settings, {"column": names})
    heads_left, cells_left = table_of(browser.get(url).content.decode())

    assert [str(label) for _column, label in page.context["columns"]] == chosen
    assert sorted(heads) == sorted([*stay, *chosen])
    assert set(cells) == {len(heads)}
    assert heads_left == stay
    assert set(cells_left) == {len(stay)}


BY_NUMBER = {"position_list", "waiver_list", "correction_list", "mission_list", "excess_list"}
"""Their order is computed, or has a column that may be empty."""


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


@pytest.mark.parametrize("name", [name for name in LISTS if name not in {"import_list", "service_list"}])
def test_what_is_no_valid_filter_or_order_shows_nothing_and_says_so(name, many, alice, emil, as_user):
    url = reverse(name, args=[many.pk] if name == "import_detail" else [])
    browser = as_user(emil if name in OF_ADMINISTRATORS else alice)
    filters = browser.get(url).context["filter"].filters

    for field in filters:
        for wrong in ["a\0b", *(["9" * 30, "99999", "nobody", "-1", "name,nobody"] if field != "q" else [])]:
            response = browser.get(url, {field: wrong})

            assert (field, wrong, [row.pk for row in response.context["page"]]) == (field, wrong, [])
            told = response.content.decode()
            assert "Nothing is listed, because part of what was asked for is not valid." in told
            assert response.context["filter"].form.errors[field][0].replace('"', "&quot;") in told


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
