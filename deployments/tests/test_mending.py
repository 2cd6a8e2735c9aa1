"""The act that settles a reason stands beside it, wherever it is shown, and leads back there."""

import datetime as dt
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from django.urls import reverse
from django.utils.html import escape

from deployments.eligibility import findings, mending
from foundation.refusals import Blocker, Link
from missions.models import Requirement
from personnel.models import Credential, Person
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HERE = "/en-ca/deployments/7/"


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=9, armed=False)
    mission = create.mission(area=area)
    Requirement.objects.create(mission=mission, kind=create.kind())
    return mission


def found(person, mission, today, code):
    person = Person.objects.select_related("rank", "service").get(pk=person.pk)
    rows = findings(person, mission, today + DAY, today + 90 * DAY, today=today)
    return next(one for one in rows if one.code == code)


def told(reason, reader):
    """What each act says, its page, and what its address asks."""
    parts = [(act.says, urlsplit(act.url)) for act in mending.acts(reason, reader, HERE)]
    return [(says, url.path, {name: one for name, [one] in parse_qs(url.query).items()}) for says, url in parts]


def test_a_missing_paper_is_recorded_or_waived(alice, mission, today):
    person = create.person()

    assert told(found(person, mission, today, "credential_missing"), alice) == [
        (
            "Add to the record",
            reverse("record_add", args=[person.pk, "credential"]),
            {"about": "first-aid", "next": HERE},
        ),
        (
            "Ask for a waiver",
            reverse("waiver_ask", args=[person.pk]),
            {"mission": str(mission.pk), "code": "credential_missing", "about": "first-aid", "next": HERE},
        ),
    ]


def test_one_that_lapses_is_renewed(alice, mission, today):
    person = create.person()
    create.credential(person=person, kind=create.kind(), issued_on=today - 9 * DAY, expires_on=today + 30 * DAY)

    acts = told(found(person, mission, today, "credential_lapses"), alice)

    assert [says for says, _page, _asked in acts] == ["Record the renewal"]


def test_one_that_nobody_has_verified_is_verified(alice, bob, example_service, mission, today):
    kind = create.kind()
    kind.needs_verification = True
    kind.save()
    person = create.person(service=example_service)
    paper = create.credential(person=person, kind=kind, issued_on=today - 9 * DAY, expires_on=today + 300 * DAY)
    Credential.objects.filter(pk=paper.pk).update(verified_on=None)

    reason = found(person, mission, today, "credential_unverified")

    assert told(reason, alice) == [("Verify", reverse("papers_to_verify"), {"person": str(person.pk), "next": HERE})]
    assert told(reason, bob) == []


@pytest.mark.parametrize(
    ("fields", "code", "says", "page"),
    [
        ({"joined_on": None}, "service_unknown", "Add to the record", "person_edit"),
        ({"attested": False}, "attestation_missing", "Add to the record", "record_add"),
        ({"first_language": "en"}, "language_untested", "Add to the record", "record_add"),
    ],
)
def test_what_the_record_lacks_is_added_there(alice, mission, today, fields, code, says, page):
    person = create.person(**fields)

    first = told(found(person, mission, today, code), alice)[0]

    what = {"attestation_missing": ["attestation"], "language_untested": ["language"]}.get(code, [])
    assert first[:2] == (says, reverse(page, args=[person.pk, *what]))


def test_an_agreement_is_recorded_by_the_office_alone(alice, bob, mission, today):
    service = create.partner(agreed=False)
    service.liaisons.add(bob)
    person = create.person(service=service)

    reason = found(person, mission, today, "agreement_missing")

    page = reverse("agreement_add", args=[service.pk])
    assert told(reason, alice) == [("Record an agreement", page, {"next": HERE})]
    assert told(reason, bob) == []


def test_a_consent_is_asked_for_where_there_is_a_stay(as_user, alice, mission, today):
    person = create.person(service=create.partner())
    stay = create.deployment(
        mission=mission, person=person, starts_on=today + DAY, ends_on=today + 90 * DAY, status="planned"
    )

    page = as_user(alice).get(stay.get_absolute_url()).content.decode()

    assert told(found(person, mission, today, "consent_missing"), alice) == []
    asked = f"{reverse('deployment_consent', args=[stay.pk])}?next={quote_plus(stay.get_absolute_url())}"
    assert f'href="{asked}">Ask for the consent<' in page


def test_a_reason_of_another_kind_keeps_its_links(alice):
    links = (Link("Record the departure", "/en-ca/deployments/9/complete/"),)

    assert mending.acts(Blocker("area_full", "Full.", rule=1, links=links), alice, HERE) == list(links)
    assert mending.acts(Blocker("area_full", "Full.", rule=1), alice, HERE) == []


def test_an_auditor_is_offered_no_act(dora, mission, today):
    assert told(found(create.person(), mission, today, "credential_missing"), dora) == []


@pytest.fixture
def planned(mission, today):
    """Somebody planned who lacks the paper, and put forward for a position there."""
    person = create.person()
    stay = create.deployment(
        mission=mission, person=person, starts_on=today + DAY, ends_on=today + 90 * DAY, status="planned"
    )
    create.nomination(position=create.position(mission=mission), person=person, stage="screening")
    return stay


def test_every_page_that_shows_the_reason_shows_its_acts(as_user, alice, mission, planned, today):
    person = planned.person
    eligibility = reverse("person_eligibility", args=[person.pk])
    days = f"first={today + DAY}&last={today + 90 * DAY}"
    approve = reverse("deployment_step", args=[planned.pk, "approve"])
    together = as_user(alice).post(reverse("deployment_bulk", args=["approve"]), {"row": [planned.pk]}).url
    pages = {
        planned.get_absolute_url(): as_user(alice).get(planned.get_absolute_url()),
        approve: as_user(alice).post(approve),
        f"{eligibility}?mission={mission.pk}&{days}": as_user(alice).get(f"{eligibility}?mission={mission.pk}&{days}"),
        person.nominations.get().get_absolute_url(): as_user(alice).get(person.nominations.get().get_absolute_url()),
        together: as_user(alice).get(together),
    }

    for back, page in pages.items():
        asked = escape(f"?about=first-aid&next={quote_plus(back)}")
        assert f'href="{reverse("record_add", args=[person.pk, "credential"])}{asked}"' in page.content.decode(), back
        assert f'href="{reverse("waiver_ask", args=[person.pk])}?' in page.content.decode(), back


def test_the_acts_lead_back_to_where_one_came_from(as_user, alice, planned, today):
    back = planned.get_absolute_url()
    for reason in mending.acts(found(planned.person, planned.mission, today, "credential_missing"), alice, back):
        shown = as_user(alice).get(reason.url).content.decode()
        assert f'href="{back}"' in shown
    record, waiver = mending.acts(found(planned.person, planned.mission, today, "credential_missing"), alice, back)

    asked = as_user(alice).post(waiver.url, {"ends_on": today + 90 * DAY, "reason": "Enough practice."})
    saved = as_user(alice).post(
        record.url, {"kind": create.kind().pk, "result": "met", "issued_on": today, "expires_on": today + 300 * DAY}
    )

    assert (asked.status_code, asked.url, saved.status_code, saved.url) == (302, back, 302, back)


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/nowhere", "\0"])
def test_nobody_is_sent_elsewhere(as_user, alice, planned, elsewhere):
    page = reverse("record_add", args=[planned.person_id, "attestation"], query={"next": elsewhere})

    answer = as_user(alice).post(page, {"made_on": "2026-01-01", "agreed": "on"})

    assert (answer.status_code, answer.url) == (302, planned.person.get_absolute_url())
