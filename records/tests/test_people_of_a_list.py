"""People of a list, and their being put forward: what each row would do."""

import datetime as dt
import html

import pytest
from django.urls import reverse

from audit.models import Event
from deployments.candidates import merging
from deployments.models import Nomination
from personnel.models import Person
from records import work
from records.kinds import KINDS
from records.tasks import work_on_lists
from records.tests.bringing import HEAD, ROW, brought, results, tick_all, xlsx
from tests import create

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_new_changed_unchanged_and_refused(bob, example_service):
    create.rank()
    create.rank(code="sergeant", name_en="Sergeant", name_fr="Sergent / Sergente", level=2)
    same = create.person(
        service=example_service, service_number="E-2", given_name="Loïc", family_name="Quintal", gender="man"
    )
    text = "\n".join(
        [
            HEAD,
            ROW,
            "E-2,Quintal,Loïc,Constable,man,French,1985-05-17,2006-06-01",
            "E-3,Fontaine,,Commodore,purple,French,31/02/1990,2/3/26",
            "E-1,Gingras,Maude,Constable,woman,French,1990-04-05,",
        ]
    )

    batch = brought(text, bob)

    assert batch.state == "preview"
    assert batch.counts == {"people": {"new": 1, "unchanged": 1, "refused": 2}}
    assert results(batch) == [
        (2, "new", []),
        (3, "unchanged", []),
        (
            4,
            "refused",
            [
                "Gender: “purple” is not one of the choices.",
                "Date of birth: “31/02/1990” is not a date that exists.",
                "Start of service: Write the year of “2/3/26” with four digits, for instance 2027-03-02.",
                "Rank: “Commodore” is not a rank of Example Police.",
            ],
        ),
        (5, "refused", ["This person is already in line 2."]),
    ]
    assert Person.objects.count() == 1
    assert same.history.count() == 1


def test_reasons_are_shown_in_the_readers_language(bob, as_user, example_service):
    batch = brought(f"{HEAD}\nE-1,Gingras,Maude,Commodore,woman,French,1990-04-05,", bob)

    page = as_user(bob).get(f"/fr-ca/lists/{batch.pk}/").content.decode()

    assert batch.rows.get().reasons["fr"][0].startswith("Grade")
    assert "Commodore" in page
    assert batch.rows.get().reasons["fr"][0] in html.unescape(page)


def test_a_change_is_shown_before_and_after_and_saved_with_its_history(bob, example_service, as_user):
    born = dt.date(1990, 4, 5)
    person = create.person(
        service=example_service, service_number="E-1", family_name="Gingras", given_name="Maud", born_on=born
    )
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    page = as_user(bob).get(batch.get_absolute_url()).content.decode()
    tick_all(batch)

    work.accept(batch)
    work_on_lists()

    person.refresh_from_db()
    batch.refresh_from_db()
    assert "Maud → Maude" in page
    assert batch.state == "done"
    assert (person.given_name, person.joined_on, person.search_text) == (
        "Maude",
        dt.date(2012, 6, 1),
        "maude gingras maude e 1",
    )
    assert person.history.first().history_user == bob
    assert person.history.first().history_change_reason == f"list {batch.pk}"
    assert Event.objects.filter(verb="imported").get().details == {"new": 0, "changed": 1, "nominations": 0}


def test_bringing_the_same_list_again_changes_nothing(bob, example_service):
    create.rank()
    text = f"{HEAD}\n{ROW}\n,Fontaine,Hugo,Constable,man,English,1991-01-02,2015-01-01"
    first = brought(text, bob)
    work.accept(first)
    work_on_lists()
    people = list(Person.objects.values())

    again = brought(text, bob)

    assert again.counts == {"people": {"unchanged": 2}}
    assert list(Person.objects.values()) == people


def test_an_empty_cell_leaves_what_is_on_record(bob, example_service):
    create.person(service=example_service, service_number="E-1", family_name="Gingras", given_name="Maude")

    batch = brought(f"{HEAD}\nE-1,Gingras,Maude,,,,,", bob)

    assert batch.counts == {"people": {"unchanged": 1}}


def test_a_new_person_can_be_told_from_others(bob, example_service):
    create.rank()

    batch = brought(f"{HEAD}\n,Gingras,Maude,Constable,woman,French,,\n", bob)

    assert results(batch) == [(2, "refused", ["Enter the service number or the date of birth to identify the person."])]


def test_somebody_on_record_is_known_again_by_name_and_birth(bob, example_service):
    create.rank()
    person = create.person(
        service=example_service, family_name="Gingras", given_name="Maude", born_on=dt.date(1990, 4, 5)
    )
    with_number = brought(f"{HEAD}\n{ROW}", bob)
    person.service_number = "E-9"
    person.save()
    other_number = brought(f"{HEAD}\n{ROW}", bob)

    assert results(with_number)[0][1] == "changed"
    assert results(other_number) == [
        (
            2,
            "refused",
            [
                "Service number: There is a record with this name and date of birth and the service number E-9.",
            ],
        )
    ]


@pytest.mark.parametrize("service", ["Other Police", "other", "Nowhere Police"])
def test_another_service_does_not_exist(bob, example_service, other_service, service):
    create.rank()
    existing = create.person(service=other_service, service_number="E-1", family_name="Gingras", given_name="Maude")

    batch = brought(f"Police service,{HEAD}\n{service},{ROW}", bob)

    assert results(batch) == [
        (2, "refused", [f"Police service: You cannot import people from the service “{service}”."])
    ]
    assert batch.rows.get().person is None
    assert existing.history.count() == 1


def test_nobody_is_brought_of_a_service_that_lends_no_more(bob, example_service):
    create.rank()
    example_service.is_active = False
    example_service.save()

    batch = brought(f"Police service,{HEAD}\nexample,{ROW}", bob)

    assert results(batch) == [(2, "refused", ["Police service: You cannot import people from the service “example”."])]


def test_a_coordinator_says_which_service(alice, example_service, other_service):
    create.rank()

    without = brought(f"{HEAD}\n{ROW}", alice)
    named = brought(f"Service,{HEAD}\nEXAMPLE POLICE,{ROW}", alice)

    assert results(without) == [(2, "refused", ["Police service: Say which police service."])]
    assert named.counts == {"people": {"new": 1}}


def test_formulas_are_refused_and_escapes_are_taken_off(bob, example_service):
    create.rank()
    escaped = "'-7,'@Home,Hugo,Constable,man,French,1990-01-01,"
    text = f"{HEAD}\n=1+1,Gingras,Maude,Constable,woman,French,1990-04-05,\n{escaped}"

    batch = brought(text, bob)

    assert results(batch) == [
        (2, "refused", ["Service number: This is a formula: paste its value instead."]),
        (3, "new", []),
    ]
    assert batch.rows.get(line=3).shown_for_reader == "Hugo @Home"


def test_a_workbook_with_formulas_and_dates(bob, example_service):
    create.rank()
    content = xlsx(
        HEAD.split(","),
        [1001, "Gingras", "Maude", "Constable", "woman", "French", dt.datetime(1990, 4, 5), None],
        ["=A2+1", "Quintal", "Loïc", "Constable", "man", "French", dt.date(1990, 4, 5), None],
    )

    batch = brought(content, bob, name="list.xlsx")

    assert results(batch) == [
        (2, "new", []),
        (3, "refused", ["Service number: This is a formula: paste its value instead."]),
    ]


@pytest.mark.parametrize("text", ["\u202ezoë", "Zoë 😀", "x" * 101, "x" * 2001])
def test_odd_names_are_kept_or_refused_never_an_error(bob, example_service, text):
    create.rank()

    batch = brought(f"{HEAD}\nE-1,{text},Maude,Constable,woman,French,1990-04-05,", bob)

    assert batch.state == "preview"
    assert results(batch)[0][1] == ("refused" if len(text) > 100 else "new")


def test_one_person_in_two_rows_is_seen_however_it_is_written(bob, example_service, today):
    create.rank()
    existing = create.person(service=example_service, service_number="E-5", given_name="Hugo", family_name="Quintal")
    text = "\n".join(
        [
            HEAD,
            ROW,
            ",Gingras,Maude,Constable,woman,French,1990-04-05,2012-06-01",
            "E-5,Quintal,Hugo,Constable,woman,French,,",
            "",
            ",Quintal,Hugo,Constable,woman,French,1985-05-17,",
        ]
    )

    batch = brought(text, bob)

    assert results(batch) == [
        (2, "new", []),
        (3, "refused", ["This person is already in line 2."]),
        (4, "unchanged", []),
        (6, "refused", ["This person is already in line 4."]),
    ]
    assert existing.history.count() == 1


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("E-4,Quintal,Hugo,Constable,woman,French,,", (2, "unchanged", [])),
        ("E-5,Roy,Hugo,Constable,woman,French,,", (2, "unchanged", [])),
        (",Roy,Hugo,Constable,woman,French,1985-05-17,", (2, "unchanged", [])),
        ("E-4,Roy,Hugo,Constable,man,French,,", (2, "changed", [])),
    ],
)
def test_somebody_is_known_by_a_former_number_and_a_former_name(bob, example_service, row, found):
    create.rank()
    existing = create.person(service=example_service, service_number="E-4", given_name="Hugo", family_name="Roy")
    existing.family_name, existing.service_number = "Quintal", "E-5"
    existing.save()

    batch = brought(f"{HEAD}\n{row}", bob)

    assert results(batch) == [found]
    work.accept(batch)
    work_on_lists()
    existing.refresh_from_db()
    assert (existing.family_name, existing.service_number) == ("Quintal", "E-5")
    assert Person.objects.count() == 1


@pytest.mark.parametrize("born", ["2085-04-03", "2030-01-01", "2020-01-01"])
def test_a_list_brings_nobody_who_cannot_serve_yet(bob, example_service, born):
    create.rank()

    [(_line, outcome, reasons)] = results(brought(f"{HEAD}\nE-1,Gingras,Maude,Constable,woman,French,{born},", bob))

    assert outcome == "refused"
    assert [reason.split(": ")[0] for reason in reasons] == ["Date of birth"]


def test_a_list_that_renames_somebody_keeps_the_old_name_findable(bob, example_service):
    create.rank()
    existing = create.person(service=example_service, service_number="E-5", given_name="Hugo", family_name="Roy")

    batch = brought(f"{HEAD}\nE-5,Quintal,Hugo,Constable,woman,French,,", bob)
    tick_all(batch)
    work.accept(batch)
    work_on_lists()

    assert list(Person.objects.search("quintal")) == list(Person.objects.search("roy")) == [existing]


def test_a_service_number_of_somebody_else_is_refused(bob, example_service):
    create.rank()
    create.person(service=example_service, service_number="E-1", given_name="Hugo", family_name="Quintal")

    batch = brought(f"{HEAD}\n{ROW}", bob)

    assert results(batch) == [
        (
            2,
            "refused",
            ["Service number: The number E-1 belongs to Hugo Quintal."],
        )
    ]


def test_a_merged_record_is_not_found_again(bob, alice, example_service):
    create.rank()
    kept, merged = (create.person(service=example_service, born_on=dt.date(1990, 4, 5)) for _each in range(2))
    merged.service_number = "E-1"
    merged.save()
    merging.merge(kept, merged, by=alice, reason="Same badge.")

    batch = brought(f"{HEAD}\nE-1,Tremblay,Émilie,Constable,woman,French,1990-04-05,", bob)

    assert results(batch) == [(2, "unchanged", [])]


@pytest.mark.parametrize(("field", "day"), [("born_on", "1919-12-31"), ("joined_on", "1939-12-31")])
def test_the_form_and_a_list_refuse_the_same_day_in_the_same_words(bob, as_user, example_service, field, day):
    create.rank()
    row = {"family_name": "Gingras", "given_name": "Maude", "service_number": "E-1", field: day}

    page = as_user(bob).post(reverse("person_add"), row)
    batch = brought(f"{','.join(row)}\n{','.join(row.values())}", bob)

    label = KINDS["people"].fields[field].label
    assert [f"{label}: {error}" for error in page.context["form"].errors[field]] == results(batch)[0][2][:1]


def test_a_list_of_a_closed_account_is_not_saved(bob, example_service):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    work.accept(batch)
    bob.is_active = False
    bob.save()

    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("cancelled", 0)
    assert Event.objects.get(verb="removed").actor is None


# --- Candidates for a call ------------------------------------------------------------------------------------------


@pytest.fixture
def position(today):
    mission = create.mission(code="minusma")
    return create.position(
        mission=mission,
        needed_from=today + 60 * DAY,
        call_opens=today - 5 * DAY,
        call_closes=today,
    )


def test_a_position_makes_a_draft(bob, example_service, position):
    create.rank()
    batch = brought(f"{HEAD},Position\n{ROW},minusma/P1", bob)
    work.accept(batch)
    work_on_lists()
    again = brought(f"{HEAD},Position\n{ROW},P1", bob)
    Nomination.objects.update(stage="withdrawn")
    after_withdrawal = brought(f"{HEAD},Position\n{ROW},P1", bob)
    Nomination.objects.update(stage="draft")

    nomination = Nomination.objects.get()
    assert (nomination.stage, nomination.position, nomination.starts_on) == ("draft", position, position.needed_from)
    assert nomination.created_by == bob
    assert nomination.transitions.get().act == "draft"
    assert nomination.history.count() == 1
    assert again.counts == after_withdrawal.counts == {"people": {"unchanged": 1}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("P9", "Position: There is no call for a position “P9”."),
        ("minusma/P0", "Position: The call for P0 Police adviser closed on"),
    ],
)
def test_a_call_that_is_not_open_takes_nobody(bob, example_service, position, today, text, reason):
    create.rank()
    create.position(mission=position.mission, number="P0", call_opens=today - 9 * DAY, call_closes=today - DAY)

    batch = brought(f"{HEAD},Position\n{ROW},{text}", bob)

    assert results(batch)[0][1] == "refused"
    assert results(batch)[0][2][0].startswith(reason)


def test_a_liaison_learns_of_a_call_on_its_first_day(bob, alice, example_service, position, today):
    """Before, its position does not exist for a liaison; a coordinator is told when it opens."""
    create.rank()
    coming = create.position(mission=position.mission, number="P2", call_opens=today + DAY, call_closes=today + 9 * DAY)
    text = f"{HEAD},Position\n{ROW},minusma/P2"

    liaison, office = (results(brought(text, user))[0][2][0] for user in (bob, alice))
    coming.call_opens = today
    coming.save()

    assert liaison == "Position: There is no call for a position “minusma/P2”."
    assert office.startswith("Position: The call for P2 Police adviser opens on")
    assert results(brought(text, bob)) == [(2, "new", [])]


def test_a_call_that_closed_since_the_preview_is_seen_before_anything_is_saved(bob, example_service, position, today):
    create.rank()
    batch = brought(f"{HEAD},Position\n{ROW},minusma/P1", bob)
    position.call_closes = today - DAY
    position.save()

    work.accept(batch)
    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.problem["en"]) == (
        "preview",
        "Records changed since the preview: look at it again before you save.",
    )
    assert [outcome for _line, outcome, _reasons in results(batch)] == ["refused"]
    assert (Person.objects.count(), Nomination.objects.count()) == (0, 0)
