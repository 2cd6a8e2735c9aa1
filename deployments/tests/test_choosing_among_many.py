"""A stay, a mission or a position is searched for where there are many, and chosen from a box where there are few."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from deployments.models import Deployment
from foundation import picking
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FEW = 3


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(picking, "FEW", FEW)


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
        ({"mission_words": " "}, "This field is required."),
        ({"mission_words": "x" * 5000}, None),
        ({"mission_words": "a\0b"}, None),
        ({"mission_words": "😀\u200f"}, None),
        ({"mission": "9" * 30}, "Choose a mission that takes people: this one may have closed, or be a roster."),
        ({"mission": "x"}, "Choose a mission that takes people: this one may have closed, or be a roster."),
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
