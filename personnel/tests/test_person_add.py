"""A new person with papers, the attestation and a nomination, in one form of two steps."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from audit.models import Event, Verb
from deployments.models import Nomination, RosterEntry
from personnel.models import Attestation, Credential, LanguageTest, Person
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def position(today):
    area = create.area()
    create.authorization(area=area, armed=False)
    return create.position(
        mission=create.mission(area=area),
        needed_from=today + 60 * DAY,
        call_opens=today - 5 * DAY,
        call_closes=today + 5 * DAY,
    )


@pytest.fixture
def kinds():
    return [create.kind(code=f"kind-{n}", needs_verification=True) for n in range(6)]


@pytest.fixture
def person(example_service):
    """What is typed on the first step."""
    return {
        "category": "police",
        "given_name": "Zoë",
        "family_name": "Blackwood",
        "service": example_service.pk,
        "service_number": "S-77",
        "rank": create.rank().pk,
        "gender": "woman",
        "first_language": "en",
        "state": "active",
    }


@pytest.fixture
def papers(kinds, today):
    """What is typed on the second step: six papers, a language, and the attestation."""
    typed = {
        "credential-TOTAL_FORMS": "6",
        "credential-INITIAL_FORMS": "0",
        "language-TOTAL_FORMS": "2",
        "language-INITIAL_FORMS": "0",
        "language-0-language": "fr",
        "language-0-level": "3",
        "language-0-tested_on": (today - 30 * DAY).isoformat(),
        "attestation-made_on": today.isoformat(),
        "attestation-agreed": "on",
    }
    for n, kind in enumerate(kinds):
        typed |= {
            f"credential-{n}-kind": kind.pk,
            f"credential-{n}-result": "met",
            f"credential-{n}-issued_on": (today - 60 * DAY).isoformat(),
        }
    return typed


def add(browser, *parts, go, **query):
    typed = {name: value for part in parts for name, value in part.items()}
    return browser.post(reverse("person_add", query=query), {**typed, "go": go})


def kept():
    rows = (Person, Credential, LanguageTest, Attestation, Nomination, RosterEntry)
    return [model.objects.count() for model in rows]


def shown(response, name):
    """The values that the page would send again under this name."""
    html = response.content.decode()
    return [part.split('"', 1)[0] for part in html.split(f'name="{name}" value="')[1:]]


def test_a_liaison_puts_a_new_officer_forward_with_six_papers_and_the_attestation(
    as_user, bob, person, papers, position, today
):
    browser = as_user(bob)
    browser.get(reverse("person_add"))
    second = add(browser, person, go="papers")
    assert kept() == [0, 0, 0, 0, 0, 0]
    assert shown(second, "family_name") == ["Blackwood"]

    response = add(browser, person, papers, {"nomination-position": position.pk}, go="submit")

    nomination = Nomination.objects.get()
    assert response.url == nomination.get_absolute_url()
    assert kept() == [1, 6, 1, 1, 1, 0]
    assert (nomination.stage, nomination.created_by, nomination.starts_on) == ("submitted", bob, today + 60 * DAY)
    assert nomination.person.full_name == "Zoë Blackwood"
    assert set(Credential.objects.values_list("person", "verified_by")) == {(nomination.person_id, None)}
    assert Attestation.objects.get().made_by == bob
    page = browser.get(response.url).content.decode()
    assert "Cst. Zoë Blackwood was saved, with 8 credentials." in page
    assert "Cst. Zoë Blackwood was put forward." in page


def test_the_service_of_a_liaison_is_chosen_already(as_user, bob, example_service):
    page = as_user(bob).get(reverse("person_add"))

    assert f'<option value="{example_service.pk}" selected>' in page.content.decode()


def test_saving_keeps_a_chosen_position_as_a_draft(as_user, bob, person, papers, position):
    add(as_user(bob), person, papers, {"nomination-position": position.pk}, go="save")

    assert Nomination.objects.get().stage == "draft"


def test_papers_without_a_position_lead_to_the_person(as_user, bob, person, papers):
    response = add(as_user(bob), person, papers, go="save")

    assert response.url == Person.objects.get().get_absolute_url()
    assert kept() == [1, 6, 1, 1, 0, 0]


def test_nothing_typed_on_the_second_step_saves_the_person_alone(as_user, bob, person):
    empty = {f"{rows}-{count}_FORMS": "0" for rows in ("credential", "language") for count in ("TOTAL", "INITIAL")}

    add(as_user(bob), person, empty, {"attestation-made_on": "no day"}, go="save")

    assert kept() == [1, 0, 0, 0, 0, 0]


def test_putting_forward_without_a_position_is_an_error_beside_it(as_user, bob, person, papers):
    response = add(as_user(bob), person, papers, go="submit")

    assert response.context["papers"].nomination.errors["position"]
    assert shown(response, "language-0-tested_on") == [papers["language-0-tested_on"]]
    assert kept() == [0, 0, 0, 0, 0, 0]


def test_a_rule_that_refuses_saves_nothing_and_keeps_all_that_was_typed(as_user, bob, person, papers, position):
    chosen = {"nomination-position": position.pk, "nomination-statement": "Ten years. 😀"}

    response = add(as_user(bob), person, papers, chosen, {"state": "retired"}, go="submit")

    assert response.status_code == 409
    assert [blocker.code for blocker in response.context["blockers"]] == ["person_cannot_go"]
    assert kept() == [0, 0, 0, 0, 0, 0]
    html = response.content.decode()
    assert "Ten years. 😀" in html
    assert shown(response, "given_name") == ["Zoë"]
    assert shown(response, "credential-5-issued_on") == [papers["credential-5-issued_on"]]


def test_an_error_is_named_with_its_row_and_the_other_step_is_kept(as_user, bob, person, papers):
    odd = {"credential-1-issued_on": "2026-02-30", "credential-2-kind": "9" * 30, "language-0-level": "\0"}

    response = add(as_user(bob), person, papers, odd, go="save")

    html = response.content.decode()
    assert [wrong.label for wrong in response.context["papers"]] == [
        "Credential 2, Issued on",
        "Credential 3, Credential",
        "Language 1, Level",
    ]
    assert "Credential 2, Issued on</a>" in html
    assert shown(response, "family_name") == ["Blackwood"]
    assert kept() == [0, 0, 0, 0, 0, 0]


def test_back_and_forth_keeps_both_steps(as_user, bob, person, papers):
    browser = as_user(bob)
    first = add(browser, person, papers, {"credential-0-issued_on": "half a"}, go="person")
    assert shown(first, "credential-0-issued_on") == ["half a"]
    assert shown(first, "family_name") == ["Blackwood"]

    again = add(browser, person, papers, {"credential-0-issued_on": "half a"}, go="papers")

    assert shown(again, "credential-0-issued_on") == ["half a"]
    assert again.context["papers"].errors == []


def test_more_rows_come_with_what_was_typed(as_user, bob, person, papers):
    response = add(as_user(bob), person, papers, go="more_papers")
    more = add(as_user(bob), person, {**papers, "credential-TOTAL_FORMS": "29"}, go="more_papers")

    assert shown(response, "credential-TOTAL_FORMS") == ["9"]
    assert shown(response, "credential-5-issued_on") == [papers["credential-5-issued_on"]]
    assert shown(more, "credential-TOTAL_FORMS") == ["30"]
    assert response.context["papers"].errors == []


@pytest.mark.parametrize("rows", ["", "x", "9" * 30, "31", "\0"])
@pytest.mark.parametrize("go", ["papers", "save", "submit", "more_papers"])
def test_odd_numbers_of_rows_save_nothing_and_break_nothing(as_user, bob, person, papers, rows, go):
    response = add(as_user(bob), person, papers, {"credential-TOTAL_FORMS": rows}, go=go)

    assert response.status_code == 200
    assert kept() == [0, 0, 0, 0, 0, 0]


def test_a_person_who_became_wrong_meanwhile_comes_back_to_the_first_step(
    as_user, bob, person, papers, example_service
):
    browser = as_user(bob)
    add(browser, person, go="papers")
    create.person(service=example_service, service_number="S-77")

    response = add(browser, person, papers, go="save")

    assert "Somebody else of this service has this service number." in response.content.decode()
    assert shown(response, "credential-5-issued_on") == [papers["credential-5-issued_on"]]
    assert Person.objects.get().full_name == "Émilie Tremblay"
    assert Credential.objects.count() == 0


def test_a_possible_twin_is_pointed_out_before_the_papers(as_user, bob, person, papers, example_service):
    create.person(service=example_service, given_name="Zoé", family_name="Blackwood", born_on=dt.date(1985, 5, 17))
    browser, born = as_user(bob), {"born_on": "1985-05-17"}

    asked = add(browser, person, born, go="papers")
    second = add(browser, person, born, {"somebody_else": "on"}, go="papers")

    assert "Zoé Blackwood" in asked.context["form"].errors["somebody_else"][0]
    assert shown(second, "somebody_else") == ["on"]


def test_an_open_call_is_chosen_already_when_one_comes_from_it(as_user, bob, person, position):
    response = add(as_user(bob), person, go="papers", position=position.pk)

    assert f'<option value="{position.pk}" selected>' in response.content.decode()


def test_a_liaison_adds_nobody_to_another_service(as_user, charlie, person, papers):
    response = add(as_user(charlie), person, papers, go="save")

    assert "service" in response.context["form"].errors
    assert kept() == [0, 0, 0, 0, 0, 0]


def test_a_coordinator_says_what_was_seen_and_puts_the_person_on_a_roster(as_user, alice, person, papers, today):
    roster = create.roster(area=create.area())

    add(
        as_user(alice),
        person,
        papers,
        {"credential-0-document_seen": "original", "roster-roster": roster.pk},
        go="save",
    )

    entry = RosterEntry.objects.get()
    assert (entry.roster, entry.nominated_on, entry.person) == (roster, today, Person.objects.get())
    assert list(Credential.objects.filter(verified_by=alice).values_list("document_seen", flat=True)) == ["original"]


def test_a_liaison_puts_nobody_on_a_roster(as_user, bob, person, papers):
    roster = create.roster(area=create.area())

    response = add(as_user(bob), person, papers, {"roster-roster": roster.pk}, go="save")

    assert response.status_code == 302
    assert RosterEntry.objects.count() == 0


def test_the_second_step_takes_few_queries_whatever_the_number_of_rows(
    as_user, bob, person, papers, django_assert_num_queries
):
    browser = as_user(bob)
    add(browser, person, go="papers")

    for rows in ("6", "27"):
        # session, user, the checks of the person, what the rows offer, open calls, open flags, the event
        with django_assert_num_queries(44):
            add(browser, person, {**papers, "credential-TOTAL_FORMS": rows}, go="papers")


def test_each_row_leaves_its_event(as_user, bob, person, papers):
    add(as_user(bob), person, papers, go="save")

    events = Event.objects.filter(actor=bob, verb=Verb.ADDED)
    assert events.count() == 9


def test_in_french(as_user, bob, person):
    with translation.override("fr-ca"):
        response = add(as_user(bob), person, go="papers")

    assert "Étape 2 de 2" in response.content.decode()
