"""Stays from the office's own files: what each would have broken, what is over for long, what is above a cap."""

import datetime as dt

import pytest

from deployments.models import Deployment, Excess
from personnel.models import Attestation
from records.tests.bringing import brought, results, saved, xlsx
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HEAD = ["Police service", "Service number", "Mission", "Planned first day", "Planned last day"]
PEOPLE = [
    "Police service",
    "Service number",
    "Family name",
    "Given name",
    "Rank",
    "Gender",
    "First official language",
    "Start of service",
]


@pytest.fixture
def office(alice, db):
    """A mission in French with a cap of two, and a partner service with an agreement and two people."""
    create.ceiling()
    area = create.area(code="ruritania")
    create.authorization(area=area, cap=2)
    create.mission(area=area, code="minu", language="fr")
    service = create.partner(code="expol")
    create.rank()
    for number in ("E-1", "E-2"):
        create.person(
            service=service, service_number=number, first_language="en", joined_on=dt.date(2000, 1, 1), born_on=None
        )
    Attestation.objects.all().delete()
    return alice


def stays(*rows, head=HEAD, **sheets) -> bytes:
    return xlsx(**sheets, Deployments=[head, *([*row] for row in rows)])


def notes(batch) -> dict[str, list[str]]:
    """What the stays would have broken, by the number of the person."""
    rows = batch.rows.filter(kind="deployments").order_by("line")
    return {row.values["service_number"]: row.notes.get("en", []) for row in rows}


def test_of_who_is_there_the_papers_are_asked_too_and_of_who_is_back_they_are_not(office, today):
    first, last = (today - 30 * DAY).isoformat(), (today + 30 * DAY).isoformat()

    batch = brought(
        stays(["expol", "E-1", "minu", first, last], ["expol", "E-2", "minu", "2020-01-05", "2020-09-30"]), office
    )

    assert notes(batch) == {
        "E-1": [
            "No test of French is on record; level B2 is asked for.",
            "The attestation of no pending matter is missing.",
            "The consent of Example Police is missing.",
        ],
        "E-2": [],
    }


def test_papers_count_that_are_on_record_or_stand_in_the_same_workbook(office, today):
    first, last = (today - 30 * DAY).isoformat(), (today + 30 * DAY).isoformat()
    service = create.PoliceService.objects.get(code="expol")
    create.language(person=service.people.get(service_number="E-1"), language="fr")
    content = stays(
        ["expol", "E-1", "minu", first, last],
        ["expol", "E-3", "minu", first, last],
        People=[PEOPLE, ["expol", "E-3", "Gingras", "Maude", "Constable", "woman", "English", "2000-01-01"]],
        Attestations=[
            ["Police service", "Service number", "Made on"],
            ["expol", "E-1", first],
            ["expol", "E-3", first],
        ],
    )

    batch = brought(content, office)

    consent = "The consent of Example Police is missing."
    assert notes(batch) == {
        "E-1": [consent],
        "E-3": ["No test of French is on record; level B2 is asked for.", consent],
    }


def test_a_stay_that_is_over_for_long_is_closed_and_is_not_followed_up(office, today):
    recent = (today - 20 * DAY).isoformat()

    saved(
        stays(["expol", "E-1", "minu", "2020-01-05", "2020-09-30"], ["expol", "E-2", "minu", "2026-01-05", recent]),
        office,
    )

    found = Deployment.objects.order_by("starts_on").values_list("status", flat=True)
    assert list(found) == ["closed", "completed"]


def test_what_the_office_did_since_with_a_stay_is_no_change_by_the_same_file(office, today):
    content = stays(["expol", "E-1", "minu", "2026-01-05", (today - 20 * DAY).isoformat()])
    saved(content, office)
    Deployment.objects.update(status="closed")

    again = brought(content, office)

    assert results(again) == [(2, "unchanged", [])]


def test_days_above_a_cap_that_are_on_record_already_are_not_shown_again(office):
    for number in ("E-4", "E-5"):
        create.person(service=create.PoliceService.objects.get(code="expol"), service_number=number)
    three = [["expol", number, "minu", "2020-01-05", "2020-09-30"] for number in ("E-1", "E-2", "E-4")]
    first = saved(stays(*three), office)

    again = brought(stays(*three), office)
    another = brought(stays(["expol", "E-5", "minu", "2021-01-05", "2021-09-30"]), office)

    assert [(each["first"], each["used"]) for each in first.excesses] == [("2020-01-05", 3)]
    assert (again.excesses, another.excesses) == ([], [])
    assert Excess.objects.count() == 1


def test_a_sheet_whose_name_means_another_kind_in_the_other_language_comes_back(office, as_user):
    """“Attestations” are the credentials in French and the attestations in English."""
    create.kind()
    head = ["Police service", "Service number", "Credential", "Issued on"]
    first = brought(xlsx(Credentials=[head, ["expol", "E-9", "first-aid", "2026-01-05"]]), office, name="papers.xlsx")
    office.language = "fr-ca"
    office.save()

    refused = as_user(office).get(f"/fr-ca/lists/{first.pk}/refused.xlsx").getvalue()
    again = brought(refused, office, name="refused.xlsx")

    assert first.counts == again.counts == {"credentials": {"refused": 1}}


def test_what_a_row_needs_is_said_once_in_words(office):
    mission = create.Mission.objects.get(code="minu")
    create.position(mission=mission, number="P-1")
    head = ["Police service", "Service number", "Position", "Stage"]

    batch = brought(xlsx(Candidatures=[head, ["expol", "E-1", "minu/P-1", "Screening"]]), office, name="office.xlsx")

    assert results(batch) == [(2, "refused", ["Earliest start: This is needed for a new record."])]
