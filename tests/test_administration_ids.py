"""Ids and questions that no database can hold, on every page of the administration: no page, never an error."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests import create

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
CANNOT_BE = ["9" * 30, "9" * 19, "1" * 5000, "%00", "-1", "abc", "1.5", "٣"]


@pytest.fixture
def browser(emil):
    browser = Client(raise_request_exception=False)
    browser.force_login(emil)
    return browser


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_id_that_cannot_be_is_no_page(browser, model):
    place = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    asked = [f"{place}{one}/{page}/" for one in CANNOT_BE for page in ("change", "delete", "history")]
    asked += [f"{place}1/history/{one}/" for one in CANNOT_BE] + [f"{place}{one}/history/1/" for one in CANNOT_BE]

    found = {(method, url): getattr(browser, method)(url).status_code for url in asked for method in ("get", "post")}

    assert {key: status for key, status in found.items() if status != 404} == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_question_that_cannot_be_is_no_page(browser, model):
    model_admin = admin.site._registry[model]
    place = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    names = ["id__exact", "pk__in", "p", "o", *(one for one in model_admin.list_filter if isinstance(one, str))]
    if model_admin.date_hierarchy:
        names += [f"{model_admin.date_hierarchy}__{part}" for part in ("year", "month", "day")]

    found = {
        (name, value[:5]): browser.get(place, {name: value}).status_code
        for name in names
        for value in ("9" * 30, "1" * 5000, "\0")
    }

    assert {key: status for key, status in found.items() if status != 404} == {}


@pytest.mark.parametrize(
    ("year", "status"), [("0", 404), ("1", 200), ("2026", 200), ("2099", 200), ("2100", 404), ("9999", 404)]
)
def test_a_year_is_one_of_the_calendar(browser, year, status):
    assert browser.get(reverse("admin:audit_event_changelist"), {"at__year": year}).status_code == status


@pytest.mark.parametrize("value", ["9" * 30, "1" * 5000, "\0", "x"])
def test_what_no_form_sends_is_not_understood(browser, value):
    area = create.area()
    act = {"action": "delete_selected", "_selected_action": [str(area.pk), value], "post": "yes"}

    assert browser.post(reverse("admin:missions_area_changelist"), act).status_code == 400
    assert browser.post(reverse("admin:personnel_person_add"), {"service": value}).status_code == 400
    assert type(area).objects.filter(pk=area.pk).exists()


@pytest.mark.parametrize("asked", [{"at__month": "13"}, {"at__month": "2", "at__day": "31"}, {"at__day": "0"}])
def test_a_day_that_does_not_exist_breaks_nothing(browser, asked):
    assert browser.get(reverse("admin:audit_event_changelist"), {"at__year": "2026", **asked}).status_code in {200, 302}


def test_a_long_number_may_be_searched_for(browser):
    assert browser.get(reverse("admin:personnel_person_changelist"), {"q": "9" * 30}).status_code == 200


@pytest.mark.parametrize("path", ["r/{0}/1/", "r/1/{0}/", "accounts/user/{0}/password/", "accounts/user/{0}/change/"])
def test_the_other_addresses_are_no_pages_either(browser, path):
    found = {one[:5]: browser.get(reverse("admin:index") + path.format(one)).status_code for one in CANNOT_BE}

    assert set(found.values()) == {404}
