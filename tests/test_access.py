"""Closed by default: every page of the URLconf, every role, another service's rows, and nobody signed in."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.access import GRANTS, Permission, Role
from deployments.models import Deployment
from tests import create
from tests.pages import address, patterns, small_world

pytestmark = pytest.mark.django_db

C, L, A, M = Role.COORDINATOR, Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR

# Typed by hand: who may open which page. An address that is missing here fails the build.
WHO_MAY_OPEN = {
    "home": {C, L, A, M},
    "search": {C, L, A, M},
    "figure_list": {C, L, A, M},
    "question_list": {C, L, A, M},
    "report_list": {C, L, A, M},
    "report_detail": {C, A, M},
    "crosstab": {C, L, A, M},
    "operations_map": {C, A, M},
    "chart_detail": {C, L, A, M},
    "figure_detail": {C, L, A, M},
    "value_statement": {C, L, A, M},
    "subscription_list": {C},
    "subscription_add": {C},
    "subscription_edit": {C},
    "subscription_end": {C},
    "search_suggestions": {C, L, A, M},
    "day_understood": {C, L, A, M},
    "session_time": {C, L, A, M},
    "office_set_up": {C, M},
    "ceiling_detail": {C, A, M},
    "ceiling_record": {C},
    "ceiling_end": {C},
    "area_list": {C, A, M},
    "area_add": {C},
    "area_edit": {C},
    "mission_add": {C},
    "area_detail": {C, A, M},
    "area_muster": {C, A, M},
    "area_rename": {C},
    "area_succeed": {C},
    "succession_withdraw": {C},
    "area_name_withdraw": {C},
    "mission_rename": {C},
    "mission_name_withdraw": {C},
    "service_rename": {C},
    "service_name_withdraw": {C},
    "authorization_record": {C},
    "authorization_amend": {C},
    "authorization_end": {C},
    "mission_list": {C, A, M},
    "mission_detail": {C, L, A, M},
    "mission_muster": {C, A, M},
    "mission_edit": {C},
    "mission_state_record": {C},
    "mission_state_withdraw": {C},
    "person_list": {C, L, A, M},
    "person_suggest": {C, L, A, M},
    "person_add": {C, L},
    "person_detail": {C, L, A, M},
    "person_edit": {C, L},
    "papers_to_verify": {C},
    "papers_verify": {C},
    "service_list": {C, L, A, M},
    "service_detail": {C, L, A, M},
    "deployment_list": {C, L, A, M},
    "deployment_plan": {C},
    "plan_outlook": {C},
    "deployment_detail": {C, L, A, M},
    "deployment_step": {C},
    "deployment_bulk": {C},
    "result_detail": {C, L, A, M},  # each their own
    "excess_confirm": {C},
    "excess_list": {C, A, M},
    "deployment_correct": {C},
    "nomination_correct": {C},
    "authorization_correct": {C},
    "correction_list": {C},
    "correction_detail": {C},
    "flag_list": {C, L, A, M},
    "news_list": {C, L, A, M},
    "flag_detail": {C, L, A, M},
    "flag_act": {C},
    "letter_choice": {C, L, A, M},
    "saved_view_list": {C, L, A, M},
    "saved_view_edit": {C, L, A, M},  # each their own
    "saved_view_delete": {C, L, A, M},
    "letter_list": {M},
    "letter_detail": {M},
    "job_list": {M},
    "job_detail": {M},
    "event_list": {A, M},
    "person_eligibility": {C, L, A, M},
    "duplicate_list": {C},
    "person_merge": {C},
    "person_distinguish": {C},
    "contact_list": {C, L},
    "contact_add": {C, L},
    "contact_remove": {C, L},
    "record_add": {C, L},
    "record_edit": {C, L},
    "attestation_withdraw": {C, L},
    "service_edit": {C},
    "agreement_add": {C},
    "agreement_edit": {C},
    "position_list": {C, L, A, M},
    "position_detail": {C, L, A, M},
    "team_add": {C},
    "team_edit": {C},
    "position_add": {C},
    "position_edit": {C},
    "roster_entry_add": {C},
    "roster_entry_edit": {C},
    "call_out_add": {C},
    "call_out_edit": {C},
    "position_selection": {C, A, M},
    "selection_proposal": {C},
    "nomination_list": {C, L, A, M},
    "nomination_add": {C, L},
    "nomination_detail": {C, L, A, M},
    "nomination_step": {C, L},
    "nomination_bulk": {C, L},  # each move asks for the permission of its own
    "nomination_replace": {C, L},
    "screening_edit": {C},
    "review_add": {C},
    "document_add": {C, L},
    "document_download": {C, L, A, M},
    "document_remove": {C},
    "document_withdraw": set(),  # only whoever uploaded it, which is nobody of these
    "consent_offer": {C},
    "deployment_consent": {C},
    "consent_detail": {C, L, A, M},
    "consent_answer": {C, L},
    "waiver_list": {C, A, M},
    "waiver_detail": {C, L, A, M},
    "waiver_ask": {C},
    "waiver_decide": {C},
    "long_export_list": {C, L, A, M},
    "long_export_progress": {C, L, A, M},
    "long_export_download": {C, L, A, M},  # each their own
    "everything_export": {M},
    "everything_progress": {M},
    "everything_download": set(),  # only whoever asked for it, which is nobody of these
    "import_list": {C, L},
    "import_add": {C, L},
    "published_data": {C},
    "import_detail": {C, L},
    "import_columns": {C, L},
    "import_progress": {C, L},
    "import_undo": {C, L},
    "import_refused": {C, L},
    "import_template": {C, L},
    "sheet_template": {C, L},
    "candidate_export": {C, L},
}
# Pages that answer a form only: who may send it.
WHO_MAY_SEND = {
    "correction_decide": {C},
    "import_accept": {C, L},
    "excess_confirm_all": {C},
    "import_tick": {C, L},
    "import_cancel": {C, L},
    "letter_again": {M},
    "letter_put_aside": {M},
    "letters_again": {M},
    "job_run": {M},
    "long_export_cancel": {C, L, A, M},  # each their own
    "list_settings": {C, L, A, M},
    "entries_keep": {C, L, A, M},
}
# Pages that answer a form, and lead back to the page of the form when somebody opens them: who may send it.
LEAD_BACK = {"flag_at_once": {C}}
FORGOTTEN = {
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
OPEN_TO_EVERYBODY = {
    "livez",
    "metrics",
    "readyz",
    "csp_report",
    "public_operations",
    "public_operations_file",
    "account_login",
    "account_inactive",
    "account_first_administrator",
    *FORGOTTEN,
}
OF_ALLAUTH = {"account_login", "account_logout", "account_change_password", "account_inactive", *FORGOTTEN}
# Pages of rows that belong to a service: 404 for the liaison of another one.
WITH_ROWS_OF_A_SERVICE = [
    "person_detail",
    "person_edit",
    "person_eligibility",
    "service_detail",
    "deployment_detail",
    "contact_list",
    "contact_add",
    "contact_remove",
    "record_add",
    "record_edit",
    "attestation_withdraw",
    "nomination_detail",
    "nomination_step",
    "nomination_replace",
    "document_add",
    "document_download",
    "document_withdraw",
    "consent_detail",
    "consent_answer",
    "waiver_detail",
    "flag_detail",
]

GRANTED = {
    "operations_see": {C, A, M},
    "mission_read": {C, L, A, M},
    "mission_see": {C, A, M},
    "mission_edit": {C},
    "authorization_record": {C},
    "service_see": {C, L, A, M},
    "person_see": {C, L, A, M},
    "person_edit": {C, L},
    "deployment_see": {C, L, A, M},
    "deployment_plan": {C},
    "deployment_move": {C},
    "correction_make": {C},
    "records_export": {M},
    "flag_see": {C, L, A, M},
    "report_see": {C, L, A, M},
    "flag_act": {C},
    "background_run": {M},
    "event_see": {A, M},
    "report_send": {C},
    "office_set_up": {C, M},
    "service_edit": {C},
    "credential_edit": {C, L},
    "restricted_see": {C, L},
    "credential_verify": {C},
    "contact_see": {C, L},
    "person_merge": {C},
    "call_see": {C, L, A, M},
    "position_edit": {C},
    "roster_edit": {C},
    "nomination_see": {C, L, A, M},
    "nomination_submit": {C, L},
    "nomination_move": {C},
    "selection_see": {C, A, M},
    "consent_offer": {C},
    "consent_answer": {C, L},
    "waiver_see": {C, A, M},
    "waiver_decide": {C},
    "candidate_import": {C, L},
    "records_import": {C},
}


@pytest.fixture
def people(alice, bob, dora, emil):
    return {C: alice, L: bob, A: dora, M: emil}


def test_every_page_is_in_the_table():
    assert set(patterns()) == set(WHO_MAY_OPEN) | set(WHO_MAY_SEND) | set(LEAD_BACK) | OPEN_TO_EVERYBODY | OF_ALLAUTH


def test_every_page_declares_who_may_enter():
    undeclared = [
        name
        for name, pattern in patterns().items()
        if name not in OPEN_TO_EVERYBODY | OF_ALLAUTH
        and not hasattr(pattern.callback, "permission")
        and not hasattr(pattern.callback, "open_to_all_because")
    ]

    assert undeclared == []


def test_grants_are_those_that_the_office_signed():
    granted = {permission.value: {role for role in Role if permission in GRANTS[role]} for permission in Permission}

    assert granted == GRANTED


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(role, language, people, as_user, example_service):
    arguments = small_world(example_service)
    browser = as_user(people[role])

    with translation.override(language):
        found = {name: browser.get(address(name, arguments, people[role])).status_code for name in WHO_MAY_OPEN}

    assert found == {name: 200 if role in roles else 403 for name, roles in WHO_MAY_OPEN.items()}


@pytest.mark.parametrize("role", list(Role))
def test_forms_without_a_page_are_taken_from_their_roles_only(role, people, as_user, example_service):
    arguments = small_world(example_service)
    browser = as_user(people[role])

    sent = {name: browser.post(address(name, arguments, people[role])).status_code for name in WHO_MAY_SEND}
    opened = {browser.get(address(name, arguments, people[role])).status_code for name in WHO_MAY_SEND}

    refused = {name for name, status in sent.items() if status == 403}
    assert refused == {name for name, roles in WHO_MAY_SEND.items() if role not in roles}
    assert opened == {405}


@pytest.mark.parametrize("role", list(Role))
def test_what_answers_a_form_leads_its_roles_back_to_it(role, people, as_user):
    browser = as_user(people[role])

    for name, roles in LEAD_BACK.items():
        answers = [browser.get(reverse(name)), browser.post(reverse(name))]
        assert [answer.status_code for answer in answers] == ([302, 409] if role in roles else [403, 403])


def test_nobody_signed_in_is_sent_to_the_sign_in_page(client, example_service):
    arguments = small_world(example_service)

    for name in {*WHO_MAY_OPEN, *WHO_MAY_SEND, *LEAD_BACK, "account_change_password"}:
        response = client.get(address(name, arguments))
        assert (name, response.status_code) == (name, 302)
        assert "/account/sign-in/" in response.url


def test_another_services_rows_do_not_exist_for_a_liaison(as_user, charlie, example_service):
    arguments = small_world(example_service)

    browser = as_user(charlie)

    read = {name: browser.get(address(name, arguments)).status_code for name in WITH_ROWS_OF_A_SERVICE}
    sent = {
        name: browser.post(address(name, arguments)).status_code
        for name in WITH_ROWS_OF_A_SERVICE
        if browser.post(address(name, arguments)).status_code != 405
    }

    assert set(read.values()) == {404}
    assert set(sent.values()) == {404}


def test_a_list_of_candidates_exists_for_its_owner_only(as_user, alice, bob):
    found = {
        name: as_user(alice).get(address(name, {"mission_detail": {"mission_id": 1}}, bob)).status_code
        for name in ("import_detail", "import_columns", "import_progress")
    }

    assert set(found.values()) == {404}


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "search",
        "search_suggestions",
        "person_list",
        "service_list",
        "deployment_list",
        "nomination_list",
        "position_list",
        "position_detail",
        "mission_detail",
        "import_list",
        "candidate_export",
        "flag_list",
        "news_list",
    ],
)
def test_no_page_of_a_liaison_names_another_services_people(as_user, charlie, example_service, name):
    arguments = small_world(example_service)
    query = "?q=blackwood" if name.startswith("search") else ""

    page = as_user(charlie).get(address(name, arguments) + query).getvalue().decode()

    assert "Tremblay" not in page
    assert "Blackwood" not in page.replace("blackwood", "")
    assert "Example Police" not in page


def test_a_liaison_of_several_services_sees_each_once(as_user, bob, example_service):
    second = create.service(code="second", name_en="Second Police", name_fr="Deuxième police")
    second.liaisons.add(bob)
    create.person(service=example_service, family_name="Quintal")
    create.person(service=second, family_name="Gingras")

    response = as_user(bob).get(reverse("person_list"))

    assert [person.family_name for person in response.context["page"]] == ["Gingras", "Quintal"]


def test_the_former_services_liaison_learns_nothing_of_the_new_service(as_user, bob, example_service, other_service):
    arguments = small_world(example_service)
    row = Deployment.objects.get(pk=arguments["deployment_detail"]["deployment_id"])
    person = row.person
    person.service, person.service_number = other_service, "SECRET-77"
    person.rank = create.rank(code="chief", abbreviation_en="Chief", level=9)
    person.save()
    browser = as_user(bob)

    page = browser.get(row.get_absolute_url()).content.decode()

    assert "Cst. Zoë Blackwood" in page
    assert "Chief" not in page
    assert "Other Police" not in page
    for name in ("nomination_detail", "consent_detail", "document_download", "waiver_detail"):
        assert browser.get(address(name, arguments)).status_code == 404
    assert "Chief" not in browser.get("/en-ca/").content.decode()
    assert "Chief" not in browser.get("/en-ca/nominations/").content.decode()
    assert person.get_absolute_url() not in page
    assert len(browser.get("/en-ca/deployments/", {"q": "SECRET-77"}).context["page"]) == 0


@pytest.mark.parametrize("role", [L, A, M])
def test_only_a_coordinator_changes_anything(role, people, as_user, example_service):
    arguments = small_world(example_service)
    pages = ["deployment_step", "authorization_amend", "authorization_end", "mission_edit", "screening_edit"]

    found = {as_user(people[role]).post(address(name, arguments)).status_code for name in pages}

    assert found == {403}


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_enter_the_django_admin(role, people, as_user):
    response = as_user(people[role]).get(reverse("admin:index"))

    assert response.status_code == (200 if role == M else 302)


def test_ids_of_thirty_digits_are_no_page(as_user, alice):
    for path in ("people", "deployments", "missions", "areas", "services"):
        assert as_user(alice).get(f"/en-ca/{path}/{'9' * 30}/").status_code == 404
        assert as_user(alice).get(f"/en-ca/{path}/{'9' * 18}/").status_code == 404


def test_closed_accounts_are_signed_out(as_user, alice):
    browser = as_user(alice)
    alice.is_active = False
    alice.save()

    assert browser.get(reverse("home")).status_code == 302


def test_sign_up_is_closed(client):
    assert client.get("/en-ca/account/signup/").status_code in {302, 404}
    assert settings.ACCOUNT_ADAPTER == "accounts.adapter.ClosedAdapter"
