"""A row is searched for where there are many, and chosen from a box where there are few."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from deployments.models import Deployment
from foundation import picking
from missions.models import Area, Mission
from tests import create
from tests.pages import small_world

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FEW = 3


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(picking, "FEW", FEW)
    monkeypatch.setattr(picking, "OFFERED", FEW)


@pytest.fixture
def missions(few):
    create.ceiling()
    area = create.area()
    create.authorization(area=area, cap=50)
    names = ["Côte Nord", "Côte Sud", "Plateau", "Vallée"]
    return {name: create.mission(area=area, name_en=name, name_fr=f"{name} (fr)") for name in names}


@pytest.fixture
def planned(as_user, alice, today):
    """Sends the form of a plan, and answers the page."""
    person = create.person()
    typed = {"kind": "standard", "starts_on": str(today + DAY), "ends_on": str(today + 90 * DAY), "duty_station": "Gao"}

    def send(**fields):
        address = f"{reverse('deployment_plan')}?person={person.pk}"
        return as_user(alice).post(address, {**typed, **fields}) if fields else as_user(alice).get(address)

    return send


def radios(response, name):
    """The rows that the page offers for a field, and whether each is chosen."""
    found = re.findall(
        rf'<input[^>]*type="radio" name="{name}" value="(\d*)"[^>]*?(checked)?>', response.content.decode()
    )
    return [(value, bool(checked)) for value, checked in found]


def test_many_are_not_in_the_page(missions, planned):
    page = planned().content.decode()

    assert not [name for name in missions if name in page]
    assert '<select name="mission"' not in page
    assert 'type="search" class="form-control" name="mission_words"' in page


def test_few_are_a_select_box(few, planned):
    mission = create.mission(name_en="Only Mission")

    assert f'<option value="{mission.pk}">Only Mission</option>' in planned().content.decode()


@pytest.mark.parametrize("words", ["cote nord", "NORD", "nord côte", "Côte Nord"])
def test_one_that_fits_is_taken(missions, planned, words):
    response = planned(mission_words=words)

    assert response.status_code == 302
    assert Deployment.objects.get().mission == missions["Côte Nord"]


def test_of_several_one_is_chosen_and_nothing_that_was_typed_is_lost(missions, planned):
    several = planned(mission_words="cote")
    chosen = planned(mission_words="cote", mission_found="cote", mission=missions["Côte Sud"].pk)

    assert several.context["form"].errors == {"mission": ["Several fit “cote”: choose one."]}
    assert radios(several, "mission") == [(str(missions[name].pk), False) for name in ("Côte Nord", "Côte Sud")]
    assert 'value="Gao"' in several.content.decode()
    assert chosen.status_code == 302
    assert Deployment.objects.get().mission == missions["Côte Sud"]


def test_new_words_count_more_than_an_earlier_choice(missions, planned):
    planned(mission_words="plateau", mission_found="cote", mission=missions["Côte Sud"].pk)

    assert Deployment.objects.get().mission == missions["Plateau"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"mission_words": "nowhere"}, "Nothing here fits “nowhere”."),
        ({"mission_words": "e"}, "More than 3 fit “e”: type more of it, or choose one of these."),
        ({"mission_words": "<b>"}, "Nothing here fits “&lt;b&gt;”."),
        ({"mission_words": " "}, "Choose a mission."),
        ({"mission_words": "x" * 5000}, None),
        ({"mission_words": "a\0b"}, None),
        ({"mission_words": "😀\u200f"}, None),
        ({"mission": "9" * 30}, "Choose a mission that accepts deployments: this one is closed, or is a roster."),
        ({"mission": "x"}, "Choose a mission that accepts deployments: this one is closed, or is a roster."),
    ],
)
def test_odd_words_and_ids_are_said_beside_the_field(missions, planned, fields, error):
    response = planned(**fields)

    assert response.status_code == 200
    assert "mission" in response.context["form"].errors
    assert error is None or error in response.content.decode()
    assert not Deployment.objects.exists()


def test_a_chosen_row_stays_chosen_when_another_field_is_wrong(missions, planned):
    chosen = planned(mission=missions["Plateau"].pk, starts_on="never")
    found = planned(mission_words="plateau", starts_on="never")

    for response in (chosen, found):
        assert set(response.context["form"].errors) == {"starts_on"}
        assert radios(response, "mission") == [(str(missions["Plateau"].pk), True)]


def test_who_is_relieved_is_found_by_name_or_number_and_may_be_nobody(missions, planned, today):
    mission = missions["Plateau"]
    for number, name in enumerate(["Abel", "Zulu", "Zulu", "Quintal"]):
        person = create.person(family_name=name, service_number=f"N-{number}")
        stay = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "status": "in_mission"}
        create.deployment(mission=mission, person=person, **stay)
    among = Deployment.objects.filter(status="in_mission").order_by("pk")

    several = planned(mission=mission.pk, relieves_words="zulu")
    planned(mission=mission.pk, relieves_words="n-1")

    assert "Quintal" not in planned().content.decode()
    assert several.context["form"].errors == {"relieves": ["Several fit “zulu”: choose one."]}
    assert radios(several, "relieves") == [(str(among[1].pk), False), (str(among[2].pk), False), ("", True)]
    assert Deployment.objects.get(status="planned").relieves == among[1]


def test_the_list_is_narrowed_by_words_too(missions, as_user, alice, today):
    for mission in missions.values():
        create.deployment(mission=mission, starts_on=today, ends_on=today + DAY, status="planned")

    def shown(**query):
        return [row.mission for row in as_user(alice).get(reverse("deployment_list"), query).context["page"]]

    assert shown(mission_words="plateau") == shown(mission=missions["Plateau"].pk) == [missions["Plateau"]]
    assert shown(mission_words="cote") == []  # several: the page asks which


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_each_page_that_chooses_a_mission_or_a_position_has_none_of_many_in_it(
    missions, as_user, alice, today, language
):
    mission = missions["Plateau"]
    for number in range(FEW + 1):
        calls = {"call_opens": today, "call_closes": today + DAY}
        create.position(mission=mission, number=f"Q-{number}", title_en="Marked", title_fr="Marked", **calls)
        person = create.person(family_name=f"Invented {number}")
        stay = create.deployment(
            mission=mission, person=person, starts_on=today - DAY, ends_on=today + DAY, status="in_mission"
        )
    pages = [
        f"{reverse('deployment_plan')}?person={person.pk}",
        f"{reverse('nomination_add')}?person={person.pk}",
        reverse("person_eligibility", args=[person.pk]),
        reverse("deployment_correct", args=[stay.pk]),
        f"{reverse('deployment_list')}?q=nobody",
        f"{reverse('nomination_list')}?q=nobody",
    ]

    for address in pages:
        page = as_user(alice).get(address.replace("/en-ca/", f"/{language}/")).content.decode()
        boxes = [
            box.count("<option")
            for box in re.findall(r'<select name="(?:mission|position|relieves)".*?</select>', page, re.S)
        ]
        assert boxes == [] or max(boxes) <= FEW + 1, address
        assert "Côte Nord" not in page
        assert "Marked" not in page


GARBAGE = ["9" * 30, "99999", "x", "a\0b", "-1", "<b>"]
# Page → its field that chooses one row of many, and something else that is typed there. By hand.
FIELDS = {
    "deployment_plan": [("mission", "duty_station"), ("position", "duty_station"), ("relieves", "duty_station")],
    "nomination_add": [("position", "statement")],
    "mission_edit": [("successor", "mandate_en")],
    "area_succeed": [("successors", "reason_en"), ("move", "reason_en")],
    "deployment_correct": [("mission", "reason"), ("position", "reason")],
    "flag_act": [("to", "note")],
}


@pytest.fixture
def places(missions, example_service):
    """URL name → the address of a page in a world where there are many of everything that is chosen."""
    arguments = small_world(example_service)
    area = Area.objects.get(pk=arguments["area_succeed"]["area_id"])
    for number in range(FEW + 1):
        create.area()
        beside = create.mission(area=area)
        create.position(mission=beside, number=f"Q-{number}", call_opens="2020-01-01", call_closes="2099-01-01")
        create.user(role="coordinator")
        days = {"starts_on": "2020-01-01", "ends_on": "2020-02-01", "status": "in_mission"}
        create.deployment(mission=missions["Plateau"], **days)
    person = f"?person={create.person(service=example_service).pk}"
    flag = f"?row={arguments['flag_detail']['flag_id']}"
    places = {name: reverse(name, kwargs=arguments.get(name)) for name in FIELDS if name != "flag_act"}
    places["flag_act"] = reverse("flag_act", args=["assign"]) + flag
    return {
        name: url + {"deployment_plan": person, "nomination_add": person}.get(name, "") for name, url in places.items()
    }


@pytest.mark.parametrize(
    ("page", "name", "beside"), [(page, *one) for page, fields in FIELDS.items() for one in fields]
)
def test_what_is_no_row_is_said_beside_its_field_and_nothing_is_lost(places, as_user, alice, page, name, beside):
    url = places[page]
    if name == "move":
        name = next(one for one in as_user(alice).get(url).context["form"].fields if one.startswith("move_"))

    for key, wrong in [(key, wrong) for key in (name, f"{name}_words") for wrong in GARBAGE]:
        response = as_user(alice).post(url, {key: wrong, beside: "typed before"})

        page = response.content.decode()
        assert (key, wrong, response.status_code) == (key, wrong, 200)
        assert len(response.context["form"].errors[name]) == 1
        assert re.search(
            rf'<div class="picker is-invalid" [^>]*>(?:(?!<div class="picker).)*name="{name}_words"', page, re.DOTALL
        )
        assert "typed before" in page
        assert key == name or escape(wrong) in page


def test_several_are_found_and_added_one_after_the_other(places, as_user, alice):
    url = places["area_succeed"]
    one = create.area(name_en="Northland", name_fr="Terre du Nord")
    other = create.area(name_en="Southland", name_fr="Terre du Sud")
    browser = as_user(alice)

    several = browser.post(url, {"successors_words": "terre du"})
    found = browser.post(url, {"successors_words": "northland", "reason_en": ""})
    both = browser.post(
        url,
        {"successors": one.pk, "successors_words": "southland", "successors_found": "northland", "from_day": "never"},
    )

    def ticked(response):
        boxes = re.findall(
            r'type="checkbox" name="successors" value="(\d+)"[^>]*?(checked)?>', response.content.decode()
        )
        return {int(pk): bool(checked) for pk, checked in boxes}

    assert several.context["form"].errors["successors"] == ["Several fit “terre du”: choose one."]
    assert ticked(several) == {one.pk: False, other.pk: False}
    assert ticked(found) == {one.pk: True}
    assert ticked(both) == {one.pk: True, other.pk: True}


def test_few_areas_are_checkboxes_without_a_search(as_user, alice):
    area, other = create.area(), create.area(name_en="Northland")

    page = as_user(alice).get(reverse("area_succeed", args=[area.pk])).content.decode()

    assert f'type="checkbox" name="successors" value="{other.pk}"' in page
    assert "successors_words" not in page


def test_what_somebody_else_chose_meanwhile_stays_where_the_same_was_searched_for_again(missions, as_user, alice):
    mission, older, newer = (missions[name] for name in ("Plateau", "Vallée", "Côte Sud"))
    create.mission(area=mission.area)
    mission.successor = older
    mission.save()
    url = reverse("mission_edit", args=[mission.pk])
    form = as_user(alice).get(url).context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    typed |= {"seen": form.version(), "successor_words": "vallée", "tour_months": "6"}
    Mission.objects.filter(pk=mission.pk).update(successor=newer)

    as_user(alice).post(url, typed)

    mission.refresh_from_db()
    assert (mission.successor, mission.tour_months) == (newer, 6)


@pytest.mark.parametrize("name", ["deployment_list", "nomination_list", "mission_list", "position_list", "flag_list"])
def test_lists_are_narrowed_to_an_area_by_its_words(places, as_user, alice, name):
    page = as_user(alice).get(reverse(name), {"area_words": "nowhere"})

    assert "Nothing here fits “nowhere”." in page.content.decode()
    assert list(page.context["page"]) == []
