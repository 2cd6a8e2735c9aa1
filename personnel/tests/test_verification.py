"""Papers that somebody has seen: who verifies, what counts until then, and what a "not met" does."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.conflicts import signed_version
from audit.models import Event
from deployments.eligibility import findings
from deployments.stays import lifecycle
from deployments.stays.steps import Act, Step
from foundation.refusals import StepRefused
from missions.models import CredentialKind, Requirement
from personnel import verification
from personnel.models import Credential
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAGE = "papers_to_verify"


@pytest.fixture
def kind(db):
    return create.kind(code="medical", name_en="Medical fitness", name_fr="Aptitude médicale", needs_verification=True)


@pytest.fixture
def mission(kind):
    area = create.area()
    create.authorization(area=area, cap=5, armed=False)
    mission = create.mission(area=area)
    Requirement.objects.create(mission=mission, kind=kind, mandatory=True)
    return mission


@pytest.fixture
def stay(mission, today):
    person = create.person()
    create.attestation(person=person)
    return create.deployment(
        mission=mission, person=person, starts_on=today + DAY, ends_on=today + 90 * DAY, status="planned"
    )


def about_medical(person, mission, today, **asked):
    found = findings(person, mission, today + DAY, today + 90 * DAY, today=today, **asked)
    return [(one.code, one.refuses) for one in found if one.about == "medical"]


@pytest.mark.parametrize("lang", ["en-ca", "fr-ca"])
def test_an_unverified_paper_stops_an_approval_until_somebody_has_seen_it(
    stay, kind, mission, today, alice, as_user, lang
):
    paper = create.credential(person=stay.person, kind=kind, issued_on=today - DAY)
    browser = as_user(alice)
    with translation.override(lang):
        approve, papers = reverse("deployment_step", args=[stay.pk, "approve"]), reverse(PAGE)

    refused = browser.post(approve)
    listed = browser.get(papers)
    verified = browser.post(papers, {"row": paper.pk, "document": "Original", "on": today.isoformat()})
    approved = browser.post(approve)

    assert [blocker.code for blocker in refused.context["blockers"]] == ["credential_unverified"]
    assert list(listed.context["page"]) == [paper]
    assert [response.status_code for response in (refused, verified, approved)] == [409, 302, 302]
    paper.refresh_from_db()
    assert (paper.verified_by, paper.verified_on, paper.document_seen) == (alice, today, "Original")
    assert Event.objects.filter(details__what="verify").count() == 1


def test_of_a_candidate_an_unverified_paper_warns(mission, kind, today):
    person = create.person()
    create.credential(person=person, kind=kind, issued_on=today - DAY)

    assert about_medical(person, mission, today) == [("credential_unverified", True)]
    assert about_medical(person, mission, today, check_verification=False) == [("credential_unverified", False)]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], [("credential_missing", True)]),
        ([{"seen": True}], []),
        ([{"seen": False}], [("credential_unverified", True)]),
        ([{"seen": True, "lasts": 30}, {"seen": False, "lasts": 400}], [("credential_lapses", False)]),
        ([{"seen": True, "lasts": 0}, {"seen": False, "lasts": 400}], [("credential_unverified", True)]),
        ([{"seen": True}, {"seen": False, "result": "not_met"}], [("credential_not_met", True)]),
    ],
)
def test_what_counts_until_it_is_verified(mission, kind, today, alice, held, expected):
    person = create.person()
    for number, paper in enumerate(held):
        seen = {"verified_by": alice, "verified_on": today} if paper["seen"] else {}
        create.credential(
            person=person,
            kind=kind,
            issued_on=today - (10 - number) * DAY,
            expires_on=today + paper.get("lasts", 400) * DAY,
            result=paper.get("result", "met"),
            **seen,
        )

    assert about_medical(person, mission, today) == expected


def test_a_liaison_neither_verifies_nor_enters_what_is_the_offices(as_user, bob, kind, example_service, today):
    person = create.person(service=example_service)
    own = create.kind(code="clearance", name_en="Clearance", entered_by="office")
    paper = create.credential(person=person, kind=own)
    browser, entered = as_user(bob), {"result": "met", "issued_on": "2026-01-15", "document_seen": "Original"}
    add = reverse("record_add", args=[person.pk, "credential"])

    refused = browser.post(add, {"kind": own.pk, **entered})
    browser.post(add, {"kind": kind.pk, **entered})

    assert refused.context["form"].errors["kind"]
    assert browser.get(reverse(PAGE)).status_code == 403
    assert browser.get(reverse("record_edit", args=["credential", paper.pk])).status_code == 403
    assert Credential.objects.get(kind=kind).verified_by is None


def test_many_are_verified_at_once_and_a_second_time_changes_nothing(kind, today, alice):
    second = create.user(email="second@example.org")
    papers = [create.credential(person=create.person(), kind=kind, issued_on=today - DAY) for _ in range(3)]

    first = verification.verify(papers, document="Originals", on=today, by=alice, today=today)
    again = verification.verify(papers, document="Copies", on=today, by=second, today=today)

    assert (first, again) == ((3, []), (0, []))
    assert set(Credential.objects.values_list("verified_by", "document_seen")) == {(alice.pk, "Originals")}


@pytest.mark.parametrize(("field", "value"), [("result", "not_met"), ("expires_on", dt.date(2098, 1, 1))])
def test_a_paper_that_was_changed_since_it_was_shown_is_not_verified_unseen(as_user, alice, kind, today, field, value):
    changed, same = [create.credential(person=create.person(), kind=kind, issued_on=today - DAY) for _ in range(2)]
    browser, page = as_user(alice), reverse(PAGE)
    shown = browser.get(page).content.decode()
    seen = dict(re.findall(r'name="(seen_\d+)" value="([^"]+)"', shown))
    Credential.objects.filter(pk=changed.pk).update(**{field: value})
    typed = {"row": [changed.pk, same.pk], "document": "Originals", "on": today.isoformat(), **seen}

    without_document = browser.post(page, {**typed, "document": ""})
    told = browser.post(page, typed, follow=True)

    assert set(seen) == {f"seen_{changed.pk}", f"seen_{same.pk}"}
    assert without_document.context["chosen"] == [same.pk]
    assert [str(message) for message in told.context["messages"]] == [
        f"{changed.person}, {changed}: changed since you were shown it, so not verified. Look at it again.",
        "1 credential was verified.",
    ]
    verified = Credential.objects.filter(verified_by__isnull=False)
    assert list(verified) == [same]

    changed.refresh_from_db()
    browser.post(page, {**typed, f"seen_{changed.pk}": signed_version(changed)})

    assert set(verified.all()) == {same, changed}


def test_nothing_is_verified_where_one_paper_cannot_be(kind, today, alice):
    papers = [create.credential(person=create.person(), kind=kind, issued_on=today - n * DAY) for n in (0, 5)]

    with pytest.raises(StepRefused) as refusal:
        verification.verify(papers, document=" ", on=today - DAY, by=alice, today=today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["document_missing", "verified_before_issue"]
    assert not Credential.objects.filter(verified_by__isnull=False).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"row": ["x", "9" * 30]}, "__all__"),
        ({"document": ""}, "document"),
        ({"on": "2031-02-30"}, "on"),
        ({"on": "2098-01-01"}, "on"),
        ({"document": "\0"}, "document"),
    ],
)
def test_odd_input_is_told_beside_its_field(as_user, alice, kind, today, typed, field):
    paper = create.credential(person=create.person(), kind=kind, issued_on=today - DAY)

    response = as_user(alice).post(
        reverse(PAGE), {"row": [paper.pk], "document": "Original", "on": today.isoformat(), **typed}
    )

    assert response.status_code == 200
    assert field in response.context["form"].errors
    paper.refresh_from_db()
    assert paper.verified_by is None


def test_the_page_of_a_person_leads_to_the_own_papers_and_names_nobody_in_the_address(as_user, alice, kind, today):
    papers = [create.credential(person=create.person(), kind=kind, issued_on=today - DAY) for _ in range(2)]
    browser, address = as_user(alice), f"{reverse(PAGE)}?person={papers[0].person_id}"

    person_page = browser.get(papers[0].person.get_absolute_url()).content.decode()
    found = [
        list(browser.get(reverse(PAGE), {"person": who}).context["page"]) for who in (papers[0].person_id, "9" * 30)
    ]

    assert f'href="{address}"' in person_page
    assert found == [[papers[0]], []]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["met"], ["valid"]),
        (["not_met"], ["not_met"]),
        (["met", "not_met"], ["not_met", "ended"]),
        (["not_met", "met"], ["valid", "not_met"]),
    ],
)
def test_what_was_not_met_is_never_shown_as_valid(as_user, alice, today, results, expected):
    person, kind = create.person(), create.kind()
    for number, result in enumerate(results):
        create.credential(person=person, kind=kind, result=result, issued_on=today - (9 - number) * DAY)

    page = as_user(alice).get(person.get_absolute_url())

    assert [standing.value for _row, standing in page.context["credentials"]] == expected
    assert ("✓" in page.content.decode().split('id="credentials-title"')[1].split("</section>")[0]) == (
        "valid" in expected
    )


def test_a_kind_that_nobody_waives_is_let_pass_by_no_waiver(mission, kind, today):
    person, second = create.person(), create.user(email="second@example.org")
    person.waivers.create(
        mission=mission,
        code="credential_missing",
        about="medical",
        reason="Needed.",
        ends_on=today + 400 * DAY,
        state="granted",
        asked_by=create.user(email="first@example.org"),
        asked_at=timezone.now(),
        decided_by=second,
        decided_at=timezone.now(),
        decision_note="Yes.",
    )

    waived = about_medical(person, mission, today)
    CredentialKind.objects.update(waived_by="nobody")

    assert (waived, about_medical(person, mission, today)) == (
        [("credential_missing", False)],
        [("credential_missing", True)],
    )


def test_an_approved_stay_sees_a_paper_that_lost_its_verification(stay, kind, mission, today, alice):
    paper = create.credential(
        person=stay.person, kind=kind, issued_on=today - DAY, verified_by=alice, verified_on=today
    )
    lifecycle.take_step(stay, Step(Act.APPROVE, today=today), by=alice)
    verification.unmark(paper)
    paper.save()

    later = Step(Act.CHANGE, today=today, ends_on=today + 100 * DAY, reason="Longer.")
    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(stay, later, by=alice)

    assert [blocker.code for blocker in refusal.value.blockers] == ["credential_unverified"]


@pytest.mark.parametrize(("issued", "kept"), [("same", True), ("other", False)])
def test_a_correction_is_verified_anew_and_a_save_without_one_is_not(as_user, bob, alice, kind, today, issued, kept):
    person = create.person(service=bob.services.get())
    paper = create.credential(
        person=person, kind=kind, issued_on=today - DAY, expires_on=today + DAY, verified_by=alice, verified_on=today
    )
    day = paper.issued_on if issued == "same" else today
    entered = {"kind": kind.pk, "result": "met", "issued_on": day.isoformat(), "seen": signed_version(paper)}

    as_user(bob).post(
        reverse("record_edit", args=["credential", paper.pk]), {**entered, "expires_on": paper.expires_on.isoformat()}
    )

    paper.refresh_from_db()
    assert (paper.verified_by == alice) == kept
