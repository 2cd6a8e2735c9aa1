"""Duplicates, the selection of a position and a service come by pages: as many queries for 60 rows as for 3."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deployments.candidates import duplicates
from deployments.models import Nomination
from personnel.models import TwoPeople
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FEW, MANY = 3, 60


@pytest.fixture
def shown(as_user, alice):
    """Shows a page to Alice: its answer, and how many queries it took."""
    browser = as_user(alice)

    def show(url, **query):
        browser.get(url, query)  # what is looked up once for all, such as the types of rows
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(url, query)
        return response, len(queries)

    return show


def twins(number, service):
    """So many pairs, each of two people who are alike and like nobody else."""
    for each in range(number):
        born_on = dt.date(1970, 1, 1) + each * DAY
        for _one in range(2):
            create.person(family_name=f"Invented {each}", service=service, born_on=born_on)


def test_pairs_come_by_pages_the_newest_first(shown, example_service):
    twins(MANY, example_service)

    names, page = [], 1
    while page:
        response, _queries = shown(reverse("duplicate_list"), page=page)
        names += [pair.merged.family_name for pair in response.context["pairs"]]
        page = response.context["page"].has_next() and page + 1

    assert names == [f"Invented {each}" for each in reversed(range(MANY))]
    assert "<caption>60 pairs</caption>" in response.content.decode()
    assert "Page 3 of 3" in response.content.decode()


@pytest.mark.parametrize("number", [FEW, MANY])
def test_pairs_take_as_many_queries_for_3_as_for_60(shown, example_service, number):
    twins(number, example_service)

    response, queries = shown(reverse("duplicate_list"))

    assert len(response.context["pairs"]) == min(number, 25)
    assert queries == 12


@pytest.mark.parametrize(("number", "expected"), [(FEW, 10), (MANY, 11)])  # one to count what is on more than one page
def test_those_who_are_two_people_come_by_pages_too(shown, alice, example_service, number, expected):
    twins(number, example_service)
    said = {"reason": "Cousins.", "said_by": alice, "said_at": "2026-01-01T00:00:00Z"}
    pairs = [pair[:2] for pair in duplicates.alike()]
    TwoPeople.objects.bulk_create(TwoPeople(first_id=first, second_id=second, **said) for first, second in pairs)

    first, _queries = shown(reverse("duplicate_list"))
    response, queries = shown(reverse("duplicate_list"), said="two")

    assert (first.context["pairs"], len(first.context["two_people"])) == ([], min(number, 5))
    assert ('<a href="?said=two">All of them</a>' in first.content.decode()) == (number == MANY)
    assert len(response.context["page"].object_list) == min(number, 25)
    assert queries == expected


@pytest.fixture
def candidates(example_service):
    """Puts so many people forward for one position: in the pool, the first asked for first."""

    def put_forward(number):
        position = create.position(mission=create.mission())
        for each in range(number):
            person = create.person(service=example_service, family_name=f"Invented {each}")
            create.nomination(position=position, person=person, stage="qualified")
        return position

    return put_forward


@pytest.mark.parametrize("number", [FEW, MANY])
def test_a_selection_takes_as_many_queries_for_3_as_for_60(shown, candidates, number):
    position = candidates(number)

    response, queries = shown(reverse("position_selection", args=[position.pk]))

    assert len(response.context["matches"]) == min(number, 25)
    assert f"<caption>{number} candidates, the best first</caption>" in response.content.decode()
    assert queries == 27


def test_a_selection_shows_each_candidate_on_exactly_one_page_with_the_place(shown, candidates):
    position = candidates(MANY)

    seen, places = [], []
    for page in (1, 2, 3):
        response, _queries = shown(reverse("position_selection", args=[position.pk]), page=page)
        seen += [match.nomination.pk for match, _field, _offer in response.context["matches"]]
        places += re.findall(r'<td data-label="Place">(\d+)</td>', response.content.decode())

    assert seen == list(Nomination.objects.order_by("pk").values_list("pk", flat=True))
    assert places == [str(place) for place in range(1, MANY + 1)]


def test_the_order_of_the_reserve_is_saved_page_by_page(as_user, alice, candidates):
    position = candidates(MANY)
    first, last = Nomination.objects.order_by("pk").first(), Nomination.objects.order_by("pk").last()
    browser, address = as_user(alice), f"{reverse('position_selection', args=[position.pk])}?page=3"

    saved = browser.post(address, {f"rank_{last.pk}": "1"})
    taken = browser.post(reverse("position_selection", args=[position.pk]), {f"rank_{first.pk}": "1"})
    next_one = browser.post(reverse("position_selection", args=[position.pk]), {f"rank_{first.pk}": "2"})

    assert (saved.status_code, saved.url) == (302, address)
    assert taken.context["form"].errors == {"__all__": ["Two people have the same place in the reserve."]}
    assert f'name="rank_{first.pk}" value="1"' in taken.content.decode()
    assert next_one.status_code == 302
    assert list(Nomination.objects.filter(reserve_rank__isnull=False).order_by("reserve_rank")) == [last, first]


def test_what_was_typed_for_somebody_who_moved_to_another_page_is_not_lost(as_user, alice, candidates):
    position = candidates(MANY)
    last = Nomination.objects.order_by("pk").last()

    as_user(alice).post(reverse("position_selection", args=[position.pk]), {f"rank_{last.pk}": "7"})

    assert list(Nomination.objects.filter(reserve_rank__isnull=False).values_list("pk", "reserve_rank")) == [
        (last.pk, 7)
    ]


@pytest.mark.parametrize("page", ["0", "99", "x", "9" * 30, "1" * 5000, "a\0b", "-1"])
@pytest.mark.parametrize("name", ["duplicate_list", "position_selection"])
def test_a_number_that_is_none_of_a_page_shows_the_first_or_the_last(shown, candidates, example_service, name, page):
    position = candidates(30)
    twins(30, example_service)

    response, _queries = shown(reverse(name, args=[position.pk] if name == "position_selection" else []), page=page)

    assert response.status_code == 200
    assert response.context["page"].number == (2 if page in {"99", "9" * 30, "0", "-1"} else 1)


@pytest.fixture
def away_and_coming(example_service, today):
    """Puts so many people of the service abroad, and plans as many."""

    def put(number):
        create.ceiling()
        mission = create.mission()
        create.authorization(area=mission.area, cap=200)
        for each in range(number):
            days = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "status": "in_mission"}
            create.deployment(mission=mission, person=create.person(service=example_service), **days)
            days = {
                "starts_on": today + 9 * DAY,
                "ends_on": today + 99 * DAY,
                "status": ["planned", "approved"][each % 2],
            }
            create.deployment(mission=mission, person=create.person(service=example_service), **days)

    return put


@pytest.mark.parametrize("number", [FEW, MANY])
def test_a_service_takes_as_many_queries_for_3_as_for_60(shown, away_and_coming, example_service, number):
    away_and_coming(number)

    response, queries = shown(example_service.get_absolute_url())

    assert (len(response.context["away"]), len(response.context["coming"])) == (min(number, 25), min(number, 25))
    assert f"{number} people are deployed today." in response.content.decode()
    assert response.content.decode().count(f">All {number}") == (2 if number == MANY else 0)
    assert queries == 22


@pytest.mark.parametrize(("status", "context"), [("deployed", "away_count"), ("coming", "coming_count")])
def test_all_of_a_service_are_exactly_those_that_were_counted(shown, away_and_coming, example_service, status, context):
    away_and_coming(30)
    create.deployment(
        mission=create.mission(), starts_on=dt.date(2030, 1, 1), ends_on=dt.date(2030, 2, 1), status="planned"
    )

    counted = shown(example_service.get_absolute_url())[0].context[context]
    query = {"service": example_service.pk, "status": status}
    listed = shown(reverse("deployment_list"), **query)[0].context["page"].paginator.count

    assert (counted, listed) == (30, 30)
