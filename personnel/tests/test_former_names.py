"""People are found by the names and numbers that they had before, and some have one name only."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from personnel.models import FormerName, Person
from tests import create

pytestmark = pytest.mark.django_db


def _former(person):
    rows = person.former_names.order_by("id")
    return [(row.given_name, row.family_name, row.service_number) for row in rows]


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"family_name": "Roy"}, [("Émilie", "Tremblay", "E-1")]),
        ({"given_name": ""}, [("Émilie", "Tremblay", "E-1")]),
        ({"service_number": "E-2"}, [("Émilie", "Tremblay", "E-1")]),
        ({"service_number": ""}, [("Émilie", "Tremblay", "E-1")]),
        ({"family_name": "Tremblay\u200b "}, []),
        ({"gender": "man", "born_on": None}, []),
    ],
)
def test_a_name_or_number_that_is_replaced_is_kept(changed, kept):
    person = create.person(service_number="E-1")
    for name, value in changed.items():
        setattr(person, name, value)
    person.save()
    person.save()

    assert _former(person) == kept


def test_a_number_is_kept_with_the_service_that_gave_it(example_service, other_service):
    person, without = (
        create.person(service=example_service, service_number="E-1"),
        create.person(service=example_service),
    )
    for row in (person, without):
        row.service = other_service
        row.save()

    assert [row.service for row in FormerName.objects.all()] == [example_service]


def test_a_name_that_changes_back_and_forth_is_kept_once():
    person = create.person(service_number="E-1")
    for name in ("Roy", "Tremblay", "Roy"):
        person.family_name = name
        person.save()

    assert _former(person) == [("Émilie", "Tremblay", "E-1"), ("Émilie", "Roy", "E-1")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tremblay", True),
        ("emilie roy", True),
        ("e-1", True),
        ("e-1 tremblay", True),
        ("e-2 tremblay", False),
        ("gingras", False),
    ],
)
def test_the_search_finds_people_by_what_they_were_called(words, found):
    person = create.person(service_number="E-1")
    person.family_name, person.service_number = "Roy", "E-2"
    person.save()

    assert list(Person.objects.search(words)) == ([person] if found else [])


def test_the_page_says_what_somebody_was_called(as_user, alice, example_service):
    person = create.person(service=example_service, service_number="E-1")
    person.family_name = "Roy"
    person.save()

    page = as_user(alice).get(person.get_absolute_url()).content.decode()

    assert "Émilie Tremblay (Example Police, E-1)" in page


def test_somebody_with_one_name_is_entered(as_user, alice, example_service):
    typed = {
        "category": "police",
        "given_name": "",
        "family_name": "Sukarno",
        "service": example_service.pk,
        "rank": create.rank().pk,
        "gender": "man",
        "first_language": "en",
        "state": "active",
    }

    as_user(alice).post(reverse("person_add"), typed)
    refused = as_user(alice).post(reverse("person_add"), {**typed, "given_name": "Sukarno", "family_name": "\u200b "})

    person = Person.objects.get()
    assert (person.full_name, str(person), person.sort_name) == ("Sukarno", "Cst. Sukarno", "sukarno")
    assert refused.context["form"].errors == {"family_name": ["Enter a family name."]}
    assert "Sukarno</a>" in as_user(alice).get(reverse("person_list")).content.decode()


def test_nobody_is_without_a_name():
    with pytest.raises(IntegrityError), transaction.atomic():
        create.person(given_name="Sukarno", family_name=" ")


def test_a_person_who_is_renamed_is_still_pointed_out_when_added_again(as_user, alice, example_service):
    person = create.person(service=example_service, born_on=dt.date(1985, 5, 17))
    person.family_name = "Roy"
    person.save()
    typed = {
        "category": "police",
        "given_name": "Émilie",
        "family_name": "Tremblay",
        "service": example_service.pk,
        "rank": person.rank_id,
        "gender": "woman",
        "first_language": "fr",
        "born_on": "1985-05-17",
        "state": "active",
    }

    asked = as_user(alice).post(reverse("person_add"), typed)

    assert "Émilie Roy" in asked.context["form"].errors["somebody_else"][0]
    assert Person.objects.count() == 1
