"""Reports on papers, candidates, what parliament asks and who looked at what, typed by hand, with their statements."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.log import record
from audit.models import Verb
from deployments.models import NominationTransition
from reports.measures import Question
from reports.tables import REPORTS
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def asked(user, today, first=None, last=None, **of) -> Question:
    return Question(reader=user, today=today, on=today, first=first or today, last=last or today + 180 * DAY, **of)


def told(report, rows):
    """The cells of rows as their files have them."""
    return [[column.of(row) for column in report.table.columns] for row in rows]


@pytest.fixture
def papers(example_service, other_service, today):
    area = create.area(name_en="Ruritania")
    create.authorization(area=area, reference="MA-7", valid_to=today + 20 * DAY)
    mission = create.mission(area=area, name_en="Plateau")
    create.agreement(service=example_service, reference="PA-1", ends_on=today + 30 * DAY)
    create.agreement(service=other_service, reference="PA-2", ends_on=today + 181 * DAY)
    for service, name in [(example_service, "Roy"), (other_service, "Gagnon")]:
        person = create.person(service=service, given_name="Ada", family_name=name)
        create.credential(person=person, kind=create.kind(), expires_on=today)
        create.credential(
            person=person, kind=create.kind(code="fit", name_en="Fitness", is_restricted=True), expires_on=today + DAY
        )
        create.consent(person=person, mission=mission, state="consented", starts_on=today, ends_on=today + 10 * DAY)
    return mission


def test_what_runs_out_in_one_table(papers, alice, bob, dora, today, django_assert_num_queries):
    report = REPORTS["running_out"]
    with django_assert_num_queries(4):
        rows = report.rows(asked(alice, today))

    example, other = "Example Police", "Other Police"
    mine = [
        ["Cst. Ada Roy", "Credential", "First aid", example, today, 0],
        ["Cst. Ada Roy", "Credential", "Fitness", example, today + DAY, 1],
        ["Cst. Ada Roy", "Consent", "Plateau", example, today + 10 * DAY, 10],
        ["PA-1", "Agreement", None, example, today + 30 * DAY, 30],
    ]
    theirs = [
        ["Cst. Ada Gagnon", "Credential", "First aid", other, today, 0],
        ["Cst. Ada Gagnon", "Credential", "Fitness", other, today + DAY, 1],
        ["Cst. Ada Gagnon", "Consent", "Plateau", other, today + 10 * DAY, 10],
    ]
    authorization = ["MA-7", "Authorization", "Ruritania", None, today + 20 * DAY, 20]
    assert told(report, rows) == sorted([*mine, *theirs, authorization], key=lambda row: (row[4], row[1], row[0]))
    assert told(report, report.rows(asked(bob, today))) == mine
    assert "Fitness" not in str(told(report, report.rows(asked(dora, today))))
    assert told(report, report.rows(asked(alice, today, today + 181 * DAY, today + 181 * DAY))) == [
        ["PA-2", "Agreement", None, other, today + 181 * DAY, 181]
    ]


def test_the_sentence_of_what_runs_out_leads_to_the_papers_of_each_kind(papers, as_user, alice):
    browser = as_user(alice)
    lead = browser.get(reverse("report_detail", args=["running_out"])).context["lead"]

    found = re.findall(r'([A-Z][a-z ]+): <a href="([^"]+)">(\d+)</a>', lead)
    assert [(words, number) for words, _address, number in found] == [
        ("Credentials running out", "4"),
        ("Agreements running out", "1"),
        ("Consents running out", "2"),
        ("Authorizations running out", "1"),
    ]
    for _words, address, number in found:
        assert browser.get(address.replace("&amp;", "&")).context["answer"].number == int(number)


@pytest.fixture
def candidates(example_service, today):
    """One in assessment after four days of screening, one refused after two, one withdrawn without a word."""
    position = create.position(mission=create.mission())
    now = timezone.now()

    def nominated(stage, *moves):
        made = create.nomination(position=position, person=create.person(service=example_service), stage=stage)
        made.transitions.all().delete()
        before = ""
        for after, days_ago, reason in moves:
            NominationTransition.objects.create(
                nomination=made,
                act="edit",
                from_status=before,
                to_status=after,
                reason_code=reason,
                at=now - days_ago * DAY,
            )
            before = after

    nominated("assessment", ("submitted", 9, ""), ("screening", 5, ""), ("assessment", 1, ""))
    nominated("not_eligible", ("submitted", 8, ""), ("screening", 4, ""), ("not_eligible", 2, "language"))
    nominated("withdrawn", ("submitted", 8, ""), ("withdrawn", 7, ""))


def test_the_pipeline_by_stage_with_the_median_of_days(candidates, alice, today, django_assert_num_queries):
    report = REPORTS["pipeline"]
    month = asked(alice, today, today - 30 * DAY, today)
    with django_assert_num_queries(2):
        rows = report.rows(month)

    assert told(report, rows) == [
        ["Draft", 0, None],
        ["Returned for correction", 0, None],
        ["Submitted", 0, 4],  # 4, 4 and 1
        ["In screening", 0, 3],  # 4 and 2
        ["In assessment", 1, None],
        ["Qualified, in the pool", 0, None],
        ["Nominated to the organization", 0, None],
        ["Accepted by the organization", 0, None],
        ["Deferred", 0, None],
    ]
    assert told(report, [report.totals(rows, month)]) == [[None, 1, None]]


def test_why_nominations_ended_in_vain(candidates, alice, today, django_assert_num_queries):
    report = REPORTS["ended_in_vain"]
    month = asked(alice, today, today - 30 * DAY, today)
    with django_assert_num_queries(1):
        rows = report.rows(month)

    assert told(report, rows) == [
        # not eligible, not selected, declined, withdrawn, all
        ["The language level is not met", 1, 0, 0, 0, 1],
        ["No reason", 0, 0, 0, 1, 1],
    ]
    assert told(report, [report.totals(rows, month)]) == [[None, 1, 0, 0, 1, 2]]


def test_each_number_of_the_candidates_opens_to_its_rows(candidates, as_user, alice, today):
    browser, month = as_user(alice), asked(alice, today, today - 30 * DAY, today)
    opened = 0
    for name in ("pipeline", "ended_in_vain"):
        report = REPORTS[name]
        rows = report.rows(month)
        for row in [*rows, report.totals(rows, month)]:
            for cell in row.values():
                if getattr(cell, "number", None) is not None:
                    assert browser.get(cell.address).context["answer"].number == cell.number, (name, row)
                    opened += 1
    assert opened == 9 + 2 + 1 + 2 * 5 + 5


@pytest.fixture
def abroad(example_service, other_service, today):
    """Twelve police officers in a mission, of whom four are women, and one civilian at a posting."""
    other_service.kind = "municipal"
    other_service.save()
    mission = create.mission(area=create.area())
    create.authorization(area=mission.area, cap=20)
    posting = create.mission(area=mission.area, kind="specialized_posting")
    days = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "status": "in_mission"}
    for number in range(12):
        person = create.person(
            service=other_service if number < 6 else example_service,
            gender="woman" if number < 4 else "man",
            first_language="fr" if number < 7 else "en",
        )
        create.deployment(person=person, mission=mission, **days)
    civilian = create.person(service=example_service, gender="man", category="civilian", first_language="en")
    create.deployment(person=civilian, mission=posting, kind="ancillary", **days)


NUMBERS = [13, 12, 1, 1, 2, 12, 4, 30.8, 1, 46.2, 7, 20, 8]
PUBLIC = [13, "withheld", "withheld", 1, 2, 12, "withheld", "withheld", "withheld", 46.2, 7, 20, 8]


def test_the_snapshot_says_each_figure_and_withholds_small_ones_from_the_public(
    abroad, alice, today, django_assert_num_queries
):
    report = REPORTS["snapshot"]
    with django_assert_num_queries(18):
        rows = report.rows(asked(alice, today))

    assert [row[1] for row in told(report, rows)] == NUMBERS
    assert [row[0] for row in told(report, rows)][:6] == [
        "Deployed",
        "Deployed in missions",
        "Deployed at postings",
        "Countries and regions",
        "Missions",
        "Police officers since 1989",
    ]
    assert [row[1] for row in told(report, report.rows(asked(alice, today, public=True)))] == PUBLIC


def test_a_tick_makes_the_snapshot_public(abroad, as_user, alice):
    address = reverse("report_detail", args=["snapshot"])

    page = as_user(alice).get(address, {"public": "on"})

    assert [row[1]["words"] for row in page.context["rows"]].count("withheld") == 5
    assert [chip[:2] for chip in page.context["filter"].chips] == [("To be made public", "Yes")]
    whole = as_user(alice).get(address)
    assert '<input type="checkbox" name="public"' in whole.content.decode()
    assert not whole.context["filter"].chips


def test_who_looked_at_and_exported_what(as_user, alice, bob, dora, today):
    for user, verb, number in [
        (alice, Verb.LOOKED_AT, 3),
        (alice, Verb.EXPORTED, 1),
        (bob, Verb.REVEALED, 2),
        (bob, Verb.DOWNLOADED, 1),
        (bob, Verb.EDITED, 4),
    ]:
        for _each in range(number):
            record(user, verb)
    record(None, Verb.LOOKED_AT)
    report = REPORTS["accesses"]

    rows = report.rows(asked(dora, today, today, today))

    assert told(report, rows) == [
        # looked at, emergency contacts, downloaded, exported
        ["Alice", "Coordinator", 3, 0, 0, 1],
        ["Bob", "Liaison", 0, 2, 1, 0],
    ]
    assert report.rows(asked(dora, today, today - 9 * DAY, today - DAY)) == []
    browser = as_user(dora)
    for row in rows:
        for cell in list(row.values())[2:]:
            assert browser.get(cell.address).context["page"].paginator.count == cell.number


def test_only_who_sees_events_reads_who_looked_at_what(as_user, alice, bob, dora, emil):
    address = reverse("report_detail", args=["accesses"])
    assert [as_user(who).get(address).status_code for who in (alice, bob, dora, emil)] == [403, 403, 200, 200]
    listed = [address in as_user(who).get(reverse("report_list")).content.decode() for who in (alice, dora)]
    assert listed == [False, True]
