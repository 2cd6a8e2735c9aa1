"""The plan page begins with what its address says, from wherever it was opened."""

import datetime as dt

import pytest
from django.urls import reverse

from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
GARBAGE = ["9" * 30, "99999", "x", "a\0b", "-1", ""]


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=9)
    return create.mission(area=area)


@pytest.fixture
def begun(as_user, alice):
    """What stands in the form of the plan page at an address."""
    person = create.person()

    def values(**query):
        form = as_user(alice).get(reverse("deployment_plan"), {"person": person.pk, **query}).context["form"]
        return {name: form[name].value() for name in ("mission", "position", "relieves", "starts_on", "duty_station")}

    return values


def test_nothing_said_begins_tomorrow(begun, mission, today):
    empty = {"mission": None, "position": None, "relieves": None, "duty_station": None}

    assert begun() == {**empty, "starts_on": today + DAY}


def test_a_mission(begun, mission, today):
    assert begun(mission=mission.pk)["mission"] == mission.pk


@pytest.mark.parametrize(("needed", "first"), [(None, 1), (-9, 1), (30, 30)])
def test_a_position_brings_its_mission_and_the_day_on_which_it_is_needed(begun, mission, today, needed, first):
    day = None if needed is None else today + needed * DAY
    position = create.position(mission=mission, needed_from=day)

    shown = begun(position=position.pk)

    assert (shown["mission"], shown["position"]) == (mission.pk, position.pk)
    assert shown["starts_on"] == today + first * DAY


@pytest.mark.parametrize(("ends", "first"), [(20, 21), (0, 1), (-20, 1)])
def test_who_leaves_brings_the_post_and_the_day_after(begun, mission, today, ends, first):
    position = create.position(mission=mission)
    leaving = create.deployment(
        mission=mission,
        position=position,
        starts_on=today - 100 * DAY,
        ends_on=today + ends * DAY,
        status="in_mission",
        duty_station="Gao",
    )

    assert begun(relieves=leaving.pk) == {
        "mission": mission.pk,
        "position": position.pk,
        "relieves": leaving.pk,
        "starts_on": today + first * DAY,
        "duty_station": "Gao",
    }


def test_an_area_brings_its_only_mission_or_a_choice_of_its_own(begun, as_user, alice, mission):
    elsewhere = create.mission()
    person = create.person()

    def offered():
        page = as_user(alice).get(reverse("deployment_plan"), {"person": person.pk, "area": mission.area_id})
        return set(page.context["form"].fields["mission"].queryset)

    assert (begun(area=mission.area_id)["mission"], offered()) == (mission.pk, {mission})
    beside = create.mission(area=mission.area)
    assert (begun(area=mission.area_id)["mission"], offered()) == (None, {mission, beside})
    assert elsewhere not in offered()


def test_what_is_open_no_more_is_left_out(begun, mission, today):
    closed = create.mission(area=mission.area, state="closed")
    left = create.deployment(mission=mission, starts_on=today - 9 * DAY, ends_on=today - DAY, status="completed")

    assert begun(mission=closed.pk)["mission"] is None
    assert begun(position=create.position(mission=closed).pk)["position"] is None
    assert begun(relieves=left.pk)["relieves"] is None


@pytest.mark.parametrize("name", ["mission", "area", "position", "relieves"])
@pytest.mark.parametrize("wrong", GARBAGE)
def test_what_is_no_row_is_left_out(begun, mission, today, name, wrong):
    assert begun(**{name: wrong}) == begun()


def test_only_who_is_there_can_be_relieved_in_the_order_of_leaving(as_user, alice, mission, today):
    days = {"late": (30, "in_mission"), "soon": (9, "in_mission"), "coming": (40, "approved")}
    stays = {
        name: create.deployment(
            mission=mission,
            starts_on=today + (DAY if status == "approved" else -9 * DAY),
            ends_on=today + left * DAY,
            status=status,
        )
        for name, (left, status) in days.items()
    }

    page = as_user(alice).get(reverse("deployment_plan"), {"person": create.person().pk})

    field = page.context["form"].fields["relieves"]
    assert list(field.queryset) == [stays["soon"], stays["late"]]
    assert f"{stays['soon'].ends_on} – " in field.label_from_instance(stays["soon"])


@pytest.mark.parametrize(("status", "shown"), [("in_mission", True), ("planned", False), ("completed", False)])
def test_the_page_of_a_stay_leads_to_its_relief(as_user, alice, bob, example_service, mission, today, status, shown):
    stay = create.deployment(
        mission=mission,
        person=create.person(service=example_service),
        starts_on=today - 9 * DAY,
        ends_on=today - DAY if status == "completed" else today + 9 * DAY,
        status=status,
    )
    link = f'{reverse("deployment_plan")}?relieves={stay.pk}"'

    assert (link in as_user(alice).get(stay.get_absolute_url()).content.decode()) == shown
    assert link not in as_user(bob).get(stay.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("state", "shown"), [("active", True), ("closed", False)])
def test_the_page_of_a_position_leads_to_a_plan_while_its_mission_is_open(as_user, alice, dora, mission, state, shown):
    position = create.position(mission=create.mission(area=mission.area, state=state))
    link, page = f'{reverse("deployment_plan")}?position={position.pk}"', reverse("position_detail", args=[position.pk])

    assert (link in as_user(alice).get(page).content.decode()) == shown
    assert link not in as_user(dora).get(page).content.decode()
