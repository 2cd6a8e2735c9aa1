"""People are found while one types: who, where they are, and whether they can come."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from audit.models import Event
from foundation.sentences import day
from personnel.models import Availability
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=9)
    return create.mission(area=area, name_en="Long Mission")


@pytest.fixture
def suggested(as_user):
    """The hits as the list shows them, one line each."""

    def lines(reader, q, **query):
        page = as_user(reader).get(reverse("person_suggest"), {"q": q, **query})
        assert page.status_code == 200
        found = re.findall(r"<li [^>]*>(.*?)</li>", page.content.decode(), re.S)
        return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found]

    return lines


def named(name, **fields):
    return create.person(given_name="Zoë", family_name=name, **fields)


@pytest.mark.parametrize("words", ["blackwood", "zoe black", "cst. blackwood", "gend. Blackwood", "B-77", "ZOË  BLACK"])
def test_by_name_or_number_without_the_rank(suggested, alice, example_service, words):
    named("Blackwood", service=example_service, service_number="B-77")
    create.person()

    assert suggested(alice, words) == ["Cst. Zoë Blackwood – EP, B-77"]


def test_each_says_where_somebody_is_and_whether_they_can_come(suggested, alice, example_service, mission, today):
    there, away, gone, back = (
        named(name, service=example_service) for name in ("Black A", "Black B", "Black C", "Black D")
    )
    stay = create.deployment(
        mission=mission, person=there, starts_on=today - 9 * DAY, ends_on=today + 9 * DAY, status="in_mission"
    )
    for person, last in ((away, today + 5 * DAY), (gone, None), (back, today - DAY)):
        person.availability.create(kind=Availability.Kind.UNAVAILABLE, first_day=today - 5 * DAY, last_day=last)
    position = create.position(mission=mission)
    create.nomination(position=position, person=back, stage="qualified")
    create.nomination(position=position, person=away, stage="screening")

    assert suggested(alice, "black", position=position.pk) == [
        "Cst. Zoë Black D – EP qualified for this position",
        f"Cst. Zoë Black A – EP in mission until {day(stay.ends_on)}, Long Mission",
        f"Cst. Zoë Black B – EP unavailable until {day(today + 5 * DAY)}",
        "Cst. Zoë Black C – EP unavailable",
    ]
    later = suggested(alice, "black", starts_on=today + 6 * DAY)
    assert later[1] == "Cst. Zoë Black B – EP"
    assert later[2] == "Cst. Zoë Black C – EP unavailable"


def test_names_that_begin_so_come_first(suggested, alice, example_service):
    for given, family in [("Alex", "D'Entremont"), ("Zoë", "Tremblay"), ("Tremont", "Zulu")]:
        create.person(given_name=given, family_name=family, service=example_service)

    assert [one.partition(" ")[2] for one in suggested(alice, "cst. trem")] == [
        "Zoë Tremblay – EP",
        "Tremont Zulu – EP",
        "Alex D&#x27;Entremont – EP",
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("black", ["Const. Black A", "Serg. Black B", "Const. Blackwood"]),
        ("serg. black", ["Serg. Black B", "Const. Black A", "Const. Blackwood"]),
        ("SERGEANT Black", ["Serg. Black B", "Const. Black A", "Const. Blackwood"]),
    ],
)
def test_of_several_those_of_the_typed_rank_come_first(suggested, alice, example_service, words, expected):
    constable, sergeant = (
        create.rank(code=name.lower(), abbreviation_en=short, name_en=name)
        for short, name in (("Const.", "Peeler"), ("Serg.", "Sergeant"))
    )
    for family, rank in (("Black A", constable), ("Black B", sergeant), ("Blackwood", constable)):
        named(family, rank=rank, service=example_service)

    assert [one.replace("Zoë ", "").removesuffix(" – EP") for one in suggested(alice, words)] == expected


def test_more_than_fit_are_said_to_be_more(as_user, suggested, alice):
    for number in range(9):
        named(f"Black {number}")

    page = as_user(alice).get(reverse("person_suggest"), {"q": "black"}).content.decode()

    listed = suggested(alice, "black")
    assert (len(listed), listed[8]) == (9, "More than 8 people: type more of the name.")
    assert 'data-said="More than 8 people: type more of the name."' in page
    assert "1 person" in as_user(alice).get(reverse("person_suggest"), {"q": "black 8"}).content.decode()


def test_a_liaison_finds_the_own_people_and_sees_their_stays_from_the_own_service(
    suggested, bob, charlie, example_service, other_service, mission, today
):
    person = named("Black", service=other_service)
    days = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "status": "in_mission"}
    create.deployment(mission=mission, person=person, **days)
    person.service = example_service
    person.save()

    assert suggested(bob, "black") == ["Cst. Zoë Black – EP"]
    assert suggested(charlie, "black") == ["Nobody active has this name or number."]


def test_who_cannot_be_chosen_is_not_found(suggested, alice):
    named("Black", state="retired")
    named("Black", merged_into=create.person())

    assert suggested(alice, "black") == ["Nobody active has this name or number."]


@pytest.mark.parametrize("words", ["", "b", " b ", "\0b", "\0"])
def test_one_letter_finds_nobody_and_says_nothing(suggested, alice, words):
    named("Black")

    assert suggested(alice, words) == []


@pytest.mark.parametrize("wrong", ["9" * 30, "x", "a\0b", "-1", "😀", "<b>"])
def test_what_makes_no_sense_is_left_out(suggested, alice, example_service, wrong):
    named("Black", service=example_service)

    assert suggested(alice, "black", position=wrong, starts_on=wrong) == ["Cst. Zoë Black – EP"]
    assert suggested(alice, f"{wrong} nobody") == ["Nobody active has this name or number."]


@pytest.mark.parametrize(("people", "query", "queries"), [(1, {}, 10), (8, {}, 10), (8, {"position": 1}, 12)])
def test_the_number_of_queries_does_not_grow(
    as_user, alice, mission, today, django_assert_num_queries, people, query, queries
):
    for number in range(people):
        person = named(f"Black {number}")
        days = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "status": "in_mission"}
        create.deployment(mission=mission, person=person, **days)
    browser = as_user(alice)
    browser.get(reverse("person_suggest"), {"q": "black", **query})  # what a process reads once

    with django_assert_num_queries(queries):
        browser.get(reverse("person_suggest"), {"q": "black", **query})


def test_each_answer_leaves_an_event(as_user, alice):
    as_user(alice).get(reverse("person_suggest"), {"q": "black"})

    assert [(event.verb, event.details["page"]) for event in Event.objects.all()] == [("looked_at", "person_suggest")]


def test_the_page_that_asks_who_offers_them_while_one_types(as_user, alice):
    page = reverse("nomination_add")

    shown = as_user(alice).get(page, {"position": 7}).content.decode()

    assert f'data-suggest="{reverse("person_suggest")}"' in shown
    assert f'data-go="{page}?position=7&amp;person="' in shown
    assert "js/picker" in shown


def test_a_field_of_a_person_tells_the_position_and_the_first_day(as_user, alice):
    shown = as_user(alice).get(reverse("deployment_plan")).content.decode()

    assert f'data-suggest="{reverse("person_suggest")}" data-beside="position starts_on"' in shown
    assert "js/picker" in shown
