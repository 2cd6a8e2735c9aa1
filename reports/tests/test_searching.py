"""The search over everything: what it finds, where an exact number leads, and what it never tells."""

import datetime as dt

import pytest
from django.urls import reverse

from audit.models import Event
from flags.tasks import check_caps, flag_expiring_postings
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def world(example_service, today):
    """Somebody deployed whose stay ends soon, and put forward for a position whose call is over."""
    area = create.area(code="ruritania")
    mission = create.mission(area=area, code="rurimission")
    authorization = create.authorization(area=area, reference="MA-RU-2021", cap=1)
    person = create.person(service=example_service, given_name="Zoë", family_name="Blackwood", service_number="S-0077")
    position = create.position(mission=mission, number="P-102", title_en="Trainer", title_fr="Formatrice")
    stay = create.deployment(
        mission=mission,
        person=person,
        starts_on=today - 300 * DAY,
        ends_on=today + 20 * DAY,
        status="in_mission",
        duty_station="Strelsau",
    )
    nomination = create.nomination(position=position, person=person, stage="screening")
    agreement = create.agreement(service=example_service, reference="AG-2020-7")
    check_caps()
    flag_expiring_postings()
    return {
        "person": person,
        "position": position,
        "stay": stay,
        "nomination": nomination,
        "agreement": agreement,
        "authorization": authorization,
    }


def search(browser, words):
    return browser.get(reverse("search"), {"q": words})


def found(browser, words):
    return {str(title): list(rows) for title, rows in search(browser, words).context["found"].items()}


def suggested(browser, words):
    return [hit["says"] for hit in browser.get(reverse("search_suggestions"), {"q": words}).json()["hits"]]


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("S-0077", "person"),
        ("s 0077", "person"),
        ("\u200fS-0077\u200f", "person"),
        ("P-102", "position"),
        ("p-102 ", "position"),
        ("MA-RU-2021", "authorization"),
        ("ag-2020-7", "agreement"),
    ],
)
def test_an_exact_number_or_reference_leads_to_its_page(world, as_user, alice, words, row):
    assert search(as_user(alice), words).url == world[row].get_absolute_url()


def test_the_day_that_is_looked_at_goes_along(world, as_user, alice):
    response = as_user(alice).get(reverse("search"), {"q": "S-0077", "on": "2026-01-31"})

    assert response.url == f"{world['person'].get_absolute_url()}?on=2026-01-31"


def test_a_number_that_two_have_leads_nowhere(world, as_user, alice):
    other = create.position(mission=create.mission(), number="P-102")

    assert found(as_user(alice), "P-102")["Positions"] == [world["position"], other]


@pytest.mark.parametrize("words", ["Blackwood", "Cst. Blackwood", "zoe black"])
def test_a_name_finds_the_person_with_stays_nominations_and_flags(world, as_user, alice, words):
    rows = found(as_user(alice), words)

    assert rows["People"] == [world["person"]]
    assert rows["Deployments"] == [world["stay"]]
    assert rows["Nominations"] == [world["nomination"]]
    assert {flag.subject for flag in rows["Flags"]} == {world["stay"]}


def test_more_namesakes_than_are_shown_are_a_list_away(world, as_user, alice, monkeypatch):
    monkeypatch.setattr("reports.searching.AT_MOST", 2)
    address = f"{reverse('person_list')}?q=blackwood"
    assert address not in search(as_user(alice), "blackwood").content.decode()
    for _more in range(2):
        create.person(given_name="Zoë", family_name="Blackwood")

    assert address in search(as_user(alice), "blackwood").content.decode()
    assert as_user(alice).get(address).context["page"].paginator.count == 3


@pytest.mark.parametrize(
    ("words", "kind", "row"),
    [
        ("formatrice", "Positions", "position"),
        ("trainer p 102", "Positions", "position"),
        ("trainer", "Nominations", "nomination"),
        ("strelsau", "Deployments", "stay"),
        ("ru 2021", "Authorizations", "authorization"),
        ("recorded for a test", "Authorizations", "authorization"),
        ("ag 2020", "Partner agreements", "agreement"),
    ],
)
def test_what_is_written_on_it_finds_a_row(world, as_user, alice, words, kind, row):
    assert found(as_user(alice), words)[kind] == [world[row]]


def test_flags_are_found_by_the_name_of_their_kind(world, as_user, alice):
    assert {flag.kind for flag in found(as_user(alice), "posting ending")["Flags"]} == {"posting_ending"}


def test_a_liaison_finds_the_own_rows(world, as_user, bob):
    browser = as_user(bob)

    assert set(found(browser, "blackwood")) == {"People", "Deployments", "Nominations", "Flags"}
    assert search(browser, "S-0077").url == world["person"].get_absolute_url()
    assert search(browser, "P-102").url == world["position"].get_absolute_url()  # somebody of the service is in for it
    assert suggested(browser, "black") == ["Cst. Zoë Blackwood"]


@pytest.mark.parametrize(
    "words",
    [
        "S-0077", "P-102", "MA-RU-2021", "AG-2020-7", "blackwood", "trainer", "strelsau", "ruritania", "posting ending",
        "example police",
    ],
)  # fmt: skip
def test_a_liaison_of_another_service_finds_nothing_and_is_led_nowhere(world, as_user, charlie, words):
    response = search(as_user(charlie), words)

    assert response.context["found"] == {}
    assert f"No results for “{words}”." in response.content.decode()
    assert suggested(as_user(charlie), words) == []


@pytest.mark.parametrize(
    "words",
    ["", "\0", "a\0b", "9" * 30, "😀", "\u200f", "\u202e1\u202c", "%", "_", "'; DROP TABLE", "é" * 500, "a b " * 99],
)
def test_odd_searches_are_answered(world, as_user, alice, words):
    assert search(as_user(alice), words).status_code == 200
    assert suggested(as_user(alice), words) in ([], ["Cst. Zoë Blackwood"])


def test_suggestions_say_what_they_are_and_lead_there(world, as_user, alice):
    answer = as_user(alice).get(reverse("search_suggestions"), {"q": "trainer"}).json()

    assert answer == {
        "hits": [
            {
                "kind": "Positions",
                "says": "P-102 Trainer",
                "beside": "Ruritania Mission",
                "url": world["position"].get_absolute_url(),
            }
        ],
        "told": "1 suggestion",
        "all": {"says": "All results for “trainer”", "url": f"{reverse('search')}?q=trainer"},
    }
    assert suggested(as_user(alice), "t") == []


def test_a_search_and_its_suggestions_take_few_queries(world, as_user, alice, django_assert_num_queries):
    browser = as_user(alice)
    for _more in range(5):
        create.person(given_name="Zoë", family_name="Blackwood")

    with django_assert_num_queries(23):
        search(browser, "cst blackwood")
    with django_assert_num_queries(18):
        suggested(browser, "cst blackwood")


def test_suggestions_leave_an_event_without_what_was_typed(world, as_user, alice):
    suggested(as_user(alice), "blackwood")

    event = Event.objects.latest("pk")
    assert (event.actor, event.details) == (alice, {"page": "search_suggestions"})
