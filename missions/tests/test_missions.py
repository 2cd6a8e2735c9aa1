import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from missions.models import Area, Authorization, Ceiling, LeadOrganization, Mission, MissionState, Position
from personnel.models import Person, PoliceService, Rank
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("mission_list", 8), ("service_list", 7), ("deployment_list", 15), ("flag_list", 20)],
)
def test_lists_take_the_same_queries_for_one_row_and_for_three(
    as_user, alice, today, number, name, queries, django_assert_num_queries
):
    from flags.tasks import flag_expiring_postings

    area = create.area()
    create.authorization(area=area)
    for _ in range(number):
        create.deployment(
            mission=create.mission(area=area),
            person=create.person(service=create.service()),
            starts_on=today - 300 * DAY,
            ends_on=today + 20 * DAY,
            status="in_mission",
        )
    flag_expiring_postings()
    browser = as_user(alice)
    browser.get(reverse(name))  # content types are looked up once in the life of a process

    with django_assert_num_queries(queries):
        response = browser.get(reverse(name))
    assert response.status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_takes_the_same_queries_for_one_area_and_for_three(
    as_user, alice, number, today, django_assert_num_queries
):
    for _ in range(number):
        area = create.area()
        create.authorization(area=area)
        create.mission(area=area)
    browser = as_user(alice)

    with django_assert_num_queries(32):
        browser.get(reverse("home"))


def test_missions_are_filtered(as_user, alice):
    active, closed = create.mission(), create.mission(state="closed")

    response = as_user(alice).get(reverse("mission_list"), {"state": "closed"})

    assert list(response.context["page"]) == [closed]
    assert active not in response.context["page"]


def test_a_coordinator_edits_a_mission(as_user, alice):
    mission = create.mission()
    page = as_user(alice).get(reverse("mission_edit", args=[mission.pk]))
    values = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    values["seen"] = page.context["form"]["seen"].value()

    response = as_user(alice).post(
        reverse("mission_edit", args=[mission.pk]), {**values, "tour_months": "9", "ends_on": "", "armed": "unknown"}
    )

    mission.refresh_from_db()
    assert response.url == mission.get_absolute_url()
    assert mission.tour_months == 9
    assert mission.history.first().history_user == alice


def test_the_mission_page_shows_people_now_coming_and_past(as_user, alice, today):
    mission = create.mission()
    create.authorization(area=mission.area)
    there = create.deployment(mission=mission, starts_on=today - DAY, ends_on=today + DAY, status="in_mission")
    coming = create.deployment(mission=mission, starts_on=today + DAY, ends_on=today + 9 * DAY, status="planned")
    past = create.deployment(mission=mission, starts_on=today - 9 * DAY, ends_on=today - DAY, status="completed")

    browser, url = as_user(alice), mission.get_absolute_url()
    now, planned, returned = (browser.get(url, {"part": part}).context for part in ("now", "coming", "returned"))

    assert (list(now["stays"]), list(planned["coming"]), list(returned["past"])) == ([there], [coming], [past])


@pytest.mark.parametrize(
    ("state", "first", "last", "in_force"),
    [
        ("issued", 0, None, True),
        ("issued", 0, 0, True),
        ("issued", 1, None, False),
        ("issued", -9, -1, False),
        ("withdrawn", -9, None, False),
    ],
)
def test_the_mission_page_shows_the_authorization_that_is_in_force_today(
    as_user, alice, today, state, first, last, in_force
):
    mission = create.mission()
    until = None if last is None else today + last * DAY
    create.authorization(area=mission.area, state=state, valid_from=today + first * DAY, valid_to=until)

    page = as_user(alice).get(mission.get_absolute_url()).content.decode()

    assert ("No authorization is in force for Ruritania today." not in page) == in_force


def test_stored_names_follow_the_language(as_user, alice):
    mission = create.mission(name_en="Ruritania Mission", name_fr="Mission en Ruritanie")

    pages = [
        as_user(alice).get(f"/{language}/missions/{mission.pk}/").content.decode() for language in ("en-ca", "fr-ca")
    ]

    assert ["<h1>Ruritania Mission</h1>" in pages[0], "<h1>Mission en Ruritanie</h1>" in pages[1]] == [True, True]


def rows(today):
    area = create.area()
    create.authorization(area=area)
    mission = create.mission(area=area)
    create.position(mission=mission)
    create.mission_state(mission=mission)
    create.ceiling()
    create.deployment(mission=mission, starts_on=today, ends_on=today + DAY)


# Each constraint of the database, broken once.
@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Ceiling, {"cap": 0}),
        (Ceiling, {"cap": 1000}),
        (Ceiling, {"valid_to": dt.date(1999, 12, 31)}),
        (Area, {"kind": "planet"}),
        (Authorization, {"cap": 0}),
        (Authorization, {"language": "de"}),
        (Authorization, {"state": "maybe"}),
        (Authorization, {"valid_to": dt.date(1999, 12, 31)}),
        (LeadOrganization, {"kind": "club"}),
        (Mission, {"kind": "picnic"}),
        (MissionState, {"state": "asleep"}),
        (MissionState, {"reason_en": ""}),
        (MissionState, {"withdrawal_reason": "Wrong."}),
        (Mission, {"language": "de"}),
        (Mission, {"tour_months": 0}),
        (Mission, {"tour_months": 37}),
        (Mission, {"starts_on": dt.date(2020, 1, 2), "ends_on": dt.date(2020, 1, 1)}),
        (Position, {"stream": "river"}),
        (PoliceService, {"kind": "private"}),
        (PoliceService, {"province": "XX"}),
        (PoliceService, {"rank_family": "navy"}),
        (Rank, {"family": "navy"}),
        (Person, {"category": "robot"}),
        (Person, {"gender": "x"}),
        (Person, {"first_language": "de"}),
        (Person, {"state": "bored"}),
    ],
)
def test_the_database_refuses(model, values, today):
    rows(today)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**values)


@pytest.mark.parametrize(("model", "relation"), [(Authorization, "supersedes"), (Mission, "successor")])
def test_the_database_refuses_a_row_that_follows_itself(model, relation, today):
    rows(today)
    row = model.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**{relation: row})


def test_one_authorization_is_in_force_on_a_day(today):
    area = create.area()
    create.authorization(area=area, valid_from=today, valid_to=today + 5 * DAY)
    create.authorization(area=area, valid_from=today, state="withdrawn")
    create.authorization(area=area, valid_from=today + 6 * DAY)
    create.authorization(area=create.area(), valid_from=today)

    with pytest.raises(IntegrityError), transaction.atomic():
        create.authorization(area=area, valid_from=today - DAY, valid_to=today)


def test_one_ceiling_is_in_force_on_a_day(today):
    create.ceiling(valid_from=today, valid_to=today + 5 * DAY)
    create.ceiling(valid_from=today + 6 * DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        create.ceiling(valid_from=today - DAY, valid_to=today)
