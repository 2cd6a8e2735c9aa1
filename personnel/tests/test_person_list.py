import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from personnel.models import Person
from tests import create

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["emilie", "ÉMILIE", "émilie tremblay", "tremblay emilie", "em tremb", "123"])
def test_search_ignores_case_accents_and_order(as_user, alice, words):
    create.person(given_name="ÉMILIE", family_name="Tremblay", service_number="S-123")
    create.person(given_name="Ewan", family_name="Ashgrove", service_number="S-456")

    response = as_user(alice).get(reverse("person_list"), {"q": words})

    assert [person.given_name for person in response.context["page"]] == ["ÉMILIE"]


@pytest.mark.parametrize("words", ["'; DROP TABLE", "%", "_", "😀", "\u200f", "é" * 500, "a b " * 2000])
def test_search_for_nonsense_finds_nobody_and_breaks_nothing(as_user, alice, words):
    create.person()

    for page in ("person_list", "search", "deployment_list", "deployment_plan"):
        assert as_user(alice).get(reverse(page), {"q": words}).status_code == 200


def test_null_bytes_are_answered_with_a_page(as_user, alice):
    for page in ("person_list", "search", "deployment_list", "deployment_plan"):
        assert as_user(alice).get(reverse(page), {"q": "a\0b"}).status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_takes_twelve_queries_however_many_it_shows(as_user, alice, people, django_assert_num_queries):
    for _ in range(people):
        create.person()
    browser = as_user(alice)

    # session, user, count, page, away today, services of the filter, open flags
    with django_assert_num_queries(12):
        browser.get(reverse("person_list"))


def test_sort_name_orders_without_accents(alice):
    for family in ("Éthier", "Zulu", "Abel"):
        create.person(family_name=family)

    assert [person.family_name for person in Person.objects.all()] == ["Abel", "Éthier", "Zulu"]


def test_bulk_create_keeps_the_search_text():
    service, rank = create.service(), create.rank()
    fields = {"service": service, "rank": rank, "gender": "man", "first_language": "fr"}

    Person.objects.bulk_create([Person(given_name="Zoé", family_name="Côté", **fields)])

    assert Person.objects.get().search_text == "zoe cote zoe"


@pytest.mark.parametrize("page", ["9" * 30, "-1", "x", "2"])
def test_odd_page_numbers_show_a_page(as_user, alice, page):
    create.person()

    assert as_user(alice).get(reverse("person_list"), {"page": page}).status_code == 200


@pytest.mark.parametrize("field", ["service", "category", "state"])
def test_odd_filters_say_so_beside_the_field(as_user, alice, field):
    for odd in ("9" * 30, "x\0", "nobody"):
        response = as_user(alice).get(reverse("person_list"), {field: odd})

        assert response.status_code == 200
        assert field in response.context["filter"].form.errors


def typed(service, /, **fields):
    return {
        "category": "police",
        "given_name": "Zoë",
        "family_name": "Blackwood",
        "service": service.pk,
        "rank": create.rank().pk,
        "gender": "woman",
        "first_language": "en",
        "state": "active",
        **fields,
    }


def test_a_coordinator_adds_a_person(as_user, alice, example_service):
    name = "O’Hara “Zoë” 😀 علي"

    response = as_user(alice).post(reverse("person_add"), typed(example_service, given_name=name))

    person = Person.objects.get()
    assert response.url == person.get_absolute_url()
    assert person.given_name == name
    assert person.history.get().history_user == alice


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("born_on", "1990-02-30", "“1990-02-30” is not a date that exists."),
        ("born_on", "0000-01-01", "“0000-01-01” is not a date that exists."),
        ("born_on", "9999-01-01", "Enter a day from 1920-01-01 through 2099-12-31."),
        ("given_name", "x" * 101, "Ensure this value has at most 100 characters (it has 101)."),
        (
            "given_name",
            "a\0b",
            "This text contains a character that cannot be shown or printed. Delete it and type it again.",
        ),
        ("rank", "", "Choose a rank: every police officer has one."),
        ("service", "9" * 30, "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, alice, example_service, field, value, message):
    response = as_user(alice).post(reverse("person_add"), typed(example_service, **{field: value}))

    assert response.status_code == 200
    assert response.context["form"].errors[field] == [message]
    assert response.context["form"]["family_name"].value() == "Blackwood"
    assert Person.objects.count() == 0


def test_a_rank_of_another_family_is_refused(as_user, alice, example_service):
    other = create.rank(family="quebec", code="agent")

    response = as_user(alice).post(reverse("person_add"), typed(example_service, rank=other.pk))

    assert response.context["form"].errors == {"rank": ["This rank is not used by this police service."]}


def test_a_service_number_is_used_once(as_user, alice, example_service):
    create.person(service=example_service, service_number="S-1")

    response = as_user(alice).post(reverse("person_add"), typed(example_service, service_number="S-1"))

    assert response.context["form"].non_field_errors() == ["Somebody else of this service has this service number."]


def test_a_police_officer_without_rank_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=create.person().pk).update(rank=None)


def test_looking_at_a_person_is_recorded(as_user, alice, dora):
    person = create.person(born_on=dt.date(1990, 5, 1))

    as_user(alice).get(person.get_absolute_url())

    response = as_user(dora).get(reverse("event_list"))
    assert [(event.actor, event.verb, event.subject) for event in response.context["page"]] == [
        (alice, "looked_at", person)
    ]
