"""What missions are to reach, and the thematic areas in which they work."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from audit.models import Event
from missions.models import Mission, ThematicArea
from tests import create

pytestmark = pytest.mark.django_db

# Typed from the last published page: its missions, and how many objectives are told of each.
LAST_PAGE = {
    "binuh": (["community-policing", "sexual-violence"], 2),
    "haiti-bilateral": (["community-policing", "management", "training"], 3),
    "ukraine-bilateral": (["police-reform", "training"], 2),
    "euam-ukraine": (["community-policing", "police-reform"], 2),
    "eupol-copps": (["police-reform", "rule-of-law"], 2),
    "proteus": (["training"], 2),
    "monusco-team": (["sexual-violence", "training"], 1),
    "monusco-officers": (["training"], 1),
}


@pytest.fixture
def loaded(capsys):
    call_command("load_public_data")


def theme(code="training", name_en="Training", name_fr="Formation"):
    return ThematicArea.objects.create(code=code, name_en=name_en, name_fr=name_fr)


def typed(browser, mission, **values):
    """What the page of a mission holds, with other values."""
    form = browser.get(reverse("mission_edit", args=[mission.pk])).context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in held.items() if value is not None} | values


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_missions_of_the_last_published_page_say_what_they_are_for(loaded, language):
    found = {
        mission.code: (
            [theme.code for theme in mission.themes.all()],
            len(getattr(mission, f"objectives_{language}").splitlines()),
        )
        for mission in Mission.objects.exclude(objectives_en="")
    }

    assert found == LAST_PAGE


def test_what_the_office_changed_is_left_alone(loaded):
    mission = Mission.objects.get(code="binuh")
    mission.objectives_en = mission.objectives_fr = ""
    mission.save()
    mission.themes.clear()

    call_command("load_public_data")

    mission.refresh_from_db()
    assert (mission.objectives_en, mission.objectives_fr, mission.themes.count()) == ("", "", 0)


def test_they_are_edited_and_shown_in_the_language_of_the_reader(alice, as_user):
    mission, training = create.mission(), theme()
    theme(code="other", name_en="Other", name_fr="Autre")
    browser = as_user(alice)
    values = {"objectives_en": "Train.\nMentor.", "objectives_fr": "Former.", "themes": [training.pk]}

    sent = browser.post(reverse("mission_edit", args=[mission.pk]), typed(browser, mission, **values))

    assert sent.url == mission.get_absolute_url()
    english = browser.get(f"/en-ca/missions/{mission.pk}/?part=about").content.decode()
    french = browser.get(f"/fr-ca/missions/{mission.pk}/?part=about").content.decode()
    assert '<ul class="choices" lang="en">' in english
    assert [english.count(words) for words in ("Train.", "Mentor.", "<li>Training</li>", "<li>Other</li>")] == [
        1,
        1,
        1,
        0,
    ]
    assert [french.count(words) for words in ("Former.", "Mentor.", "<li>Formation</li>")] == [1, 0, 1]


def test_what_is_written_in_one_language_is_shown_to_both(alice, as_user):
    mission = create.mission(objectives_en="Train.")

    page = as_user(alice).get(f"/fr-ca/missions/{mission.pk}/?part=about").content.decode()

    assert '<ul class="choices" lang="en">' in page
    assert "Train." in page


def test_a_thematic_area_with_thirty_digits_is_no_choice(alice, as_user):
    mission, browser = create.mission(), as_user(alice)

    page = browser.post(reverse("mission_edit", args=[mission.pk]), typed(browser, mission, themes=["9" * 30]))

    assert list(page.context["form"].errors) == ["themes"]


def test_a_change_of_thematic_areas_leaves_an_event(alice, as_user):
    mission, training = create.mission(), theme()
    browser = as_user(alice)

    browser.post(reverse("mission_edit", args=[mission.pk]), typed(browser, mission, themes=[training.pk]))

    event = Event.objects.get(subject_type__model="thematicarea")
    assert (event.actor, event.verb, event.subject, event.details["changes"]) == (
        alice,
        "edited",
        training,
        {"missions": [[], [mission.pk]]},
    )
