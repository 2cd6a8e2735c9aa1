"""Each act of the administration leaves its events, with the old and the new values: counted."""

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Event, Verb
from deployments.models import ScreeningItem
from flags.models import Threshold
from missions.models import Area, Mission, Position
from personnel.models import PoliceService
from tests import create
from tests.pages import of_form

pytestmark = pytest.mark.django_db


def told():
    """Who, act, row and changes of each event of a write, in order."""
    acts = [Verb.ADDED, Verb.EDITED, Verb.REMOVED, Verb.MOVED]
    return [
        (event.actor, event.verb, event.subject_type.model, event.subject_id, event.details.get("changes"))
        for event in Event.objects.filter(verb__in=acts).order_by("id")
    ]


@pytest.fixture
def admin(as_user, emil):
    """A function that sends a form of the administration: model, act, id, what is typed."""
    browser = as_user(emil)

    def send(model, act, *args, **typed):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}"
        response = browser.post(reverse(name, args=args), typed)
        assert response.status_code == 302, response.context["errors"]
        return response

    return send


AREA = {"name_en": "Utopia", "name_fr": "Utopie", "code": "utopia", "kind": "country", "listing_order": "0"}


def test_what_the_administration_adds(admin, emil):
    admin(Area, "add", **AREA)

    area = Area.objects.get(code="utopia")
    assert told() == [
        (
            emil,
            "added",
            "area",
            area.pk,
            {
                "code": [None, "utopia"],
                "name_en": [None, "Utopia"],
                "name_fr": [None, "Utopie"],
                "kind": [None, "country"],
            },
        )
    ]


def test_what_the_administration_changes(admin, emil):
    area = create.area(**AREA)

    admin(Area, "change", area.pk, **{**AREA, "kind": "region", "listing_order": "7"})

    assert told() == [(emil, "edited", "area", area.pk, {"kind": ["country", "region"], "listing_order": [0, 7]})]


def test_what_the_administration_saves_without_a_change_leaves_none(admin):
    area = create.area(**AREA)

    admin(Area, "change", area.pk, **AREA)

    assert told() == []


def test_what_the_administration_deletes(admin, emil):
    item = ScreeningItem.objects.create(code="cv", name_en="CV", name_fr="CV", order=3)
    pk = item.pk

    admin(ScreeningItem, "delete", pk, post="yes")

    assert told() == [
        (
            emil,
            "removed",
            "screeningitem",
            pk,
            {
                "code": ["cv", None],
                "name_en": ["CV", None],
                "name_fr": ["CV", None],
                "order": [3, None],
                "is_active": [True, None],
            },
        )
    ]


def test_what_the_administration_deletes_together(admin, emil):
    rows = [Threshold.objects.create(kind="posting_ends", value=value) for value in (501, 502, 503)]

    chosen = [row.pk for row in rows[:2]]
    admin(Threshold, "changelist", action="delete_selected", _selected_action=chosen, post="yes")

    assert sorted(told(), key=lambda one: one[3]) == [
        (emil, "removed", "threshold", chosen[0], {"kind": ["posting_ends", None], "value": [501, None]}),
        (emil, "removed", "threshold", chosen[1], {"kind": ["posting_ends", None], "value": [502, None]}),
    ]


def test_what_the_administration_takes_back_to_an_older_version(admin, emil):
    area = create.area(**AREA)
    oldest = area.history.earliest()
    area.name_en = "Nowhere"
    area.save()

    admin(Area, "simple_history", area.pk, oldest.pk, **AREA)

    assert told() == [(emil, "edited", "area", area.pk, {"name_en": ["Nowhere", "Utopia"]})]


BESIDE = {
    "positions-TOTAL_FORMS": "2",
    "positions-INITIAL_FORMS": "1",
    "states-TOTAL_FORMS": "0",
    "states-INITIAL_FORMS": "0",
}


def test_the_positions_beside_a_mission_are_shown_and_not_changed(admin, emil, as_user):
    mission = create.mission()
    position = create.position(mission=mission, number="P1")
    page = as_user(emil).get(reverse("admin:missions_mission_change", args=[mission.pk]))
    typed = of_form(page.context["adminform"].form, tour_months="6")
    there = {"id": position.pk, "mission": mission.pk, "number": "P7", "places": "3", "DELETE": "on"}
    fresh = {"number": "P2", "title_en": "A", "title_fr": "B", "stream": "adviser", "places": "1"}
    typed |= {f"positions-0-{name}": value for name, value in there.items()}
    typed |= {f"positions-1-{name}": value for name, value in fresh.items()}

    admin(Mission, "change", mission.pk, **typed, **BESIDE)

    assert reverse("admin:missions_position_change", args=[position.pk]) in page.content.decode()
    assert told() == [(emil, "edited", "mission", mission.pk, {"tour_months": [12, 6]})]
    assert list(Position.objects.values_list("number", "places")) == [("P1", 1)]


def test_an_account_that_is_opened(admin, emil, example_service):
    typed = {"email": "Gina@example.ca", "name": "Gina", "role": "liaison", "language": "fr-ca"}

    admin(User, "add", services=[example_service.pk], **typed)

    gina = User.objects.get(email="gina@example.ca")
    [(who, verb, model, row, changes)] = told()
    assert (who, verb, model, row) == (emil, "added", "user", gina.pk)
    assert {name: changes[name] for name in ("role", "services", "is_active", "email")} == {
        "role": [None, "liaison"],
        "services": [[], [example_service.pk]],
        "is_active": [None, True],
        "email": [None, "gina@example.ca"],
    }
    assert "password" in Event.objects.get(subject_id=gina.pk, verb="added").details["fields"]
    assert "password" not in changes


def test_an_account_whose_role_services_and_state_change(admin, emil, bob, example_service, other_service):
    typed = {"email": bob.email, "name": "Bob", "role": "auditor", "language": "en-ca"}

    admin(User, "change", bob.pk, services=[other_service.pk], **typed)

    assert told() == [
        (
            emil,
            "edited",
            "user",
            bob.pk,
            {
                "role": ["liaison", "auditor"],
                "is_active": [True, False],
                "services": [[example_service.pk], [other_service.pk]],
            },
        )
    ]


def test_an_account_whose_owner_changes_the_password(alice, as_user):
    alice.set_password("correct-horse-battery")
    alice.save()
    typed = {"oldpassword": "correct-horse-battery", "password1": "battery-horse-staple"}

    as_user(alice).post(reverse("account_change_password"), {**typed, "password2": typed["password1"]})

    assert told() == [(alice, "edited", "user", alice.pk, {})]
    assert "battery" not in str(Event.objects.get(verb="edited").details)


def test_an_account_that_gets_a_service_on_the_page_of_the_service(admin, emil, bob, other_service, as_user):
    page = as_user(emil).get(reverse("admin:personnel_policeservice_change", args=[other_service.pk]))
    typed = of_form(page.context["adminform"].form, liaisons=[bob.pk])
    before = list(bob.services.values_list("pk", flat=True))

    admin(PoliceService, "change", other_service.pk, **typed)

    after = sorted([*before, other_service.pk])
    assert told() == [(emil, "edited", "user", bob.pk, {"services": [before, after]})]


def test_signing_in_is_no_change_of_the_account(client, alice):
    alice.set_password("correct-horse-battery")
    alice.save()

    client.post(reverse("account_login"), {"login": alice.email, "password": "correct-horse-battery"})

    assert told() == []
