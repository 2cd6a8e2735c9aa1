"""Nothing that is sent without the token of its form is taken: not from who may send it, on no page."""

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from accounts.access import Role
from audit.models import Event
from tests.pages import address, pages_of_the_administration, patterns, small_world
from tests.test_access import WHO_MAY_OPEN, WHO_MAY_SEND

pytestmark = pytest.mark.django_db

TAKEN_WITHOUT = {"csp_report"}
"""Sent by the browser itself, which holds no token."""


def strict(user) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser


def stored() -> dict[str, list]:
    """Every row of every model of ours, but the trail."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for label in set(settings.OUR_APPS) - {"audit"}
        for model in apps.get_app_config(label).get_models()
    }


def test_nothing_is_taken_without_the_token_of_its_form(alice, bob, emil, example_service):
    arguments = small_world(example_service)
    people = {Role.COORDINATOR: alice, Role.LIAISON: bob, Role.ADMINISTRATOR: emil}
    browsers = {role: strict(user) for role, user in people.items()}
    may = {**WHO_MAY_OPEN, **WHO_MAY_SEND}
    roles = {
        name: next((role for role in people if role in may.get(name, ())), Role.COORDINATOR) for name in patterns()
    }
    urls = [(name, role, address(name, arguments, people[role])) for name, role in roles.items()]
    urls += [(name, Role.ADMINISTRATOR, url) for name, url in pages_of_the_administration().items()]
    before, events = stored(), Event.objects.count()

    found = {(name, role): browsers[role].post(url, {"_save": "Save"}).status_code for name, role, url in urls}

    assert {name for (name, _role), status in found.items() if status not in {403, 405}} == TAKEN_WITHOUT
    assert len(found) > 250
    assert stored() == before
    told = Event.objects.order_by("id")[events:]
    assert [(event.actor, event.verb, event.details) for event in told] == [
        (people[role], "refused", {"status": 403, "page": name})
        for (name, role), status in found.items()
        if status == 403
    ]
