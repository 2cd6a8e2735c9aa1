"""Roles and teams of positions."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from missions.models import Position, Role, Team
from tests import create

pytestmark = pytest.mark.django_db

# Typed from the words of the office.
ROLES = [
    "community-policing",
    "elections",
    "human-rights",
    "humanitarian",
    "leadership",
    "management",
    "organized-crime",
    "patrol",
    "sexual-violence",
    "training",
]


def typed(browser, url, **values):
    """What a form holds, with other values."""
    form = browser.get(url).context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in held.items() if value is not None} | values


def test_the_roles_that_the_office_names_are_loaded(capsys):
    call_command("load_public_data")

    assert [role.code for role in Role.objects.all()] == ROLES
    assert not Role.objects.filter(name_fr="").exists()


def test_a_team_is_recorded_and_shown_on_its_mission(alice, as_user):
    mission, browser = create.mission(), as_user(alice)
    values = {"name_en": "Gender team", "name_fr": "Équipe du genre", "first_day": "2024-02-01"}

    sent = browser.post(reverse("team_add", args=[mission.pk]), values)

    assert sent.url == f"{mission.get_absolute_url()}?part=about#part"
    team = Team.objects.get()
    assert (team.mission, team.first_day, team.last_day) == (mission, dt.date(2024, 2, 1), None)
    url = reverse("team_edit", args=[team.pk])
    wrong = browser.post(url, typed(browser, url, last_day="2024-01-31"))
    assert wrong.context["form"].non_field_errors() == ["The last day cannot be before the first."]
    browser.post(url, typed(browser, url, last_day="2024-12-31"))
    french = browser.get(f"/fr-ca/missions/{mission.pk}/?part=about").content.decode()
    assert french.count('Équipe du genre <span class="muted">2024-02-01 – 2024-12-31</span>') == 1


def test_the_database_refuses_a_team_that_ends_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        create.team(mission=create.mission(), first_day=dt.date(2024, 2, 1), last_day=dt.date(2024, 1, 31))


def test_a_position_has_roles_and_a_team_of_its_mission(alice, as_user):
    mission, browser = create.mission(), as_user(alice)
    position, team = create.position(mission=mission), create.team(mission=mission)
    elsewhere = create.team(mission=create.mission())
    roles = [Role.objects.create(code=code, name_en=code, name_fr=f"{code}-fr") for code in ("patrol", "training")]
    url = reverse("position_edit", args=[position.pk])
    wanted = {"roles": [role.pk for role in roles], "team": team.pk}

    wrong = browser.post(url, typed(browser, url, team=elsewhere.pk))
    sent = browser.post(url, typed(browser, url, **wanted))

    assert list(wrong.context["form"].errors) == ["team"]
    assert sent.url == position.get_absolute_url()
    position = Position.objects.get()
    assert (list(position.roles.all()), position.team) == (roles, team)
    page = browser.get(f"/fr-ca/positions/{position.pk}/").content.decode()
    assert "patrol-fr, training-fr" in page
    assert "<dd>Équipe d&#x27;enquête</dd>" in page
    events = Event.objects.filter(subject_type__model="role").order_by("subject_id")
    assert [(event.subject, event.details["changes"]) for event in events] == [
        (role, {"positions": [[], [position.pk]]}) for role in roles
    ]
    position.team = elsewhere
    with pytest.raises(ValidationError):
        position.full_clean()


def test_a_role_with_thirty_digits_is_no_choice(alice, as_user):
    position, browser = create.position(mission=create.mission()), as_user(alice)
    url = reverse("position_edit", args=[position.pk])

    page = browser.post(url, typed(browser, url, roles=["9" * 30]))

    assert list(page.context["form"].errors) == ["roles"]
