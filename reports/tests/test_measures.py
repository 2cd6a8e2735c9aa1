"""Each figure is the number of rows of its queryset, is what a count by hand finds, and is what the pages show."""

import datetime as dt

import pytest
from django.urls import reverse

from deployments.models import Deployment
from reports import board, measures, to_do
from reports.tests.by_hand import ByHand
from reports.tests.small_world import DAY, SmallWorld

pytestmark = pytest.mark.django_db

LEAP_DAY = dt.date(2024, 2, 29)
FISCAL_YEAR_ENDS, FISCAL_YEAR_BEGINS = dt.date(2025, 3, 31), dt.date(2025, 4, 1)

OFFSETS = [-400, -300, -210, -100, -10, -1, 0, 1, 100, 101]
"""The days on which the small world is counted, from its own today."""


@pytest.fixture
def build(alice, bob, charlie, example_service, other_service):
    """Builds the small world around a day."""

    def world(today: dt.date) -> SmallWorld:
        return SmallWorld(today, alice=alice, example=example_service, other=other_service)

    return world


MEASURES = {
    "authorizations": lambda _user, on, _today: measures.authorizations(on=on),
    "ceilings": lambda _user, on, _today: measures.ceilings(on=on),
    "to_come": lambda _user, on, _today: measures.to_come(on=on),
    "at_postings": lambda _user, on, today: measures.at_postings(on=on, today=today),
    "deployed": lambda user, on, today: measures.deployed(user, on=on, today=today),
    "coming": lambda user, on, today: measures.coming(user, on=on, today=today),
    "ended": lambda user, on, today: measures.ended(user, on=on, today=today),
    "deployments_ever": lambda user, on, today: measures.deployments_ever(user, on=on, today=today),
    "people_ever": lambda user, on, today: measures.people_ever(user, on=on, today=today),
    "away": lambda user, on, today: measures.away(user, first=on, last=on, today=today),
    "active_people": lambda user, _on, _today: measures.active_people(user),
    "open_calls": lambda _user, on, _today: measures.open_calls(on=on),
    "live_nominations": lambda user, _on, _today: measures.live_nominations(user),
    "to_review": lambda user, _on, _today: measures.to_review(user),
    "to_plan": lambda user, _on, _today: measures.to_plan(user),
    "without_consent": lambda user, _on, _today: measures.without_consent(user),
    "offers_to_answer": lambda user, _on, today: measures.offers_to_answer(user, today=today),
    "recalled": lambda user, _on, _today: measures.recalled(user),
    "to_approve": lambda user, _on, today: measures.to_approve(user, today=today),
    "arrivals_expected": lambda user, _on, today: measures.arrivals_expected(user, today=today),
    "overdue": lambda user, _on, today: measures.overdue(user, today=today),
    "papers_to_verify": lambda user, _on, today: measures.papers_to_verify(user, today=today),
    "excesses_to_confirm": lambda user, _on, _today: measures.excesses_to_confirm(user),
    "waivers_to_decide": lambda user, _on, _today: measures.waivers_to_decide(user),
    "corrections_to_confirm": lambda user, _on, _today: measures.corrections_to_confirm(user),
}


def test_every_measure_is_counted_here():
    public = {
        name for name in vars(measures) if getattr(vars(measures)[name], "__module__", "") == "reports.measures.rows"
    }

    assert {name for name in public if not name.startswith("_")} == {*MEASURES, "counted_by"}
    assert {*OF_A_DAY, *OF_A_READER} == {*MEASURES}


# --- Typed by hand ---------------------------------------------------------------------------------------------------


FIGURES_OF_A_DAY = [
    # offset in days:            -400 -300 -210 -100 -10 -1  0  1 100 101
    ("authorizations", "alice", [1, 1, 1, 1, 1, 1, 2, 2, 2, 1]),
    ("ceilings", "alice", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ("to_come", "alice", [5, 5, 5, 5, 4, 4, 2, 0, 0, 0]),
    ("at_postings", "alice", [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]),
    ("deployed", "alice", [1, 2, 1, 3, 3, 4, 4, 3, 1, 0]),
    ("deployed", "bob", [0, 1, 1, 2, 2, 3, 3, 2, 1, 0]),
    ("deployed", "charlie", [1, 1, 0, 1, 1, 1, 1, 1, 0, 0]),
    ("ended", "alice", [0, 1, 2, 2, 3, 3, 4, 4, 4, 4]),
    ("ended", "bob", [0, 0, 1, 1, 2, 2, 3, 3, 3, 3]),
    ("deployments_ever", "alice", [1, 2, 2, 5, 6, 7, 7, 7, 7, 7]),
    ("people_ever", "alice", [1, 2, 2, 4, 5, 6, 6, 6, 6, 6]),
    ("coming", "alice", [0, 0, 0, 0, 0, 0, 6, 5, 1, 1]),
    ("away", "alice", [0, 0, 0, 2, 3, 3, 5, 7, 2, 1]),
    ("away", "bob", [0, 0, 0, 1, 2, 2, 3, 4, 1, 0]),
    ("open_calls", "alice", [0, 0, 0, 0, 2, 2, 1, 1, 0, 0]),
]

FIGURES_OF_THE_BOARD = [
    # offset in days: -400 -300 -210 -100 -10 -1 0 1 100 101
    ("in_mission", [1, 2, 1, 3, 3, 3, 3, 2, 1, 0]),
    ("approved", [0, 0, 0, 0, 1, 0, 1, 2, 0, 0]),
    ("held", [0, 0, 0, 0, 0, 0, 1, 2, 1, 1]),
]

FIGURES_OF_A_READER = [
    # Alice, Bob, Charlie
    ("coming", [6, 3, 3]),
    ("ended", [4, 3, 1]),
    ("deployments_ever", [7, 5, 2]),
    ("people_ever", [6, 4, 2]),
    ("active_people", [12, 7, 5]),
    ("live_nominations", [11, 7, 4]),
    ("to_review", [2, 2, 1]),
    ("to_plan", [2, 1, 1]),
    ("without_consent", [2, 1, 1]),
    ("offers_to_answer", [2, 1, 1]),
    ("recalled", [1, 1, 0]),
    ("to_approve", [1, 1, 0]),  # without the one whose home service has not consented
    ("arrivals_expected", [3, 2, 1]),
    ("overdue", [1, 0, 1]),
    ("papers_to_verify", [2, 1, 1]),
    ("excesses_to_confirm", [1, 1, 1]),  # without the one that Alice recorded herself
    ("waivers_to_decide", [2, 2, 1]),
    ("corrections_to_confirm", [1, 0, 0]),  # without the one that Alice asked for herself
]

OF_A_DAY = list(dict.fromkeys(name for name, _who, _numbers in FIGURES_OF_A_DAY))
OF_A_READER = [name for name, _numbers in FIGURES_OF_A_READER]


@pytest.mark.parametrize("anchor", [None, LEAP_DAY, FISCAL_YEAR_ENDS, FISCAL_YEAR_BEGINS])
def test_figures_of_the_small_world(build, today, alice, bob, charlie, anchor):
    day = anchor or today
    world, users = build(day), {"alice": alice, "bob": bob, "charlie": charlie}

    of_a_day = [
        (name, who, [len(MEASURES[name](users[who], world.on(offset), day)) for offset in OFFSETS])
        for name, who, _numbers in FIGURES_OF_A_DAY
    ]
    of_a_reader = [
        (name, [len(MEASURES[name](user, day, day)) for user in users.values()])
        for name, _numbers in FIGURES_OF_A_READER
    ]

    assert of_a_day == FIGURES_OF_A_DAY
    assert of_a_reader == FIGURES_OF_A_READER


# --- Counted again in plain Python -----------------------------------------------------------------------------------


@pytest.mark.parametrize("anchor", [None, LEAP_DAY, FISCAL_YEAR_ENDS, FISCAL_YEAR_BEGINS])
def test_number_and_rows_agree_with_a_count_by_hand(build, today, alice, bob, charlie, anchor):
    day = anchor or today
    world = build(day)
    asked_later = [(day, day - DAY), (day, day + DAY), (day, world.on(101)), (world.on(-101), world.on(101))]
    asked = [(world.on(offset), day) for offset in OFFSETS] + asked_later
    wrong = []

    for user in (alice, bob, charlie):
        by_hand = ByHand(user)
        cases = [(name, *days) for name in OF_A_READER for days in asked_later]
        cases += [
            (name, *days) for name in (OF_A_DAY if user == alice else ["deployed", "away", "ended"]) for days in asked
        ]
        for name, on, asked_on in cases:
            rows, expected = MEASURES[name](user, on, asked_on), by_hand.keys(name, on, asked_on)
            if (rows.count(), sorted(row.pk for row in rows)) != (len(expected), expected):
                wrong.append((user.name, name, on, asked_on))

    assert wrong == []


# --- What the pages show ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("anchor", [None, LEAP_DAY, FISCAL_YEAR_ENDS, FISCAL_YEAR_BEGINS])
def test_the_board_shows_the_measures(build, today, alice, anchor):
    day = anchor or today
    world = build(day)

    by_hand, totals = ByHand(alice), []
    for on in (world.on(offset) for offset in OFFSETS):
        shown = board.operations(on, today=day)

        for row in shown.rows:
            in_area = {
                name: sum(stay.mission.area_id == row.area.pk for stay in getattr(by_hand, name)(on, day))
                for name, _numbers in FIGURES_OF_THE_BOARD
            }
            assert {name: getattr(row.strength, name) for name in in_area} == in_area
            to_come = measures.to_come(on=on).filter(mission__area=row.area) if on >= day else Deployment.objects.none()
            assert row.approved_to_come == len(to_come.filter(status="approved"))
            assert row.planned_to_come == len(to_come.filter(status="planned"))
        totals.append(shown.total)
        assert shown.total.cap == sum(row.cap for row in measures.authorizations(on=on))
        assert [shown.ceiling] == [row.cap for row in measures.ceilings(on=on)]
        assert [(posting.mission, posting.deployed) for posting in shown.postings] == [
            (world.posting, len(measures.at_postings(on=on, today=day)))
        ]

    shown = [(name, [getattr(total, name) for total in totals]) for name, _numbers in FIGURES_OF_THE_BOARD]
    assert shown == FIGURES_OF_THE_BOARD


def test_the_home_page_of_a_coordinator_shows_the_measures(build, as_user, alice, today):
    build(today)
    live = measures.live_nominations(alice)

    context = as_user(alice).get(reverse("home")).context

    by_hand = ByHand(alice)
    assert context["board"].total.used == len(by_hand.in_mission(today, today)) + len(by_hand.approved(today, today))
    assert [task.count for task in context["to_do"]] == [
        len(live.filter(stage="submitted")),
        len(live.filter(stage="screening")),
        len(measures.to_review(alice)),
        len(measures.without_consent(alice)),
        len(measures.recalled(alice)),
        len(measures.to_plan(alice)),
        len(measures.to_approve(alice, today=today)),
        len(measures.overdue(alice, today=today)),
        len(measures.arrivals_expected(alice, today=today)),
        len(measures.excesses_to_confirm(alice)),
        len(measures.papers_to_verify(alice, today=today)),
        len(measures.waivers_to_decide(alice)),
        len(measures.corrections_to_confirm(alice)),
    ]


def test_nothing_waits_for_who_may_not_move_nominations(build, bob, dora, today):
    build(today)

    assert [to_do.for_user(user, today=today) for user in (bob, dora)] == [[], []]


def test_the_home_page_of_a_liaison_shows_the_measures(build, as_user, bob, today):
    build(today)

    context = as_user(bob).get(reverse("home")).context

    assert set(context["abroad"]) == set(measures.deployed(bob, on=today, today=today))
    assert set(context["leaving"]) == set(measures.coming(bob, on=today, today=today))
    assert set(context["offers"]) == set(measures.offers_to_answer(bob, today=today))
    assert {position for position, _days in context["calls"]} == set(measures.open_calls(on=today))
    assert set(context["returned"]) == set(measures.live_nominations(bob).filter(stage="returned"))
    assert context["candidate_count"] == len(measures.live_nominations(bob))


@pytest.mark.parametrize("page", ["mission", "area"])
def test_the_pages_of_a_mission_and_an_area_show_the_measures(build, as_user, alice, today, page):
    world = build(today)
    where = {"mission": {"mission": world.mission}, "area": {"mission__area": world.area}}[page]

    browser, url = as_user(alice), getattr(world, page).get_absolute_url()
    context = browser.get(url).context
    coming = browser.get(url, {"part": "coming"}).context["coming"]

    assert set(context["stays"]) == set(measures.deployed(alice, on=today, today=today).filter(**where))
    assert set(coming) == set(measures.coming(alice, on=today, today=today).filter(**where))
    assert context["past_count"] == len(measures.ended(alice, on=today, today=today).filter(**where))


def test_the_list_of_missions_shows_the_measure(build, as_user, alice, today):
    build(today)
    deployed = measures.deployed(alice, on=today, today=today)

    page = as_user(alice).get(reverse("mission_list")).context["page"]

    shown = [(mission, mission.deployed_then) for mission in page]
    assert shown == [(mission, len(deployed.filter(mission=mission))) for mission in page]
    assert sum(number for _mission, number in shown) == len(deployed)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_the_pages_of_services_show_the_measures(request, build, as_user, example_service, today, who):
    build(today)
    user = request.getfixturevalue(who)

    shown = as_user(user).get(reverse("service_list")).context["page"]
    context = as_user(user).get(example_service.get_absolute_url()).context

    days = {"on": today, "today": today}
    deployed, ever = measures.deployed(user, **days), measures.deployments_ever(user, **days)
    assert [(row.away_then, row.people_ever, row.deployments_ever) for row in shown] == [
        (
            len(deployed.filter(service=row)),
            len(measures.people_ever(user, service=row, **days)),
            len(ever.filter(service=row)),
        )
        for row in shown
    ]
    assert set(context["away"]) == set(deployed.filter(service=example_service))
    assert set(context["coming"]) == set(measures.coming(user, **days).filter(service=example_service))
    assert context["people_ever"] == len(measures.people_ever(user, service=example_service, **days))
    assert context["deployments_ever"] == len(ever.filter(service=example_service))
    assert context["people_count"] == len(measures.active_people(user).filter(service=example_service))
    most, day = context["most_away"]
    assert most == len(measures.away(user, first=day, last=day, today=today).filter(service=example_service))
