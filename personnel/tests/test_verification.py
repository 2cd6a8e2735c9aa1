"""Papers that somebody has seen: who verifies, what counts until then, and what a "not met" does."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit.conflicts import signed_version
from audit.models import Event
from deployments.eligibility import findings
from deployments.stays import lifecycle
from deployments.stays.steps import Act, Step
from foundation.refusals import StepRefused
from foundation.sentences import day as in_words
from missions.models import CredentialKind, Requirement
from personnel import verification
from personnel.models import Credential
from personnel.verification import Seen
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAGE = "papers_to_verify"
ACT = "papers_verify"


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
        approve, papers, act = (
            reverse("deployment_step", args=[stay.pk, "approve"]),
            reverse(PAGE),
            reverse(ACT),
        )

    refused = browser.post(approve)
    listed = browser.get(papers)
    verified = browser.post(act, {"row": paper.pk, "document": "Original", "on": today.isoformat()})
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
    assert [browser.get(reverse(page)).status_code for page in (PAGE, ACT)] == [403, 403]
    assert browser.get(reverse("record_edit", args=["credential", paper.pk])).status_code == 403
    assert Credential.objects.get(kind=kind).verified_by is None


def seen(today, **given):
    return Seen(**{"document": "Originals", "on": today, "today": today, **given})


def test_of_two_who_verify_the_same_paper_the_second_is_told_of_the_first(kind, today, alice):
    second = create.user(email="second@example.org")
    paper = create.credential(person=create.person(), kind=kind, issued_on=today - DAY)

    verification.verify(paper, seen(today), by=alice)
    with pytest.raises(StepRefused) as refusal:
        verification.verify(paper, seen(today, document="Copies"), by=second)

    assert [str(blocker.message) for blocker in refusal.value.blockers] == [
        f"Alice verified it already, on {in_words(today)}."
    ]
    assert set(Credential.objects.values_list("verified_by", "document_seen")) == {(alice.pk, "Originals")}


def test_a_paper_that_cannot_be_verified_says_everything_that_is_wrong(kind, today, alice):
    paper = create.credential(person=create.person(), kind=kind, issued_on=today)

    with pytest.raises(StepRefused) as early:
        verification.verify(paper, seen(today, document=" ", on=today - DAY), by=alice)
    with pytest.raises(StepRefused) as late:
        verification.verify(paper, seen(today, on=today + DAY), by=alice)
    verification.verify(paper, seen(today), by=alice)

    assert [blocker.code for blocker in early.value.blockers] == ["document_missing", "verified_before_issue"]
    assert [blocker.code for blocker in late.value.blockers] == ["day_in_future"]
    assert [event.details["what"] for event in Event.objects.filter(verb="decided")] == ["verify"]


def versions_of(page):
    """What the page of the act sends along of each row."""
    return dict(re.findall(r'name="(seen_\d+)" value="([^"]+)"', page.content.decode()))


@pytest.mark.parametrize(("field", "value"), [("result", "not_met"), ("expires_on", dt.date(2098, 1, 1))])
def test_a_paper_that_was_changed_since_it_was_shown_is_not_verified_unseen(as_user, alice, kind, today, field, value):
    changed, same = [create.credential(person=create.person(), kind=kind, issued_on=today - DAY) for _ in range(2)]
    browser, act = as_user(alice), reverse(ACT, query={"row": [changed.pk, same.pk]})
    shown = versions_of(browser.get(act))
    Credential.objects.filter(pk=changed.pk).update(**{field: value})
    typed = {"row": [changed.pk, same.pk], "document": "Originals", "on": today.isoformat(), **shown}

    without_document = browser.post(act, {**typed, "document": ""})
    told = browser.post(act, typed, follow=True)

    assert set(shown) == {f"seen_{changed.pk}", f"seen_{same.pk}"}
    assert versions_of(without_document) == shown
    [(refused, language, reasons)] = told.context["refused"]
    assert (refused, language, [one["code"] for one in reasons]) == (changed, "", ["changed_meanwhile"])
    assert "1 credential was verified. 1 could not be:" in " ".join(told.content.decode().split())
    assert f"{changed.person}, {changed}</a>" in told.content.decode()
    verified = Credential.objects.filter(verified_by__isnull=False)
    assert list(verified) == [same]

    again = told.context["again"]
    browser.post(again, {**typed, "row": changed.pk, **versions_of(browser.get(again))})

    assert set(verified.all()) == {same, changed}


def test_all_that_match_are_verified_together_and_what_is_refused_leads_back_ticked(as_user, alice, kind, today):
    late, *good = [
        create.credential(person=create.person(), kind=kind, issued_on=day)
        for day in (today, today - DAY, today - DAY, today - DAY)
    ]
    create.credential(person=create.person(), kind=create.kind(code="other", needs_verification=True))
    browser, asked, page = as_user(alice), {"kind": kind.pk, "page": "1"}, reverse(PAGE)

    listed = browser.get(page, asked)
    act = reverse(ACT, query={**asked, "all": "4"})
    rows = [row.pk for row, _fields in browser.get(act).context["rows"]]
    odd = browser.post(act, {"row": rows, "document": "", "on": today.isoformat()})
    told = browser.post(act, {"row": rows, "document": "Originals", "on": (today - DAY).isoformat()})
    result = browser.get(told.url)
    in_french = browser.get(told.url.replace("/en-ca/", "/fr-ca/")).content.decode()

    assert 'name="all" value="4"' in listed.content.decode()
    assert rows == [*(one.pk for one in good), late.pk]
    assert [row.pk for row, _fields in odd.context["rows"]] == rows
    assert odd.context["back_to"] == f"{page}?kind={kind.pk}&page=1&" + "&".join(f"row={pk}" for pk in rows)
    assert "3 credentials were verified. 1 could not be:" in " ".join(result.content.decode().split())
    assert result.context["back"] == f"{page}?kind={kind.pk}&page=1&row={late.pk}"
    ticked = re.findall(r'name="row" value="(\d+)"[^>]*checked', browser.get(result.context["back"]).content.decode())
    assert ticked == [str(late.pk)]
    assert "3 attestations ont été vérifiées." in in_french
    assert "It was issued on" not in in_french


def test_who_came_from_a_page_that_waits_for_the_papers_goes_back_to_it(as_user, alice, kind, today, stay):
    paper, late = [create.credential(person=stay.person, kind=kind, issued_on=day) for day in (today - DAY, today)]
    browser, waiting = as_user(alice), reverse("deployment_step", args=[stay.pk, "approve"])
    address = reverse(ACT, query={"person": stay.person_id, "next": waiting})
    sent = {"document": "Original", "on": (today - DAY).isoformat()}

    done = browser.post(address, {"row": paper.pk, **sent})
    refused = browser.post(address, {"row": late.pk, **sent}, follow=True)

    assert done.url == waiting
    assert "1 credential was verified." in refused.content.decode()
    assert refused.context["back"].endswith(f"&row={late.pk}")
    assert "next=" in refused.context["back"]


@pytest.mark.parametrize("rows", [[], ["x"], ["9" * 30], ["1\0"], ["😀"]])
def test_without_a_paper_the_list_comes_back_with_its_filter(as_user, alice, kind, rows):
    response = as_user(alice).get(reverse(ACT), {"kind": kind.pk, "row": rows}, follow=True)

    assert response.redirect_chain[0][0] == f"{reverse(PAGE)}?kind={kind.pk}"
    assert "Choose at least one row." in response.content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_of_the_act_takes_as_many_queries_for_1_as_for_5(as_user, alice, kind, today, number):
    rows = [create.credential(person=create.person(), kind=kind, issued_on=today - DAY).pk for _each in range(number)]
    browser, address = as_user(alice), reverse(ACT, query={"row": rows})
    browser.get(address)

    with CaptureQueriesContext(connection) as queries:
        browser.get(address)

    assert len(queries) == 9


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"document": ""}, "document"),
        ({"on": "2031-02-30"}, "on"),
        ({"on": "2098-01-01"}, "on"),
        ({"document": "\0"}, "document"),
    ],
)
def test_odd_input_is_told_beside_its_field(as_user, alice, kind, today, typed, field):
    paper = create.credential(person=create.person(), kind=kind, issued_on=today - DAY)

    response = as_user(alice).post(
        reverse(ACT), {"row": [paper.pk], "document": "Original", "on": today.isoformat(), **typed}
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
