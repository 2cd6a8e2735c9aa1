"""A new person with papers, the attestation and a nomination, in one form of two steps."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from audit.models import Event, Verb
from deployments.models import Document, Nomination, RosterEntry
from missions.models import CredentialKind
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


@pytest.mark.parametrize("rows", ["", "x", "9" * 30, "31", "-1", "1.5", "\0"])
@pytest.mark.parametrize("go", ["papers", "save", "submit", "more_papers"])
def test_odd_numbers_of_rows_save_nothing_and_break_nothing(as_user, bob, person, papers, rows, go):
    response = add(as_user(bob), person, papers, {"credential-TOTAL_FORMS": rows}, go=go)

    assert response.status_code == 200
    assert kept() == [0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("prefix", ["credential", "language"])
@pytest.mark.parametrize("rows", ["-1", "31", "x"])
def test_an_odd_number_of_rows_is_refused_in_words_and_the_rows_stay(as_user, bob, person, papers, prefix, rows):
    response = add(as_user(bob), person, papers, {f"{prefix}-TOTAL_FORMS": rows}, go="save")

    html = response.content.decode()
    assert html.count("The number of rows is a whole number from 0 to 30. Check the rows, and save again.") == 2
    assert shown(response, "credential-5-issued_on") == [papers["credential-5-issued_on"]]
    assert 'value="3" selected' in html
    assert kept() == [0, 0, 0, 0, 0, 0]


def file(content=b"%PDF-1.4 invented"):
    return SimpleUploadedFile("first aid.pdf", content)


def test_each_paper_brings_its_file_which_the_nomination_keeps(as_user, bob, person, papers, position, own_files):
    files = {"credential-0-file": file(), "credential-4-file": file(), "language-0-file": file()}

    response = add(as_user(bob), person, papers, files, {"nomination-position": position.pk}, go="save")

    nomination = Nomination.objects.get()
    assert response.url == nomination.get_absolute_url()
    rows = Document.objects.values_list("nomination", "kind", "name", "media_type", "by")
    assert list(rows) == [(nomination.pk, "certificate", "first aid.pdf", "application/pdf", bob.pk)] * 3
    assert kept() == [1, 6, 1, 1, 1, 0]


def test_a_paper_is_typed_in_beside_its_file(as_user, bob, person, papers, position):
    papers = {name: value for name, value in papers.items() if not name.startswith("credential-5")}

    response = add(
        as_user(bob), person, papers, {"credential-5-file": file(), "nomination-position": position.pk}, go="save"
    )

    assert [wrong.label for wrong in response.context["papers"]] == [
        "Credential 6, Credential",
        "Credential 6, Result",
        "Credential 6, Issued on",
    ]
    assert "Choose the files again: a browser does not keep them." in response.content.decode()
    assert kept() == [0, 0, 0, 0, 0, 0]


def _refuse_words(response):
    return [(wrong.label, wrong.errors) for wrong in response.context["papers"]]


def test_a_file_needs_a_nomination_that_keeps_it(as_user, bob, person, papers):
    response = add(as_user(bob), person, papers, {"credential-1-file": file()}, go="save")

    says = "A file is kept with a nomination: choose a position below, or leave out the file."
    assert _refuse_words(response) == [("Credential 2, File", [says])]
    assert (kept(), Document.objects.count()) == ([0, 0, 0, 0, 0, 0], 0)


def test_no_file_of_a_restricted_credential_and_no_other_content_is_kept(as_user, bob, person, papers, kinds, position):
    CredentialKind.objects.filter(pk=kinds[2].pk).update(is_restricted=True)
    files = {"credential-1-file": file(b"MZ program"), "credential-2-file": file()}

    response = add(as_user(bob), person, papers, files, {"nomination-position": position.pk}, go="submit")

    assert _refuse_words(response) == [
        ("Credential 2, File", ["This is not a PDF, PNG or JPEG file: the content counts, not the name."]),
        ("Credential 3, File", ["No file of a restricted credential is kept: record the fact and its days."]),
    ]
    assert (kept(), Document.objects.count()) == ([0, 0, 0, 0, 0, 0], 0)


def test_a_file_beyond_what_a_nomination_may_have_is_named_and_the_rest_is_saved(
    as_user, bob, person, papers, position, settings, own_files
):
    settings.DOCUMENTS_PER_CANDIDATURE = 1
    files = {"credential-0-file": file(), "credential-1-file": file()}
    browser = as_user(bob)

    response = add(browser, person, papers, files, {"nomination-position": position.pk}, go="save")

    page = browser.get(response.url).content.decode()
    assert "The file “first aid.pdf” was not kept: This nomination has as many documents as it may have" in page
    assert (kept(), Document.objects.count()) == ([1, 6, 1, 1, 1, 0], 1)


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
