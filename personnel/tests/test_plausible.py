"""Odd dates of birth and of service are asked about once, and impossible ones are refused."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from personnel import plausible
from personnel.models import Person
from tests import create

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 2)


@pytest.mark.parametrize(
    ("born_on", "joined_on", "found"),
    [
        (None, None, []),
        ("1985-05-17", "2006-06-01", []),
        ("2011-03-02", None, []),
        ("2011-03-03", None, [("born_on", False)]),
        ("2027-03-02", None, [("born_on", False)]),
        ("2027-03-03", None, [("born_on", True)]),
        ("2085-04-03", None, [("born_on", True)]),
        (None, "2027-03-02", []),
        (None, "2027-03-03", [("joined_on", True)]),
        ("1985-05-17", "2001-05-17", []),
        ("1985-05-17", "2001-05-16", [("joined_on", False)]),
        ("1985-05-17", "1985-05-17", [("joined_on", True)]),
        ("1985-05-17", "1975-01-01", [("joined_on", True)]),
        ("2085-04-03", "2086-01-01", [("born_on", True), ("joined_on", True)]),
    ],
)
def test_dates_that_are_odd_or_impossible(born_on, joined_on, found):
    days = [day and dt.date.fromisoformat(day) for day in (born_on, joined_on)]

    assert [(doubt.about, doubt.impossible) for doubt in plausible.doubts(*days, today=TODAY)] == found


def _typed(service, **changed):
    return {
        "category": "police",
        "given_name": "Émilie",
        "family_name": "Tremblay",
        "service": service.pk,
        "rank": create.rank().pk,
        "gender": "woman",
        "first_language": "fr",
        "state": "active",
        **changed,
    }


def test_the_form_asks_once_and_keeps_what_was_typed(as_user, alice, example_service, today):
    born = today.replace(year=today.year - 15, day=1)
    browser, typed = as_user(alice), _typed(example_service, born_on=str(born))

    asked = browser.post(reverse("person_add"), typed)
    browser.post(reverse("person_add"), {**typed, "dates_checked": "on"})
    person = Person.objects.get()
    seen = browser.get(reverse("person_edit", args=[person.pk])).context["form"]["seen"].value()
    typed |= {"given_name": "Émilie-Anne", "seen": seen}
    edited = browser.post(reverse("person_edit", args=[person.pk]), typed)

    assert asked.context["form"].errors == {
        "born_on": ["Born less than 16 years ago."],
        "dates_checked": ["Tick the box when the dates are right all the same."],
    }
    assert 'type="checkbox" name="dates_checked"' in asked.content.decode()
    assert edited.status_code == 302  # what was checked is not asked about again


def test_another_error_asks_for_no_tick(as_user, alice, example_service):
    """The page sends its hidden boxes along, empty."""
    typed = _typed(example_service, gender="", dates_checked="", somebody_else="")

    page = as_user(alice).post(reverse("person_add"), typed)

    assert page.context["form"].errors == {"gender": ["Choose a gender."]}
    assert 'type="checkbox"' not in page.content.decode()


def test_what_is_impossible_cannot_be_ticked(as_user, alice, example_service, today):
    typed = _typed(example_service, born_on="1985-05-17", joined_on="1984-01-01", dates_checked="on")

    page = as_user(alice).post(reverse("person_add"), typed)

    assert page.context["form"].errors == {"joined_on": ["The service cannot begin before the birth."]}


def test_the_database_knows_that_nobody_serves_before_birth(example_service):
    with pytest.raises(IntegrityError), transaction.atomic():
        create.person(service=example_service, born_on=dt.date(1985, 5, 17), joined_on=dt.date(1985, 5, 17))


def test_the_administration_asks_too(as_user, example_service, today):
    administrator = create.user(name="Dora", role="administrator")
    typed = _typed(example_service, born_on=str(today - dt.timedelta(days=1)))

    page = as_user(administrator).post("/en-ca/admin/personnel/person/add/", typed)

    assert page.context["adminform"].form.errors["born_on"] == ["Born less than 16 years ago."]
