"""Recording what follows a country or region on its page: previewed, saved, shown on both, taken back."""

import datetime as dt

import pytest
from django.urls import reverse

from foundation.sentences import day as in_words
from missions.models import AreaSuccession, Mission
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def old(db):
    area = create.area(name_en="Old", name_fr="Ancien")
    create.authorization(area=area, cap=5, reference="MA-OLD")
    return area


@pytest.fixture
def new(db):
    area = create.area(name_en="New", name_fr="Nouveau")
    create.authorization(area=area, cap=1)
    return area


def typed(new, day, **fields):
    return {
        "successors": [new.pk],
        "from_day": day.isoformat(),
        "reason_fr": "La région suit.",
        "reason_en": "",
        **fields,
    }


def preview_and_save(browser, area, values):
    url = reverse("area_succeed", args=[area.pk])
    previewed = browser.post(url, values)
    seen = previewed.context["form"]["previewed"].value()
    return previewed, browser.post(url, {**values, "previewed": seen, "save": "1"}, follow=True)


def test_it_is_previewed_saved_and_shown_on_both(as_user, alice, old, new, today):
    mission = create.mission(area=old)
    people = [
        create.deployment(mission=mission, starts_on=today - 9 * DAY, ends_on=today + 99 * DAY, status="in_mission")
        for _ in range(2)
    ]

    previewed, saved = preview_and_save(as_user(alice), old, typed(new, today, **{f"move_{mission.pk}": new.pk}))

    page = previewed.content.decode()
    assert previewed.context["preview"]["people"] == people
    assert "Authorization MA-OLD ends on the day before." in page
    assert "2 deployed, cap 1 (1 over)." in page
    assert f'Succeeded by <a href="{new.get_absolute_url()}">New</a>' in " ".join(saved.content.decode().split())
    other = " ".join(as_user(alice).get(new.get_absolute_url(), {"part": "missions"}).content.decode().split())
    assert f'Follows <a href="{old.get_absolute_url()}">Old</a>' in other
    assert f"in Old until {in_words(today - DAY)}" in other
    assert '<span lang="fr">La région suit.</span>' in other
    assert Mission.objects.get().area == new
    assert list(as_user(alice).get(new.get_absolute_url()).context["stays"]) == people
    assert list(as_user(alice).get(old.get_absolute_url()).context["stays"]) == []
    for query, found in (
        ({"area": new.pk, "status": "deployed"}, 2),
        ({"area": old.pk, "status": "deployed"}, 0),
        (
            {"area": old.pk},
            2,
        ),
    ):
        rows = as_user(alice).get(reverse("deployment_list"), query).context["page"].object_list
        assert len(rows) == found, query


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("successors", [], "Say which country or region follows."),
        ("successors", ["9" * 30], f"Select a valid choice. {'9' * 30} is not one of the available choices."),
        ("from_day", "", "Enter the first day."),
        ("from_day", "2027-02-30", "“2027-02-30” is not a date that exists."),
        ("reason_fr", " ", "Give a reason."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, alice, old, new, today, field, value, message):
    response = as_user(alice).post(reverse("area_succeed", args=[old.pk]), typed(new, today, **{field: value}))

    errors = response.context["form"].errors
    assert response.status_code == 200
    assert errors["reason_en" if field == "reason_fr" else field] == [message]
    assert not AreaSuccession.objects.exists()


def test_a_mission_that_would_be_left_behind_is_named(as_user, alice, old, new, today):
    create.mission(area=old, name_en="Left", name_fr="Laissée")

    response = as_user(alice).post(reverse("area_succeed", args=[old.pk]), typed(new, today))

    assert response.context["form"].non_field_errors() == ["Say where Left belongs from then on."]


def test_it_is_taken_back_on_its_page(as_user, alice, old, new, today):
    row = create.succession(area=old, successor=new)
    url = reverse("succession_withdraw", args=[row.pk])

    done = as_user(alice).post(url, {"reason": "Not so."}, follow=True)
    again = as_user(alice).post(url, {"reason": "Not so."})

    assert list(done.context["successions"]) == []
    assert again.status_code == 409
