"""Every list can be taken along: the rows of its filter in their order, as CSV, XLSX, JSON and to print, recorded."""

import csv
import datetime as dt
import io
import json
import re
import uuid
import zipfile
from urllib.parse import parse_qs

import pytest
from django.core.paginator import Page
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from audit import exporting
from audit.models import Event
from deployments.models import Correction, Deployment, Nomination
from foundation import spreadsheets
from foundation.tables import TABLES
from missions.models import Mission
from outbox.models import Letter
from personnel.models import Person, PoliceService, TwoPeople
from records.news import tell_of_list
from tests import create
from tests.pages import address, import_of, patterns, small_world

pytestmark = pytest.mark.django_db

# List → who reads it, what it is asked for, the column by which its rows are told apart, and what of a row of the page
# stands there. Typed by hand.
LISTS = {
    "person_list": ("alice", {"sort": "-name", "state": "active"}, "service_number", lambda row: row.service_number),
    "deployment_list": ("alice", {"sort": "-last"}, "person", lambda row: row.person_as_then),
    "nomination_list": ("alice", {"sort": "since", "stage": "live"}, "person", lambda row: str(row.person)),
    "waiver_list": ("alice", {"state": "asked"}, "service_number", lambda row: row.person.service_number),
    "excess_list": ("dan", {"state": "to_decide"}, "service_number", lambda row: row.deployment.person.service_number),
    "correction_list": ("dan", {"state": "to_decide"}, "subject", str),
    "papers_to_verify": ("alice", {}, "service_number", lambda row: row.person.service_number),
    "mission_list": ("alice", {"state": "active"}, "code", lambda row: row.code),
    "position_list": ("alice", {"call": "open"}, "mission_code", lambda row: row.mission.code),
    "service_list": ("alice", {}, "code", lambda row: row.code),
    "duplicate_list": ("alice", {}, "older_service_number", lambda row: row.kept.service_number),
    "flag_list": ("alice", {"severity": "plan"}, "sentence", lambda row: row.sentence),
    "news_list": ("alice", {}, "at", lambda row: timezone.localtime(row.news.at).isoformat(timespec="milliseconds")),
    "letter_list": ("emil", {"state": "waiting"}, "subject", str),
    "event_list": ("dora", {"verb": "moved"}, "number", lambda row: row.pk),
}
SHOWN_AS = {"duplicate_list": "pairs", "flag_list": "notices", "news_list": "told"}
"""Where the rows of the page are another part of it than its page of rows."""

NO_LIST_TO_TAKE = {
    "import_list": "the reader's own files, which stay there as they were brought",
    "import_detail": "a file that the reader brought and has: its refused rows are mended there",
}
"""Pages with pages of rows that are not exported, and why."""

ENDINGS = ["csv", "xlsx", "json"]


@pytest.fixture(scope="module", autouse=True)
def arguments(for_the_module):
    return for_the_module(make_world)


def make_world():
    """Some rows of every list, of two services; each person with a number of the own."""
    example_service = create.service(code="example", name_en="Example Police", name_fr="Police d'Exemple")
    other_service = create.service(code="other", name_en="Other Police", name_fr="Autre police")
    example_service.liaisons.add(create.user(email="bob@example.ca", name="Bob", role="liaison"))
    dan, today = create.user(email="dan@example.ca", name="Dan", role="coordinator"), timezone.localdate()
    arguments = small_world(example_service)
    Letter.objects.all().delete()
    _record_excesses()
    small_world(other_service)
    for new in (1, 2):
        tell_of_list(import_of(dan), {"new": new, "changed": 0, "nominations": 0}, by=dan)
    for person in Person.objects.all():
        person.service_number = f"S-{person.pk}"
        person.family_name = f"{person.family_name} {chr(65 + person.pk * 7 % 26)}"
        person.born_on = None
        person.save()
    one, two = Person.objects.filter(service=example_service, family_name__startswith="Blackwood").order_by("pk")
    for person in (one, two):
        person.given_name, person.family_name, person.born_on = "Zoë", "Blackwood", dt.date(1990, 5, 1)
        person.save()
        create.credential(person=person, kind=create.kind(code="seen", needs_verification=True))
    for day in (1, 2, 3):
        position = create.position(mission=create.mission(), call_opens=today, call_closes=today + dt.timedelta(day))
        create.nomination(position=position, person=create.person(service=other_service), stage="submitted")
    Nomination.objects.update(stage_since=timezone.now())
    _record_excesses()
    return arguments


@pytest.fixture
def world(arguments, db):
    """The arguments of the addresses of that world."""
    return dict(arguments)


@pytest.fixture
def example_service(world):
    return PoliceService.objects.get(code="example")


@pytest.fixture
def other_service(world):
    return PoliceService.objects.get(code="other")


@pytest.fixture
def bob(world):
    return User.objects.get(email="bob@example.ca")


@pytest.fixture
def dan(world):
    return User.objects.get(email="dan@example.ca")


def reader(name, request):
    return request.getfixturevalue(name)


def content(answer):
    return b"".join(answer.streaming_content)


def read(ending, body):
    """Headings and rows of a file."""
    if ending == "csv":
        text = body.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.split("\n")[0] else ","))
    else:
        sheet = load_workbook(io.BytesIO(body)).worksheets[0]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return rows[0], rows[1:]


def rows_of(browser, url, query=None):
    answer = browser.get(url, {**(query or {}), "export": "json"})
    return json.loads(content(answer))["rows"]


@pytest.mark.parametrize("name", LISTS)
def test_an_export_has_exactly_the_rows_of_the_page_in_its_order(name, world, as_user, request):
    who, query, key, of_row = LISTS[name]
    browser, url = as_user(reader(who, request)), reverse(name)
    shown = browser.get(url, query)
    on_page = list(shown.context[SHOWN_AS.get(name, "page")])

    exported = rows_of(browser, url, query)

    assert [row[key] for row in exported] == [of_row(row) for row in on_page]
    assert on_page
    assert not shown.context["page"].has_next()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_the_files_hold_the_same_rows_in_the_language_of_the_reader(name, language, world, as_user, request):
    who, query, *_rest = LISTS[name]
    browser = as_user(reader(who, request))
    url = reverse(name).replace("/en-ca/", f"/{language}/")
    answers = {ending: browser.get(url, {**query, "export": ending}) for ending in ENDINGS}
    bodies = {ending: content(answer) for ending, answer in answers.items()}
    printed = browser.get(url, {**query, "export": "print"})

    csv_headings, csv_rows = read("csv", bodies["csv"])
    xlsx_headings, xlsx_rows = read("xlsx", bodies["xlsx"])
    told = json.loads(bodies["json"])
    assert csv_headings == xlsx_headings == printed.context["headings"]
    assert len(csv_rows) == len(xlsx_rows) == len(told["rows"]) == len(printed.context["rows"]) > 0
    assert bodies["csv"].startswith(b"\xef\xbb\xbf")
    assert (";" if language == "fr-ca" else ",") in bodies["csv"].decode().split("\r\n")[0]
    assert re.search(r'filename="[a-z-]+-\d{4}-\d\d-\d\d\.csv"$', answers["csv"]["Content-Disposition"])
    assert told["title"] == str(printed.context["title"])


def test_the_words_of_an_export_are_french_for_who_reads_french(world, alice, as_user):
    url = reverse("deployment_list").replace("/en-ca/", "/fr-ca/")

    headings, rows = read("csv", content(as_user(alice).get(url, {"export": "csv", "sort": "first"})))

    assert headings[:4] == ["Nom", "Matricule", "Pays ou région", "Mission"]
    assert rows[0][2:4] == ["Ruritanie", "Mission en Ruritanie"]
    assert rows[0][8:] == ["En mission", "Non"]


def test_an_export_in_json_says_what_it_is_and_of_which_day(world, alice, as_user, example_service, today):
    query = {"service": example_service.pk, "status": "deployed", "q": "tremblay", "sort": "-last", "on": "2020-01-05"}

    told = json.loads(content(as_user(alice).get(reverse("deployment_list"), {**query, "export": "json"})))

    assert told["title"] == "Deployments"
    assert told["on"] == "2020-01-05"
    filters = {"service": example_service.pk, "status": "deployed", "q": "tremblay", "sort": "-last"}
    assert told["filter"] == filters
    assert dt.datetime.fromisoformat(told["made_at"]).date() == today


def test_an_export_as_of_a_day_has_the_rows_of_that_day(world, alice, as_user, example_service, today):
    stay = Deployment.objects.filter(service=example_service, status="in_mission").get()
    before, during = stay.first_day - dt.timedelta(days=1), stay.first_day
    browser, url = as_user(alice), reverse("deployment_list")
    query = {"service": example_service.pk}

    assert rows_of(browser, url, {**query, "on": before.isoformat()}) == []
    [row] = rows_of(browser, url, {**query, "on": during.isoformat()})
    assert (row["status"], row["first_day"], row["overdue"]) == ("In mission", during.isoformat(), False)


@pytest.mark.parametrize(
    ("name", "mine"),
    [
        ("person_list", {"Example Police"}),
        ("deployment_list", {"Example Police"}),
        ("nomination_list", {"Example Police"}),
        ("service_list", {"Example Police"}),
        ("flag_list", {"Example Police"}),
    ],
)
def test_a_liaison_takes_the_own_rows_only(name, mine, world, bob, alice, as_user):
    key = "name" if name == "service_list" else "service"
    url = reverse(name)

    assert {row[key] for row in rows_of(as_user(bob), url)} == mine
    assert len({row[key] for row in rows_of(as_user(alice), url)}) > 1


def test_a_liaison_is_not_told_how_many_places_are_taken(world, bob, alice, as_user):
    url = reverse("position_list")

    assert {row["taken"] for row in rows_of(as_user(bob), url)} == {None}
    assert None not in {row["taken"] for row in rows_of(as_user(alice), url)}


def test_a_liaison_is_not_told_the_number_that_somebody_has_at_another_service_now(
    world, bob, as_user, example_service, other_service
):
    person = Deployment.objects.filter(service=example_service, status="in_mission").get().person
    url = reverse("deployment_list")
    assert person.service_number in {row["service_number"] for row in rows_of(as_user(bob), url)}
    person.service, person.service_number = other_service, "O-77"
    person.save()

    told = {row["person"]: row["service_number"] for row in rows_of(as_user(bob), url)}

    assert told[str(person)] == ""


def test_who_may_not_open_a_list_may_not_take_it(world, bob, as_user):
    for name in ("waiver_list", "correction_list", "event_list", "letter_list", "job_list", "mission_list"):
        assert as_user(bob).get(reverse(name), {"export": "csv"}).status_code == 403
    assert not Event.objects.filter(verb="exported").exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_cell_of_a_file_is_a_formula(world, alice, as_user, ending, example_service):
    create.person(service=example_service, given_name="", family_name="=HYPERLINK(1)", service_number="＝1")
    create.person(service=example_service, given_name="@SUM(A1)", family_name="Ashgrove", service_number="-2")

    body = content(as_user(alice).get(reverse("person_list"), {"export": ending}))

    _headings, rows = read(ending, body)
    cells = {cell for row in rows for cell in row}
    assert {"'=HYPERLINK(1)", "'＝1", "'@SUM(A1)", "'-2"} <= cells
    if ending == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    taken = rows_of(as_user(alice), reverse("person_list"))
    assert "=HYPERLINK(1)" in {row["family_name"] for row in taken}


def test_days_are_days_and_numbers_are_numbers_in_a_workbook(world, alice, as_user):
    headings, rows = read("xlsx", content(as_user(alice).get(reverse("position_list"), {"export": "xlsx"})))
    first = dict(zip(headings, rows[0], strict=True))

    assert isinstance(first["Call opens"], dt.datetime)
    assert isinstance(first["Places"], int)
    assert isinstance(first["Nominations"], int)


def test_an_export_leaves_one_event_with_its_filter_and_its_number_of_rows(world, alice, as_user, example_service):
    query = {"service": example_service.pk, "q": "Blackwood", "sort": "name", "foo": "Zoë", "page": "1"}
    seen = Event.objects.order_by("-pk").first().pk

    rows = rows_of(as_user(alice), reverse("person_list"), query)

    event = Event.objects.get(pk__gt=seen)
    filtered = event.details.pop("filter")
    assert (event.verb, event.actor) == ("exported", alice)
    assert event.details == {"what": "people", "ending": "json", "rows": len(rows)}
    assert parse_qs(filtered) == {"q": ["…"], "service": [str(example_service.pk)], "sort": ["name"]}


def test_the_trail_tells_which_list_was_taken(world, alice, dora, as_user):
    as_user(alice).get(reverse("service_list"), {"export": "print"})
    number = len(rows_of(as_user(alice), reverse("person_list"), {"state": "active", "on": "2020-01-05"}))

    page = as_user(dora).get(reverse("event_list"), {"verb": "exported"}).content.decode()

    assert f"People, JSON, {number} rows; state=active&amp;on=2020-01-05" in page
    assert "Police services, printed, 2 rows" in page


def test_the_trail_is_taken_without_the_event_that_tells_of_it(world, dora, as_user):
    before = list(Event.objects.order_by("-pk").values_list("pk", flat=True))

    rows = rows_of(as_user(dora), reverse("event_list"))

    assert [row["number"] for row in rows] == before
    assert Event.objects.order_by("-pk").first().details["rows"] == len(before)


def test_an_address_of_somebody_stands_in_no_event(world, dora, as_user):
    rows_of(as_user(dora), reverse("event_list"), {"address": "192.0.2.7"})

    assert Event.objects.order_by("-pk").first().details["filter"] == "address=…"


@pytest.mark.parametrize("ending", [*ENDINGS, "print"])
@pytest.mark.parametrize("query", [{"status": "gone"}, {"first": "2027-02-30"}, {"on": "2027-02-30"}, {"q": "a\0b"}])
def test_what_is_not_valid_exports_nothing_and_leads_to_the_list_which_says_so(world, alice, as_user, ending, query):
    response = as_user(alice).get(reverse("deployment_list"), {**query, "export": ending}, follow=True)

    [(address, status)] = response.redirect_chain
    assert (status, "export" in address) == (302, False)
    said = response.content.decode()
    assert "part of what was asked for is not valid" in said or "is not a date that exists" in said
    assert not Event.objects.filter(verb="exported").exists()


@pytest.mark.parametrize("ending", ["docx", "", "CSV", "csv\0", "9" * 30])
def test_a_form_that_is_none_shows_the_list(world, alice, as_user, ending):
    response = as_user(alice).get(reverse("person_list"), {"export": ending})

    assert "page" in response.context
    assert not Event.objects.filter(verb="exported").exists()


def test_more_than_a_workbook_holds_is_refused_with_the_way_out(world, alice, as_user, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)

    response = as_user(alice).get(reverse("person_list"), {"export": "xlsx"}, follow=True)

    assert "A workbook can contain at most 2 rows. Narrow the list, or export it as CSV." in response.content.decode()
    assert not Event.objects.filter(verb="exported").exists()
    assert rows_of(as_user(alice), reverse("person_list"))


def test_a_page_to_print_says_what_it_shows_of_which_day_and_who_printed_it(world, alice, as_user, example_service):
    query = {"service": example_service.pk, "status": "deployed", "on": "2020-01-05", "export": "print"}

    page = as_user(alice).get(reverse("deployment_list"), query).content.decode()

    assert "As of January 5, 2020." in page or "As of 5 January 2020." in page
    assert "Printed by Alice on" in page
    assert "Police service: Example Police" in page
    assert "Status: Deployed on this day" in page
    assert "<nav" not in page
    back = f"/en-ca/deployments/?service={example_service.pk}&amp;status=deployed&amp;on=2020-01-05"
    assert f'href="{back}"' in page


def test_a_page_to_print_ends_after_so_many_rows_and_says_so(world, alice, as_user, monkeypatch):
    monkeypatch.setattr(exporting, "PRINTED_AT_MOST", 3)

    response = as_user(alice).get(reverse("person_list"), {"export": "print"})

    assert len(response.context["rows"]) == 3
    assert "The list is longer: these are its first 3 rows." in response.content.decode()
    assert Event.objects.get(verb="exported").details["rows"] == 3


def test_who_only_asks_for_the_head_of_an_export_takes_nothing(world, alice, as_user):
    as_user(alice).head(reverse("person_list"), {"export": "csv"})

    assert not Event.objects.filter(verb="exported").exists()


@pytest.mark.parametrize("name", ["person_list", "deployment_list", "flag_list", "correction_list", "event_list"])
def test_a_list_of_several_parts_has_each_row_once_in_its_order(name, world, as_user, request, monkeypatch):
    who, query, *_rest = LISTS[name]
    browser, url = as_user(reader(who, request)), reverse(name)
    whole = rows_of(browser, url, query)
    monkeypatch.setattr(exporting, "FETCHED_AT_ONCE", 1)

    assert len(whole) > 1
    assert rows_of(browser, url, query) == whole


@pytest.mark.parametrize("number", [1, 3])
def test_corrections_say_in_words_what_they_put_right(number, world, dan, today, as_user, django_assert_num_queries):
    Correction.objects.all().delete()
    area = create.area()
    create.authorization(area=area)
    rank, position = create.rank(), create.position(mission=create.mission(area=area))
    for _each in range(number):
        changes = {"rank": [None, str(rank.pk)], "position": [str(position.pk), None], "armed": ["False", "True"]}
        stay = create.deployment(mission=position.mission, person=create.person(), starts_on=today, ends_on=today)
        create.correction(deployment=stay, asked_by=dan, changes=changes)
    browser, url = as_user(dan), reverse("correction_list")
    rows_of(browser, url)

    # as for any list, the ranks and the positions
    with django_assert_num_queries(11):
        rows = rows_of(browser, url)

    said = "Position: P1 Police adviser → –; Rank at the time: – → Constable; Armed at the time: Unarmed → Armed"
    assert [row["changes"] for row in rows] == [said] * number


# List → statements of an export, whatever its number of rows: session, user, count, the event with its chain, the rows,
# and what stands beside them.
STATEMENTS = {
    "person_list": 10,
    "deployment_list": 10,
    "nomination_list": 9,
    "waiver_list": 9,
    "excess_list": 9,
    "correction_list": 9,
    "mission_list": 10,
    "position_list": 12,
    "service_list": 11,
    "flag_list": 12,
    "letter_list": 9,
    "event_list": 11,
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_statements_of_an_export_do_not_grow_with_its_rows(name, world, as_user, request, example_service):
    who = LISTS[name][0]
    browser, url = as_user(reader(who, request)), reverse(name)
    rows_of(browser, url)
    counted = []
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rows = rows_of(browser, url)
        counted.append((len(asked), len(rows)))
        _more()

    (few, some), (many, more) = counted
    assert more > some
    assert (name, few, many) == (name, STATEMENTS[name], STATEMENTS[name])


def _more():
    """One more row of every list at least."""
    Letter.objects.all().delete()
    small_world(create.service())
    letter = Letter.objects.get()
    letter.pk, letter.number, letter.key = None, uuid.uuid4(), "another letter"
    letter.save()
    _record_excesses()


def _record_excesses():
    """One of each stay that has none; the first is confirmed already."""
    by, second = create.user(), create.user()
    for number, stay in enumerate(Deployment.objects.filter(excesses=None).order_by("pk")):
        create.excess(deployment=stay, recorded_by=by, confirmed_by=None if number else second)


def test_the_roster_of_a_mission_is_taken_from_its_page(world, alice, as_user, today):
    roster = Mission.objects.filter(kind="roster").first()
    create.roster_entry(person=create.person(), roster=roster, nominated_on=today)
    browser, url = as_user(alice), roster.get_absolute_url()
    page = browser.get(url).context["page"]

    rows = rows_of(browser, url)

    assert [row["person"] for row in rows] == [str(entry.person) for entry in page]
    assert {row["standing"] for row in rows} == {"Nominated", "Certified"}
    assert [row["call_outs"] for row in rows if row["call_outs"]] != []
    event = Event.objects.filter(verb="exported").get()
    assert (event.subject, event.details["what"]) == (roster, "roster")


def test_the_selection_for_a_position_is_taken_from_its_page(world, alice, as_user):
    url = address("position_selection", world)
    page = as_user(alice).get(url).context["page"]

    rows = rows_of(as_user(alice), url)

    assert [(row["place"], row["person"]) for row in rows] == [
        (place, str(match.nomination.person)) for place, match in enumerate(page, start=1)
    ]
    assert "Not scored yet." in rows[0]["reasons"]


def test_a_mission_that_is_no_roster_has_nothing_to_take(world, alice, as_user):
    mission = Mission.objects.filter(kind="mission").first()

    assert as_user(alice).get(mission.get_absolute_url(), {"export": "csv"}).context["mission"] == mission


def test_countries_and_regions_are_taken_with_their_authorizations(world, alice, as_user):
    row = next(row for row in rows_of(as_user(alice), reverse("area_list")) if row["authorization"])

    assert (row["name"], row["cap"], row["valid_from"]) == ("Ruritania", 1, "2000-01-01")


def test_background_tasks_are_taken(world, emil, as_user):
    rows = rows_of(as_user(emil), reverse("job_list"))

    assert "flags.check_caps" in {row["name"] for row in rows}


def test_those_of_whom_somebody_said_that_they_are_two_are_taken(world, alice, as_user):
    one, two = Person.objects.filter(family_name="Blackwood").order_by("pk")
    TwoPeople.objects.create(first=one, second=two, said_by=alice, said_at=timezone.now(), reason="Cousins.")

    [row] = rows_of(as_user(alice), reverse("duplicate_list"), {"said": "two"})

    assert (row["older_service_number"], row["reason"]) == (one.service_number, "Cousins.")
    left = rows_of(as_user(alice), reverse("duplicate_list"))
    assert one.service_number not in {row["older_service_number"] for row in left}


def test_every_page_of_rows_can_be_taken(world, alice, emil, as_user, example_service):
    """A new list without an export fails here; one that needs none says why above."""
    found, without = set(), set()
    for user in (alice, emil):
        user.set_password("correct-horse-battery")
        user.save()
        browser = as_user(user)
        for name in patterns():
            response = browser.get(address(name, world, user))
            if not isinstance((response.context or {}).get("page"), Page):
                continue
            found.add(name)
            links = set(re.findall(r'href="([^"]*export=\w+[^"]*)"', response.content.decode()))
            taken = browser.get(response.request["PATH_INFO"] + next(iter(sorted(links)), ""))
            if len(links) != 5 or "attachment" not in taken.headers.get("Content-Disposition", ""):
                without.add(name)

    assert without == set(NO_LIST_TO_TAKE)
    assert found - without == {*LISTS, "position_selection", "figure_detail"}


@pytest.mark.parametrize("name", [*LISTS, "area_list", "job_list"])
def test_the_links_keep_what_the_list_was_asked_for(name, world, as_user, request):
    who, query, *_rest = LISTS.get(name, ("emil", {}))
    asked = {**query, "on": "2020-01-05"}

    page = as_user(reader(who, request)).get(reverse(name), {**asked, "page": "1"}).content.decode()

    links = re.findall(r'href="\?([^"]*export=\w+[^"]*)"', page)
    read_back = [parse_qs(link.replace("&amp;", "&")) for link in links]
    expected = {key: [value] for key, value in asked.items()}
    assert read_back == [{**expected, "export": [ending]} for ending in ["csv", "xlsx", "json", "pdf", "print"]]


def test_the_columns_of_a_table_have_names_of_their_own():
    for table in TABLES.values():
        keys = [column.key for column in table.columns]
        assert len(set(keys)) == len(keys), table.name
        assert len(str(table.title)) <= 31, table.name
    assert spreadsheets.MOST_ROWS == 2**20 - 1
