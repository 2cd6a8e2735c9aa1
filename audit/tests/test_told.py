"""The page of events says in words what was written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from audit.log import record, sign
from audit.models import Event, Verb
from audit.told import Line, lines
from tests import create

pytestmark = pytest.mark.django_db


def told(event):
    return [(line.label, line.before, line.after) for line in lines([event])[event.pk]]


def written(row, by, **values):
    """The event of a row that somebody changes."""
    sign(row, by, "")
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return Event.objects.latest("id")


def test_choices_relations_and_answers_are_told_in_words(alice):
    successor = create.mission(name_en="Next Mission")
    mission = create.mission(language="fr", armed=None)
    event = written(mission, alice, language="en", armed=False, tour_months=6, successor=successor)

    assert told(event) == [
        ("own language of operation", "French", "English"),
        ("own armed status", "–", "No"),
        ("successor", "–", "Next Mission"),
        ("usual tour, in months", "12", "6"),
    ]


def test_they_are_told_in_the_language_of_the_reader(alice):
    area = create.area(kind="country")
    event = written(area, alice, kind="region")

    with translation.override("fr-ca"):
        assert told(event) == [("type", "Pays", "Région")]


def test_the_services_of_a_liaison_are_told_by_their_names(as_user, emil, bob, other_service):
    typed = {"email": bob.email, "name": "Bob", "role": "liaison", "language": "en-ca", "is_active": "on"}
    url = reverse("admin:accounts_user_change", args=[bob.pk])
    as_user(emil).post(url, {**typed, "services": [other_service.pk]})

    assert told(Event.objects.latest("id")) == [("police services", "Example Police", "Other Police")]


def test_what_is_not_told_is_named_only(alice):
    person = create.person()
    event = written(person, alice, given_name="Zoë")

    assert told(event) == [("given name", "", "")]
    assert not lines([event])[event.pk][0].is_told


def test_what_is_no_more_is_told_by_its_key_and_an_unknown_field_by_its_name(alice):
    event = record(
        alice, Verb.EDITED, None, part="mission", fields=["successor", "gone"], changes={"successor": [1, 2]}
    )

    assert lines([event])[event.pk] == [Line("successor", "1", "2"), Line("gone")]


def test_an_event_about_no_write_has_no_lines(alice):
    assert told(record(alice, Verb.MOVED, None, act="approve", to="approved")) == []


def test_the_page_shows_them_with_one_query_for_each_model(as_user, alice, dora):
    areas = [create.area(name_en=f"Area {n}") for n in range(3)]
    missions = [create.mission(area=areas[0]) for _ in range(3)]
    browser = as_user(dora)

    def queries(n):
        for mission, area in zip(missions[1:n], areas[1:n], strict=True):
            written(mission, alice, successor=missions[0], area=area)
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(reverse("event_list"))
        return len(captured), page.content.decode()

    queries(2)  # looks up the types of rows, which are kept
    of_one, _page = queries(2)
    of_two, page = queries(3)

    assert "Area 0 → Area 2</li>" in page
    assert of_two == of_one
