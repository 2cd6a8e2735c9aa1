"""What people hold and say, on pages: credentials, languages, attestations, contacts; and edits that meet."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.conflicts import signed_version
from audit.models import Event
from missions.models import MissionProfile, Requirement
from personnel.models import Attestation, Availability, Credential, EmergencyContact, LanguageTest, PartnerAgreement
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def person(example_service):
    return create.person(service=example_service)


def add_url(person, what):
    return reverse("record_add", args=[person.pk, what])


# --- Credentials ----------------------------------------------------------------------------------------------------


def test_the_end_follows_the_usual_validity(as_user, bob, person):
    kind = create.kind(validity_months=36)

    as_user(bob).post(add_url(person, "credential"), {"kind": kind.pk, "result": "met", "issued_on": "2026-01-15"})

    credential = Credential.objects.get()
    assert (credential.expires_on, credential.verified_by) == (dt.date(2029, 1, 14), None)
    assert Event.objects.filter(verb="added", details__part="credential").get().subject == person


@pytest.mark.parametrize("document", ["Original", ""])
def test_what_a_coordinator_records_is_verified_when_the_document_was_seen(as_user, alice, person, document, today):
    kind = create.kind(needs_verification=True)
    entered = {"kind": kind.pk, "result": "met", "issued_on": "2026-01-15", "document_seen": document}

    as_user(alice).post(add_url(person, "credential"), entered)

    row = Credential.objects.get()
    assert (row.verified_by, row.verified_on, row.document_seen) == (
        (alice, today, "Original") if document else (None, None, "")
    )


def test_a_renewal_keeps_the_row_before(as_user, bob, person):
    kind = create.kind(validity_months=12)
    before = create.credential(
        person=person, kind=kind, issued_on=dt.date(2025, 1, 1), expires_on=dt.date(2025, 12, 31)
    )

    as_user(bob).post(add_url(person, "credential"), {"kind": kind.pk, "result": "met", "issued_on": "2026-01-01"})

    assert list(person.credentials.values_list("issued_on", flat=True)) == [dt.date(2026, 1, 1), before.issued_on]


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"issued_on": "2090-01-01"}, "issued_on", "This day has not come yet."),
        ({"issued_on": "31/02/2026"}, "issued_on", "“31/02/2026” is not a date that exists."),
        ({"issued_on": ""}, "issued_on", "Enter the date of issue."),
        ({"expires_on": "2026-01-14"}, "expires_on", "It cannot expire before it was issued."),
        ({"expires_on": "2027-01-15"}, "expires_on", "Appointment is valid for at most 12 months: until 2027-01-14."),
        ({"kind": "9" * 30}, "kind", "Select a valid choice. That choice is not one of the available choices."),
        ({"result": "perhaps"}, "result", "Select a valid choice. perhaps is not one of the available choices."),
    ],
)
def test_bad_input_is_said_beside_its_field(as_user, bob, person, fields, field, message):
    kind = create.kind(code="special", name_en="Appointment", validity_months=12, longest_months=12)
    typed = {"kind": kind.pk, "result": "met", "issued_on": "2026-01-15", **fields}

    response = as_user(bob).post(add_url(person, "credential"), typed)

    errors = response.context["form"].errors
    assert errors.get(field, errors.get("__all__")) == [message]
    assert Credential.objects.count() == 0


def test_fitness_names_its_mission_profile(as_user, bob, person):
    kind = create.kind(code="medical", by_profile=True)
    profile = MissionProfile.objects.create(code="austere", name_en="Austere", name_fr="Austère")
    typed = {"kind": kind.pk, "result": "met", "issued_on": "2026-01-15"}

    without = as_user(bob).post(add_url(person, "credential"), typed)
    as_user(bob).post(add_url(person, "credential"), {**typed, "profile": profile.pk})

    assert without.context["form"].errors == {"profile": ["Say for which mission profile it was certified."]}
    assert str(Credential.objects.get()) == "First aid (Austere)"


def test_restricted_credentials_are_closed_to_auditors(as_user, alice, bob, dora, person):
    kind = create.kind(code="medical", name_en="Medical fitness", is_restricted=True)
    create.credential(person=person, kind=kind, issued_on=dt.date(2026, 1, 15))

    pages = {user.name: as_user(user).get(person.get_absolute_url()).content.decode() for user in (alice, bob, dora)}

    assert {name: "2026-01-15" in page for name, page in pages.items()} == {"Alice": True, "Bob": True, "Dora": False}
    assert "Restricted" in pages["Dora"]


def test_restricted_credentials_are_told_without_their_contents(bob, dora, person):
    restricted = create.credential(person=person, kind=create.kind(code="medical", is_restricted=True))
    other = create.credential(person=person, kind=create.kind(code="driving"))

    told = {reader.name: person.credentials.told_to(reader) for reader in (bob, dora)}
    closed = next(one for one in told["Dora"] if one.is_closed)

    assert {name: [one.pk for one in rows] for name, rows in told.items()} == {
        "Bob": [other.pk, restricted.pk],
        "Dora": [other.pk, restricted.pk],
    }
    assert [one.is_closed for one in told["Bob"]] == [False, False]
    assert (closed, closed.result, closed.issued_on, closed.expires_on) == (restricted, None, None, None)
    assert [set(Credential.objects.readable_by(reader)) for reader in (bob, dora)] == [{other, restricted}, {other}]
    with pytest.raises(IntegrityError), transaction.atomic():
        closed.save()


def test_languages_and_availability_are_recorded_and_corrected(as_user, bob, person):
    browser = as_user(bob)
    browser.post(add_url(person, "language"), {"language": "es", "level": "4", "tested_on": "2026-01-15"})
    browser.post(add_url(person, "availability"), {"kind": "unavailable", "first_day": "2027-01-01"})
    test, period = LanguageTest.objects.get(), Availability.objects.get()

    for what, row, typed in [
        ("language", test, {"language": "es", "level": "5", "tested_on": "2026-01-15"}),
        ("availability", period, {"kind": "unavailable", "first_day": "2027-01-01", "last_day": "2027-02-01"}),
    ]:
        seen = signed_version(row)
        browser.post(reverse("record_edit", args=[what, row.pk]), {**typed, "seen": seen})
        row.refresh_from_db()

    assert (test.level, period.last_day) == (5, dt.date(2027, 2, 1))


def test_an_attestation_is_agreed_to_and_withdrawn_not_corrected(as_user, bob, example_service, today):
    person = create.person(service=example_service, attested=False)
    browser = as_user(bob)

    without = browser.post(add_url(person, "attestation"), {"made_on": today.isoformat()})
    browser.post(add_url(person, "attestation"), {"made_on": today.isoformat(), "agreed": "on"})
    attestation = Attestation.objects.get()
    browser.post(reverse("attestation_withdraw", args=[attestation.pk]), {"seen": signed_version(attestation)})

    attestation.refresh_from_db()
    assert without.context["form"].errors == {"agreed": ["Tick the box."]}
    assert (attestation.made_by, attestation.withdrawn_on) == (bob, today)
    assert browser.get(reverse("record_edit", args=["attestation", attestation.pk])).status_code == 404
    assert browser.get(reverse("attestation_withdraw", args=[attestation.pk])).status_code == 404


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (LanguageTest, {"language": "xx", "level": 3, "tested_on": "2026-01-01"}),
        (LanguageTest, {"language": "es", "level": 7, "tested_on": "2026-01-01"}),
        (LanguageTest, {"language": "es", "level": 3, "tested_on": "2026-01-02", "expires_on": "2026-01-01"}),
        (Availability, {"kind": "perhaps", "first_day": "2026-01-01"}),
        (Availability, {"kind": "available", "first_day": "2026-01-02", "last_day": "2026-01-01"}),
        (Attestation, {"made_on": "2026-01-02", "expires_on": "2026-01-01"}),
        (Attestation, {"made_on": "2026-01-02", "expires_on": "2027-01-01", "withdrawn_on": "2026-01-01"}),
    ],
)
def test_the_database_refuses_what_cannot_be(person, model, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(person=person, **fields)


@pytest.mark.parametrize("fields", [{"result": "perhaps"}, {"expires_on": dt.date(2019, 1, 1)}])
def test_the_database_refuses_a_credential_that_cannot_be(person, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        create.credential(person=person, kind=create.kind(), **fields)


# --- Emergency contacts ---------------------------------------------------------------------------------------------


def test_contacts_are_shown_after_a_reason_and_the_look_is_recorded(as_user, bob, person):
    EmergencyContact.objects.create(
        person=person, name="Robin Bellefleur", relation="parent", telephone="+1 613 555 0100", language="fr"
    )
    browser, address = as_user(bob), reverse("contact_list", args=[person.pk])

    before = browser.get(address).content.decode()
    without = browser.post(address, {"why": "curiosity"}).content.decode()
    shown = browser.post(address, {"why": "welfare"})

    assert "Robin" not in before + without
    assert "Robin Bellefleur" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    event = Event.objects.get(verb="revealed")
    assert (event.actor, event.subject, event.details) == (bob, person, {"why": "welfare"})
    assert "Robin" not in browser.get(person.get_absolute_url()).content.decode()


def test_contacts_are_added_and_removed(as_user, bob, person):
    browser = as_user(bob)
    typed = {"name": "Robin", "relation": "parent", "telephone": "+1 613 555 0100", "language": "fr"}

    browser.post(reverse("contact_add", args=[person.pk]), typed)
    contact = EmergencyContact.objects.get()
    browser.post(reverse("contact_remove", args=[contact.pk]))

    assert EmergencyContact.objects.count() == 0
    assert contact.history.model.objects.filter(history_type="-").count() == 1


# --- Agreements and redlines ----------------------------------------------------------------------------------------


def test_an_agreement_is_recorded_and_its_end_shown(as_user, alice, today):
    service = create.partner(agreed=False)
    typed = {
        "reference": "PA-1",
        "state": "signed",
        "starts_on": (today - DAY).isoformat(),
        "ends_on": (today + 30 * DAY).isoformat(),
        "needs_province": "on",
    }

    as_user(alice).post(reverse("agreement_add", args=[service.pk]), typed)
    page = as_user(alice).get(service.get_absolute_url()).content.decode()

    assert PartnerAgreement.objects.get().is_binding is False
    assert "Ending soon" in page
    assert "Missing: the agreement does not bind" in page


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"ends_on": "2025-12-31"}, {"__all__": ["The last day cannot be before the first."]}),
        ({"reference": "TAKEN"}, {"reference": ["Partner agreement with this Document reference already exists."]}),
        (
            {"province_approved_on": "2026-01-01", "needs_province": ""},
            {"__all__": ["Say first that the province must approve."]},
        ),
    ],
)
def test_an_agreement_that_cannot_be_is_refused(as_user, alice, fields, error):
    service = create.partner(agreed=False)
    create.agreement(service=create.service(), reference="TAKEN")
    typed = {"reference": "PA-1", "state": "draft", "starts_on": "2026-01-01", "ends_on": "2026-12-31", **fields}

    response = as_user(alice).post(reverse("agreement_add", args=[service.pk]), typed)

    assert response.context["form"].errors == error


def test_binding_agreements_are_the_same_in_sql():
    service = create.partner(agreed=False)
    rows = [
        create.agreement(service=service, state=state, needs_province=needs, province_approved_on=approved)
        for state in ("draft", "signed", "ended")
        for needs, approved in ((False, None), (True, None), (True, dt.date(2026, 1, 1)))
    ]

    binding = set(PartnerAgreement.objects.binding())

    assert binding == {row for row in rows if row.is_binding}
    assert len(binding) == 2


def test_a_redline_in_per_cent_needs_the_number_of_officers(as_user, alice):
    service = create.service()
    typed = {"redline_percent": "2.5", "seen": signed_version(service)}

    response = as_user(alice).post(reverse("service_edit", args=[service.pk]), typed)
    as_user(alice).post(reverse("service_edit", args=[service.pk]), {**typed, "officers": "200"})

    service.refresh_from_db()
    assert response.context["form"].errors == {
        "__all__": ["A redline as a percentage is between 0 and 100, and needs the number of officers."]
    }
    assert service.redline == 5


# --- Two people at the same row -------------------------------------------------------------------------------------


def typed_person(person, **fields):
    return {
        "category": person.category,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "service": person.service_id,
        "rank": person.rank_id,
        "gender": person.gender,
        "first_language": person.first_language,
        "state": person.state,
        **fields,
    }


def test_the_second_is_asked_what_both_wrote_and_takes_over_the_rest(as_user, bob, alice, person):
    address = reverse("person_edit", args=[person.pk])
    first, second = as_user(alice), as_user(bob)
    dates = {"born_on": "1985-05-17", "joined_on": "2006-06-01"}
    seen = second.get(address).context["form"]["seen"].value()
    first.post(
        address, typed_person(person, given_name="Emma", joined_on="2007-06-01", born_on="1985-05-17", seen=seen)
    )

    told = second.post(address, typed_person(person, given_name="Zoë", **dates, seen=seen))
    page = told.content.decode()
    person.refresh_from_db()
    kept = (person.given_name, person.joined_on)
    newer = told.context["form"]["seen"].value()
    joined = told.context["form"]["joined_on"].value()
    second.post(address, typed_person(person, given_name="Zoë", **{**dates, "joined_on": joined}, seen=newer))

    person.refresh_from_db()
    assert kept == ("Emma", dt.date(2007, 6, 1))
    assert [(one.label, one.now, one.typed, one.by) for one in told.context["form"].changes_by_others] == [
        ("Given name", "Emma", "Zoë", "Alice")
    ]
    assert told.context["form"]["given_name"].value() == "Zoë"
    assert "Somebody else changed this meanwhile." in page
    assert "Current value" in page
    assert (person.given_name, person.joined_on) == ("Zoë", dt.date(2007, 6, 1))


def test_who_saves_second_is_told_what_was_taken_over(as_user, bob, alice, person):
    address = reverse("person_edit", args=[person.pk])
    dates = {"born_on": "1985-05-17", "joined_on": "2006-06-01"}
    seen = as_user(bob).get(address).context["form"]["seen"].value()
    as_user(alice).post(address, typed_person(person, given_name="Emma", **dates, seen=seen))

    told = as_user(bob).post(address, typed_person(person, family_name="Gingras", **dates, seen=seen), follow=True)

    person.refresh_from_db()
    assert (person.given_name, person.family_name) == ("Emma", "Gingras")
    assert "“Given name” is “Emma” now: somebody else changed it meanwhile, and it stays so." in [
        str(message) for message in told.context["messages"]
    ]


def test_a_form_with_a_version_of_something_else_saves_nothing(as_user, alice, person):
    address = reverse("person_edit", args=[person.pk])

    for seen in ("", "9" * 30, "x", "1:invented", signed_version(create.person())):
        response = as_user(alice).post(address, typed_person(person, given_name="Emma", seen=seen))
        assert response.status_code == 200
        assert "given_name" in {change.name for change in response.context["form"].changes_by_others}

    person.refresh_from_db()
    assert person.given_name == "Émilie"


def test_a_liaison_edits_the_own_people_and_cannot_send_them_elsewhere(as_user, bob, person, other_service):
    address = reverse("person_edit", args=[person.pk])
    seen = signed_version(person)

    response = as_user(bob).post(address, typed_person(person, service=other_service.pk, seen=seen))

    person.refresh_from_db()
    assert response.context["form"].errors["service"] == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert "Other Police" not in as_user(bob).get(address).content.decode()
    assert person.service != other_service


# --- Eligibility ----------------------------------------------------------------------------------------------------


def test_eligibility_is_judged_on_a_page(as_user, bob, alice, person, today):
    mission = create.mission()
    position = create.position(
        mission=mission, call_opens=today, call_closes=today, years_of_service=40, needed_from=today
    )
    address = reverse("person_eligibility", args=[person.pk])

    answer = as_user(bob).get(address, {"position": position.pk, "first": today.isoformat()})
    by_mission = as_user(alice).get(address, {"mission": mission.pk, "first": today.isoformat()})
    nothing = as_user(alice).get(address, {"first": today.isoformat()})
    odd = as_user(alice).get(address, {"mission": "9" * 30, "first": "31/02/2026", "last": "\0"})

    assert [one.code for one in answer.context["judged"]] == ["too_few_years"]
    assert by_mission.context["judged"] == []
    assert nothing.context["form"].errors == {"position": ["Choose a position or a mission."]}
    assert (odd.status_code, odd.context["judged"]) == (200, None)


# --- What a hostile reading found ------------------------------------------------------------------------------------


def test_what_a_liaison_changes_is_verified_anew(as_user, alice, bob, person):
    kind = create.kind()
    credential = create.credential(person=person, kind=kind, verified_by=alice, verified_on=dt.date(2026, 1, 20))
    typed = {"kind": kind.pk, "result": "met", "issued_on": "2026-01-15", "seen": signed_version(credential)}

    as_user(bob).post(reverse("record_edit", args=["credential", credential.pk]), typed)

    credential.refresh_from_db()
    assert (credential.issued_on, credential.verified_by) == (dt.date(2026, 1, 15), None)


def test_nobody_changes_service_while_something_is_under_way(as_user, alice, person, other_service):
    nomination = create.nomination(position=create.position(mission=create.mission()), person=person)
    address = reverse("person_edit", args=[person.pk])
    typed = typed_person(person, service=other_service.pk, seen=signed_version(person))

    refused = as_user(alice).post(address, typed)
    nomination.stage = "withdrawn"
    nomination.save()
    as_user(alice).post(address, typed)

    person.refresh_from_db()
    assert refused.context["form"].errors == {
        "service": ["Withdraw first what Example Police has under way for this person."]
    }
    assert person.service == other_service


def test_an_emptied_record_takes_nothing_more(as_user, alice, person):
    person.merged_into = create.person(service=person.service)
    person.save()
    browser = as_user(alice)

    for name in ("person_edit", "contact_list", "contact_add"):
        assert browser.get(reverse(name, args=[person.pk])).status_code == 404
    assert browser.get(add_url(person, "credential")).status_code == 404


def test_a_restricted_result_is_not_told_by_its_finding(as_user, alice, dora, person, today):
    mission = create.mission()
    kind = create.kind(code="psychological", name_en="Psychological fitness", is_restricted=True)
    Requirement.objects.create(mission=mission, kind=kind)
    create.credential(person=person, kind=kind, result="not_met")
    address = reverse("person_eligibility", args=[person.pk])
    asked = {"mission": mission.pk, "first": today.isoformat()}

    ours, theirs = (as_user(user).get(address, asked).content.decode() for user in (alice, dora))

    assert "Psychological fitness was not met." in ours
    assert "Psychological" not in theirs
    assert "About a restricted credential." in theirs
    assert 'data-code="credential_not_met"' in ours
    assert "credential_not_met" not in theirs
    assert 'data-code="credential_restricted"' in theirs


def test_a_province_has_not_approved_in_the_future(as_user, alice):
    service = create.partner(agreed=False)
    typed = {
        "reference": "PA-1",
        "state": "signed",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "needs_province": "on",
        "province_approved_on": "2090-01-01",
    }

    response = as_user(alice).post(reverse("agreement_add", args=[service.pk]), typed)

    assert response.context["form"].errors == {"province_approved_on": ["This day has not come yet."]}
