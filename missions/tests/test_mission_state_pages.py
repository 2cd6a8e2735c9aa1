"""Entering the state of a mission: previewed with names, then saved; shown on the mission and on the board."""

import datetime as dt

import pytest
from django.urls import reverse

from missions.models import MissionState
from reports import board
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area)
    return create.mission(area=area)


def typed(day, **fields):
    values = {"state": "suspended", "from_day": day.isoformat(), "reason_en": "The airport is closed.", "reason_fr": ""}
    return values | fields


def url_of(mission):
    return reverse("mission_state_record", args=[mission.pk])


def preview_and_save(browser, mission, values):
    previewed = browser.post(url_of(mission), values)
    seen = previewed.context["form"]["previewed"].value()
    return previewed, browser.post(url_of(mission), {**values, "previewed": seen, "save": "1"}, follow=True)


def about(browser, mission, language="en-ca"):
    """The part of the page of a mission that tells of it, with all its states."""
    return browser.get(f"/{language}/missions/{mission.pk}/", {"part": "about"}).content.decode()


def test_who_is_there_or_approved_is_named_before_it_is_saved(as_user, alice, mission, today):
    there = create.deployment(mission=mission, starts_on=today - 9 * DAY, ends_on=today + 9 * DAY, status="in_mission")
    coming = create.deployment(
        mission=mission,
        person=create.person(given_name="Maud", family_name="Gingras"),
        starts_on=today + 20 * DAY,
        ends_on=today + 90 * DAY,
    )

    previewed, saved = preview_and_save(as_user(alice), mission, typed(today))

    page = previewed.content.decode()
    assert previewed.context["people"] == [there, coming]
    assert f'<a href="{there.get_absolute_url()}">Cst. Émilie Tremblay</a>' in page
    assert f'<a href="{coming.get_absolute_url()}">Cst. Maud Gingras</a>' in page
    row = MissionState.objects.get()
    assert (row.state, row.from_day, row.reason_en, row.recorded_by) == (
        "suspended",
        today,
        "The airport is closed.",
        alice,
    )
    assert saved.redirect_chain[-1][0] == f"{mission.get_absolute_url()}?part=about#part"
    assert saved.context["part"] == "about"
    assert "The airport is closed." in about(as_user(alice), mission)


def test_nothing_is_saved_before_it_was_previewed_as_it_is(as_user, alice, mission, today):
    browser = as_user(alice)
    seen = browser.post(url_of(mission), typed(today)).context["form"]["previewed"].value()

    changed = browser.post(url_of(mission), typed(today, state="closing", previewed=seen, save="1"))

    assert changed.context["previews"] is True
    assert not MissionState.objects.exists()


def test_saving_twice_says_so_the_second_time(as_user, alice, mission, today):
    preview_and_save(as_user(alice), mission, typed(today))

    again = as_user(alice).post(url_of(mission), typed(today))

    assert again.context["form"].errors == {
        "from_day": ["From this very day it is recorded as “Suspended”. Withdraw that first."]
    }
    assert again.context["form"]["reason_en"].value() == "The airport is closed."
    assert MissionState.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("state", "", "Choose a state."),
        ("state", "asleep", "Select a valid choice. asleep is not one of the available choices."),
        ("state", "active", "It is “Active” on that day already."),
        ("from_day", "", "Enter the first day."),
        ("from_day", "2027-02-30", "“2027-02-30” is not a date that exists."),
        ("from_day", "9999-12-31", "Enter a day from 1980-01-01 through 2099-12-31."),
        ("reason_en", " ", "Give a reason."),
        (
            "reason_en",
            "a\0b",
            "This text contains a character that cannot be shown or printed. Delete it and type it again.",
        ),
        ("reason_en", "x" * 2001, "Ensure this value has at most 2000 characters (it has 2001)."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, alice, mission, today, field, value, message):
    response = as_user(alice).post(url_of(mission), typed(today, **{field: value}))

    assert response.status_code == 200
    assert response.context["form"].errors[field] == [message]
    assert response.context["form"][field].value() == value
    assert not MissionState.objects.exists()


def test_a_reason_in_french_alone_is_enough_and_is_shown_as_french(as_user, alice, mission, today):
    values = typed(today, reason_en="", reason_fr="L'aéroport est fermé.")

    preview_and_save(as_user(alice), mission, values)

    assert '<span lang="fr">L&#x27;aéroport est fermé.</span>' in about(as_user(alice), mission)
    french = about(as_user(alice), mission, "fr-ca")
    assert '<p class="user-text">L&#x27;aéroport est fermé.</p>' in french


def test_a_wrong_state_is_withdrawn_with_a_reason_and_still_shown(as_user, alice, mission, today):
    row = create.mission_state(mission=mission, reason_en="The airport is closed.")
    url = reverse("mission_state_withdraw", args=[row.pk])

    without = as_user(alice).post(url, {"reason": " "})
    done = as_user(alice).post(url, {"reason": "Another mission was meant."}, follow=True)
    again = as_user(alice).post(url, {"reason": "Another mission was meant."})

    page = about(as_user(alice), mission)
    assert without.context["form"].errors["reason"] == ["Give a reason."]
    assert done.context["state"] == "active"
    assert "Another mission was meant." in page
    assert "The airport is closed." in page
    assert again.status_code == 409


def test_a_closing_sets_the_last_day_and_the_edit_form_leaves_it(as_user, alice, mission, today):
    preview_and_save(as_user(alice), mission, typed(today, state="closed"))

    page = as_user(alice).get(reverse("mission_edit", args=[mission.pk]))
    form = page.context["form"]
    values = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    as_user(alice).post(
        reverse("mission_edit", args=[mission.pk]),
        {**values, "ends_on": (today + 99 * DAY).isoformat(), "armed": "unknown"},
    )

    mission.refresh_from_db()
    assert mission.ends_on == today - DAY


def test_the_board_of_a_past_day_shows_the_state_of_that_day(as_user, alice, mission, today):
    create.mission_state(mission=mission, from_day=today - 30 * DAY)
    create.mission_state(mission=mission, state="closed", from_day=today + 30 * DAY)

    def shown(on):
        [row] = board.operations(on, today=today).rows
        return [one.state_then for one in row.missions]

    assert shown(today - 365 * DAY) == ["active"]
    assert shown(today - 31 * DAY) == ["active"]
    assert shown(today - 30 * DAY) == ["suspended"]
    assert shown(today + 29 * DAY) == ["suspended"]
    assert shown(today + 30 * DAY) == []
    pages = {on: as_user(alice).get("/en-ca/", {"on": on}).content.decode() for on in (today - 31 * DAY, today)}
    assert ["tag-suspended" in page for page in pages.values()] == [False, True]


def test_the_page_of_a_mission_takes_as_many_queries_for_one_state_as_for_three(
    as_user, alice, mission, today, django_assert_num_queries
):
    browser = as_user(alice)
    create.mission_state(mission=mission, from_day=today)
    browser.get(mission.get_absolute_url())
    with django_assert_num_queries(29):
        browser.get(mission.get_absolute_url())
    for offset in (1, 2, 3):
        create.mission_state(mission=mission, from_day=today + offset * DAY, state=["closing", "suspended"][offset % 2])

    with django_assert_num_queries(29):
        browser.get(mission.get_absolute_url())
