"""No page offers every area, mission, position, person, stay or account to choose from: their number grows."""

import datetime as dt
import re
from collections import Counter

import django_filters
import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from deployments.models import CallOut, Consent, Deployment, Nomination, RosterEntry
from foundation.lists import ListFilter
from foundation.picking import FEW, PickField, PickFilter, PicksField
from missions.models import Area, Mission, Position
from personnel.filters import visible_services
from personnel.models import Person
from tests import create
from tests.pages import address, patterns, small_world

pytestmark = pytest.mark.django_db

MANY = 60
GROWING = {Area, CallOut, Consent, Deployment, Mission, Nomination, Person, Position, RosterEntry, User}
"""What grows while the office works. Services, ranks, languages, roles and kinds of papers do not."""
ADMINS = sorted(admin.site._registry.items(), key=lambda one: one[0]._meta.label)
LEFT_OUT = {"row", "_selected_action", "countries", "about", "filter kind of record"}
"""The boxes beside the rows of a list; the countries of the world; the tables of the program."""


@pytest.fixture
def many(today, example_service):
    """So many rows of everything that grows; URL name → the arguments of its address."""
    day = dt.timedelta(days=1)
    create.ceiling()
    for number in range(MANY):
        area = create.area(name_en=f"Area {number}", name_fr=f"Région {number}")
        mission = create.mission(area=area, name_en=f"Mission {number}", name_fr=f"Mission {number} (fr)")
        call = {"call_opens": today, "call_closes": today + day, "needed_from": today + 60 * day}
        position = create.position(mission=mission, number=f"P{number}", **call)
        person = create.person(service=example_service, family_name=f"Invented {number}")
        create.authorization(area=area, cap=1)
        days = {"starts_on": today - 9 * day, "ends_on": today + 9 * day}
        create.deployment(mission=mission, person=person, **days, status="in_mission")
        create.nomination(position=position, person=create.person(service=example_service))
        create.user(role="coordinator", name=f"Coordinator {number}")
    return small_world(example_service)


def crowded(page: str) -> dict[str, int]:
    """The names of select boxes and of groups of radio buttons or checkboxes with more than `FEW` choices."""
    boxes = re.findall(r"<select[^>]*\bname=\"([^\"]+)\"[^>]*>(.*?)</select>", page, re.DOTALL)
    found = {name: len(re.findall(r"<option\b[^>]*value=\"[^\"]", box)) for name, box in boxes}
    inputs = re.findall(r"<input\b[^>]*>", page)
    names = [re.search(r"name=\"([^\"]+)\"", one) for one in inputs if re.search(r"type=\"(radio|checkbox)\"", one)]
    found |= Counter(name[1] for name in names if name)
    return {name: number for name, number in found.items() if number > FEW and name not in LEFT_OUT}


def test_no_page_has_a_box_of_all_of_them(many, as_user, alice, bob, emil):
    browsers = {user: as_user(user) for user in (alice, bob, emil)}

    found, seen = {}, set()
    for name in [name for name in patterns() if not name.startswith("account_")]:
        for user, browser in browsers.items():
            response = browser.get(address(name, many, user))
            if response.status_code == 200 and not response.streaming:
                seen.add(name)
                if boxes := crowded(response.content.decode()):
                    found[name, user.name] = boxes

    assert found == {}
    assert len(seen) > 80


def test_no_page_of_the_administration_has_a_box_or_a_filter_of_all_of_them(many, as_user, emil):
    browser = as_user(emil)

    found = {}
    for model, _admin in ADMINS:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        if (row := model._default_manager.first()) is not None:
            pages.append(reverse(f"{name}_change", args=[row.pk]))
        for url in pages:
            page = browser.get(url).content.decode()
            for title, links in re.findall(r"data-filter-title=\"([^\"]+)\"(.*?)</details>", page, re.DOTALL):
                if (number := links.count("<li")) > FEW + 2 and f"filter {title}" not in LEFT_OUT:
                    found[url, f"filter {title}"] = number
            found |= {(url, box): number for box, number in crowded(page).items()}

    assert found == {}


def below(kind: type) -> list[type]:
    return [one for own in kind.__subclasses__() for one in (own, *below(own))]


def test_every_field_that_chooses_among_them_is_searched(client):
    client.get(reverse("livez"))  # by now all forms are imported
    ours = [form for form in below(forms.BaseForm) if form.__module__.split(".")[0] in settings.OUR_APPS]
    fields = {
        f"{form.__name__}.{name}": field
        for form in ours
        if not form.__module__.endswith((".admin", ".filters")) and ".tests." not in form.__module__
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, PickField | PicksField)
    }
    filters = {
        f"{one.__name__}.{name}": row.extra["queryset"]
        for one in below(ListFilter)
        for name, row in one.base_filters.items()
        if isinstance(row, django_filters.ModelChoiceFilter) and not isinstance(row, PickFilter)
    }

    assert {name for name, field in fields.items() if field.queryset.model in GROWING} == set()
    assert {name for name, rows in filters.items() if not callable(rows) and rows.model in GROWING} == set()
    assert {name for name, rows in filters.items() if callable(rows) and rows is not visible_services} == {
        "PapersFilter.person",  # hidden: by its number in a link
        "ExcessFilter.list",  # lists that recorded stays beyond a cap are few
    }
    assert {"PersonForm.service", "MissionForm.lead"} <= set(fields)
