"""What the rows of people, services and their papers say of themselves."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from personnel.expiry import last_day
from personnel.models import PartnerAgreement, Person, PoliceService
from personnel.models.people import LONGEST_SEARCH
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
END = dt.date(2027, 8, 31)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (dt.date(2026, 1, 31), 2, dt.date(2026, 3, 30)),
        (dt.date(2024, 2, 29), 48, dt.date(2028, 2, 28)),
        (dt.date(2026, 1, 1), 12, dt.date(2026, 12, 31)),
    ],
)
def test_an_anniversary_that_exists_is_not_the_last_day_but_the_day_after(first, months, last):
    assert last_day(first, months) == last


def test_each_kind_of_paper_is_said_to_end_as_long_before_as_its_own_rule_says(settings):
    settings.LANGUAGE_REMINDER_DAYS = 60
    person = create.person()
    kind = create.kind(reminder_days=30)
    papers = {
        30: create.credential(person=person, kind=kind, expires_on=END),
        60: create.language(person=person, expires_on=END),
        180: create.agreement(service=person.service, ends_on=END),
    }

    for days, paper in papers.items():
        assert paper.standing(END - (days + 1) * DAY) == "valid"
        assert paper.standing(END - days * DAY) == "ending"


@pytest.mark.parametrize(
    ("officers", "heads", "percent", "redline"),
    [
        (200, None, None, None),
        (200, 4, None, 4),
        (200, None, "2.5", 5),
        (200, 4, "2.5", 4),  # the tighter of the two
        (200, 6, "2.5", 5),
        (119, None, "2.5", 2),  # 2.975: nobody is spared in part
        (200, 0, "2.5", 0),
    ],
)
def test_a_redline_is_the_tighter_of_heads_and_whole_people(officers, heads, percent, redline):
    service = create.service(
        officers=officers, redline_heads=heads, redline_percent=None if percent is None else Decimal(percent)
    )

    assert service.redline == redline


def test_partners_are_the_same_in_sql():
    services = [create.service(kind=kind) for kind in PoliceService.Kind.values]

    partners = PoliceService.objects.partners()

    assert {service.kind for service in partners} == {"provincial", "regional", "municipal", "indigenous"}
    assert set(partners) == {service for service in services if service.is_partner}


def test_a_liaison_reads_the_own_services_and_their_agreements_only(alice, bob, dora, example_service, other_service):
    own = create.agreement(service=example_service)
    others = create.agreement(service=other_service)

    def seen(user):
        services, agreements = PoliceService.objects.visible_to(user), PartnerAgreement.objects.visible_to(user)
        return set(services), set(agreements)

    assert seen(bob) == ({example_service}, {own})
    assert seen(alice) == seen(dora) == ({example_service, other_service}, {own, others})


def test_a_record_merged_into_another_is_no_longer_current(example_service):
    kept = create.person(service=example_service)
    create.person(service=example_service, merged_into=kept)

    assert list(Person.objects.current()) == [kept]


def test_a_search_asks_for_every_word():
    both = create.person(given_name="Chloé", family_name="Gagnon")
    create.person(given_name="Chloé", family_name="Roy")
    create.person(given_name="Luc", family_name="Gagnon")

    assert list(Person.objects.search("gagnon chloe")) == [both]


def test_a_search_looks_at_its_first_letters_only():
    found = create.person(given_name="Chloé", family_name="Gagnon")

    assert list(Person.objects.search("chloe".ljust(LONGEST_SEARCH) + "nobody")) == [found]


@pytest.mark.parametrize(
    "words",
    [
        "Sgt. Gagnon",
        "sergent gagnon",
        "Sergente Chloé Gagnon",
        "GAGNON, S/Sgt. Chloé",
        "ssgt gagnon",
        "Staff Sergeant Gagnon",
        "Sergente d’état-major Gagnon",
        "sgt sgt gagnon",
    ],
)
def test_a_search_leaves_the_ranks_out(words):
    create.rank(code="sergeant", name_fr="Sergent / Sergente", abbreviation_en="Sgt.", name_en="Sergeant")
    create.rank(
        code="staff-sergeant",
        name_en="Staff Sergeant",
        name_fr="Sergent / Sergente d'état-major",
        abbreviation_en="S/Sgt.",
    )
    found = create.person(given_name="Chloé", family_name="Gagnon")
    create.person(given_name="Luc", family_name="Roy")

    assert list(Person.objects.search(words)) == [found]


def test_a_search_for_a_rank_alone_looks_for_people_who_are_called_so():
    found = create.person(given_name="John", family_name="Constable")
    create.person(given_name="Luc", family_name="Roy")

    for words in ("constable", "Cst. Constable", "John Constable"):
        assert list(Person.objects.search(words)) == [found], words


def test_a_search_reads_the_ranks_once(django_assert_num_queries):
    create.person(given_name="Chloé", family_name="Gagnon")

    with django_assert_num_queries(1):
        list(Person.objects.search("gagnon"))
    with django_assert_num_queries(2):
        list(Person.objects.search("cst gagnon chloe"))


def test_a_police_officer_without_a_rank_is_told_beside_the_rank():
    with pytest.raises(ValidationError) as refused:
        Person(category="police", service=create.service()).clean()

    assert refused.value.message_dict == {"rank": ["Choose a rank: every police officer has one."]}
    Person(category="civilian", service=create.service()).clean()
