"""Coordinators enter and edit countries, regions and missions on pages."""

import pytest
from django.urls import reverse

from audit.models import Event
from missions.models import Area, Mission
from tests import create

pytestmark = pytest.mark.django_db

AREA = {
    "code": "caribbean",
    "name_en": "Caribbean region",
    "name_fr": "Région des Caraïbes",
    "kind": "region",
    "countries": ["HT", "JM"],
    "listing_order": "3",
}


def mission_values(**fields):
    values = {
        "code": "binuh",
        "kind": "mission",
        "name_en": "BINUH",
        "name_fr": "BINUH",
        "lead": create.lead().pk,
        "armed": "unknown",
        "tour_months": "12",
        "language_level": "4",
    }
    return values | fields


def test_a_region_is_entered_and_corrected(as_user, alice):
    browser = as_user(alice)

    added = browser.post(reverse("area_add"), AREA, follow=True)
    area = Area.objects.get()
    page = browser.get(reverse("area_edit", args=[area.pk]))
    seen = page.context["form"]["seen"].value()
    edited = browser.post(reverse("area_edit", args=[area.pk]), {**AREA, "name_en": "The Caribbean", "seen": seen})

    area.refresh_from_db()
    assert added.redirect_chain[-1][0] == edited.url == area.get_absolute_url()
    assert (area.code, area.name_en, [each.code for each in area.countries]) == (
        "caribbean",
        "The Caribbean",
        ["HT", "JM"],
    )
    assert [event.verb for event in Event.objects.filter(actor=alice, verb__in=["added", "edited"]).order_by("id")] == [
        "added",
        "edited",
    ]


def test_the_code_of_an_area_stays_as_it_is(as_user, alice):
    area = create.area(code="fixed")
    seen = as_user(alice).get(reverse("area_edit", args=[area.pk])).context["form"]["seen"].value()

    as_user(alice).post(reverse("area_edit", args=[area.pk]), {**AREA, "code": "other", "seen": seen})

    area.refresh_from_db()
    assert (area.code, area.name_fr) == ("fixed", "Région des Caraïbes")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("code", "", "Enter a code."),
        ("code", "taken", "Country or region with this Code already exists."),
        ("name_fr", "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("kind", "planet", "Select a valid choice. planet is not one of the available choices."),
        ("listing_order", "nine", "Enter a whole number."),
    ],
)
def test_bad_input_of_an_area_is_said_beside_its_field_and_kept(as_user, alice, field, value, message):
    create.area(code="taken")

    response = as_user(alice).post(reverse("area_add"), {**AREA, field: value})

    assert response.context["form"].errors == {field: [message]}
    assert response.context["form"]["name_en"].value() == "Caribbean region"
    assert Area.objects.count() == 1


def test_two_who_edit_one_area_are_told(as_user, alice):
    area = create.area()
    seen = as_user(alice).get(reverse("area_edit", args=[area.pk])).context["form"]["seen"].value()
    values = {**AREA, "seen": seen}
    as_user(alice).post(reverse("area_edit", args=[area.pk]), {**values, "name_en": "First"})

    second = as_user(alice).post(
        reverse("area_edit", args=[area.pk]), {**values, "name_en": "Second", "countries": ["CU"]}
    )

    area.refresh_from_db()
    assert (second.status_code, area.name_en) == (200, "First")
    assert second.context["form"]["name_en"].value() == "Second"
    assert {one.name: (one.now, one.typed) for one in second.context["form"].changes_by_others} == {
        "name_en": ("First", "Second"),
        "countries": ("Haiti, Jamaica", "Cuba"),
    }


def test_a_mission_is_entered_in_an_area(as_user, alice):
    area = create.area()

    response = as_user(alice).post(reverse("mission_add", args=[area.pk]), mission_values(kind="specialized_posting"))

    mission = Mission.objects.get()
    assert response.url == mission.get_absolute_url()
    assert (mission.area, mission.code, mission.uses_places, list(mission.states.all())) == (area, "binuh", False, [])
    assert as_user(alice).get(mission.get_absolute_url()).context["state"] == "active"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("code", "taken", "Mission with this Code already exists."),
        ("lead", "9" * 30, "Select a valid choice. That choice is not one of the available choices."),
        ("tour_months", "0", "Ensure this value is greater than or equal to 1."),
        ("starts_on", "2027-02-30", "“2027-02-30” is not a date that exists."),
    ],
)
def test_bad_input_of_a_mission_is_said_beside_its_field_and_kept(as_user, alice, field, value, message):
    taken = create.mission(code="taken")

    response = as_user(alice).post(reverse("mission_add", args=[taken.area_id]), mission_values(**{field: value}))

    assert response.status_code == 200
    assert message in response.context["form"].errors[field]
    assert response.context["form"]["name_en"].value() == "BINUH"
    assert Mission.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_areas_takes_the_same_queries_for_one_and_for_three(
    as_user, alice, number, django_assert_num_queries
):
    for _ in range(number):
        create.authorization(area=create.area(), cap=7)
    browser = as_user(alice)
    browser.get(reverse("area_list"))

    with django_assert_num_queries(10):
        page = browser.get(reverse("area_list"))
    assert [authorization.cap for _area, authorization in page.context["rows"]] == [7] * number


@pytest.mark.parametrize(
    ("name", "countries", "expected"),
    [
        ("Mali", ["ML"], "Country"),
        ("Sahel", ["ML", "NE"], "Country · Mali, Niger"),
        ("Deployments to Mali", ["ML"], "Country · Mali"),
    ],
)
def test_a_country_is_not_named_twice(as_user, alice, name, countries, expected):
    area = create.area(name_en=name, kind="country", countries=countries)

    page = as_user(alice).get(area.get_absolute_url()).content.decode()

    assert f'<p class="muted">{expected}</p>' in page
