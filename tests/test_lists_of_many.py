"""Every list with many rows, made once for all of them: each row stands on exactly one page, in every order."""

import datetime as dt
import html
import importlib
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from audit.log import record
from audit.models import Event, Verb
from deployments.models import Deployment, Waiver
from flags.models import News
from flags.tasks import flag_expiring_postings
from foundation import lists
from outbox.models import Letter
from personnel.models import Person
from records.models import Import, ImportedRow
from tests import create
from tests.test_lists import LISTS, OF_ADMINISTRATORS, PAGE_SIZE, ROWS

pytestmark = pytest.mark.django_db


def asked_for(orders) -> list[str]:
    """The query of a list as it comes, and of each of its orders in both directions."""
    return ["", *(f"?sort={direction}{order}" for order in orders for direction in ("", "-"))]


@pytest.fixture(scope="module", autouse=True)
def rows(for_the_module):
    """So many rows of everything that is listed, alike in whatever a list can be ordered by."""
    for_the_module(make_rows)


def make_rows():
    today = timezone.localdate()
    alice = create.user(email="alice@example.ca", name="Alice", role=Role.COORDINATOR)
    example_service = create.service(code="example", name_en="Example Police", name_fr="Police d'Exemple")
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
    waiver = {"mission": mission, "code": "too_few_years", "reason": "Invented.", "ends_on": today, "asked_by": alice}
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


@pytest.fixture
def alice(db):
    return User.objects.get(email="alice@example.ca")


@pytest.fixture
def many(db):
    """The list whose rows are listed."""
    return Import.objects.get(rows__line=0)


def url_of(name, many):
    return reverse(name, args={"import_detail": [many.pk], "figure_detail": ["deployed"]}.get(name, []))


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
    url = url_of(name, many)
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
    url = url_of(name, many)
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
    "figure_detail": (["Name"], ["Police service", "Country or region", "Mission", "First day", "Last day", "Status"]),
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
    url = url_of(name, many)
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


@pytest.mark.parametrize("name", [name for name in LISTS if name not in {"import_list", "service_list"}])
def test_what_is_no_valid_filter_or_order_shows_nothing_and_says_so(name, many, alice, emil, as_user):
    url = url_of(name, many)
    browser = as_user(emil if name in OF_ADMINISTRATORS else alice)
    filters = browser.get(url).context["filter"].filters

    for field in filters:
        for wrong in ["a\0b", *(["9" * 30, "99999", "nobody", "-1", "name,nobody"] if field != "q" else [])]:
            response = browser.get(url, {field: wrong})

            assert (field, wrong, [row.pk for row in response.context["page"]]) == (field, wrong, [])
            told = response.content.decode()
            assert "Nothing is listed, because part of what was asked for is not valid." in told
            assert response.context["filter"].form.errors[field][0].replace('"', "&quot;") in told
