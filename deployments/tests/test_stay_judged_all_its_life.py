"""What a stay loses after it was planned, and what page, flag, arrival and change say about it: typed by hand."""

import copy
import datetime as dt

import pytest

from deployments.models import Consent
from deployments.stays import approval, steps
from deployments.stays.steps import Act, Step
from deployments.watch import agreements, approvals, arrivals, papers, stopped_missions
from missions.models import Requirement
from personnel.models import LanguageTest
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DAYS = {"planned": (10, 100), "approved": (10, 100), "in_mission": (-50, 100), "overdue": (-100, -5)}
"""First and last planned day of the stay, from today."""

PLAN, APPROVED, THERE, OVERDUE = DAYS
FLAGGED = "not_approvable"

TABLE = {
    # what is lost: (what stands against it: planned, approved, in mission, overdue), (its flags: the same), arrival
    "nothing": ([[], [], [], []], [[], [], [], []], []),
    "credential not met": (
        [["credential_not_met"]] * 4,
        [[], [FLAGGED], [FLAGGED], [FLAGGED]],
        ["credential_not_met"],
    ),
    "credential missing": (
        [["credential_missing"]] * 4,
        [[], [FLAGGED], [FLAGGED], [FLAGGED]],
        ["credential_missing"],
    ),
    "credential expired": (
        [["credential_lapsed"], ["credential_lapsed"], [], []],
        [[], [FLAGGED], ["credential_lapsing"], ["credential_lapsing"]],
        ["credential_lapsed"],
    ),
    "firearms not met": (
        [["firearms_not_met"]] * 4,
        [[], [FLAGGED], [FLAGGED], [FLAGGED]],
        ["firearms_not_met"],
    ),
    "language expired": (
        [["language_lapsed"], ["language_lapsed"], [], []],
        [[], [FLAGGED], ["credential_lapsing"], ["credential_lapsing"]],
        ["language_lapsed"],
    ),
    "attestation withdrawn": (
        [["attestation_withdrawn"]] * 4,
        [[], [FLAGGED], [FLAGGED], [FLAGGED]],
        ["attestation_withdrawn"],
    ),
    "consent recalled": (
        [["consent_recalled"]] * 4,
        [[], [FLAGGED], ["consent_ending"], ["consent_ending"]],
        ["consent_recalled"],
    ),
    "agreement ended": (
        [["agreement_missing"]] * 4,
        [[], [FLAGGED], ["agreement_ending"], ["agreement_ending"]],
        ["agreement_missing"],
    ),
    "sixty-two today": ([["too_old"], ["too_old"], [], []], [[], [FLAGGED], [], []], ["too_old"]),
    "mission suspended": (
        [["mission_takes_nobody"]] * 4,
        [[], ["mission_stopped", FLAGGED], ["mission_stopped"], ["mission_stopped"]],
        ["mission_takes_nobody"],
    ),
    "mission ends earlier": (
        [["after_the_mission"], ["after_the_mission"], ["after_the_mission"], []],
        [[], [FLAGGED], [FLAGGED], []],
        ["after_the_mission"],
    ),
    "person retired": (
        [["person_cannot_go"]] * 4,
        [["person_cannot_go"]] * 4,
        ["person_cannot_go"],
    ),
}


@pytest.fixture
def stay(today):
    """Builds a stay in a status against which nothing stands."""

    def build(status):
        area = create.area()
        create.authorization(area=area, cap=5, armed=True)
        mission = create.mission(area=area)
        mission.lead.too_old = 62
        mission.lead.save()
        service = create.partner(agreed=False)
        create.agreement(service=service, starts_on=today - 900 * DAY, ends_on=today + 900 * DAY)
        person = create.person(service=service, first_language="en")
        create.language(person=person, language="fr")
        for kind in (create.kind(), create.kind(code="firearms", for_armed=True)):
            create.credential(person=person, kind=kind)
        Requirement.objects.create(mission=mission, kind=create.kind())
        create.consent(person=person, mission=mission, starts_on=today - 200 * DAY, ends_on=today + 400 * DAY)
        first, last = DAYS[status]
        return create.deployment(
            mission=mission,
            person=person,
            starts_on=today + first * DAY,
            ends_on=today + last * DAY,
            status="in_mission" if status in {THERE, OVERDUE} else status,
        )

    return build


def lose(what, stay, today):
    person, mission = stay.person, stay.mission
    first_aid = person.credentials.filter(kind__code="first-aid")
    match what:
        case "credential not met":
            create.credential(person=person, kind=create.kind(), issued_on=today, result="not_met")
        case "firearms not met":
            create.credential(person=person, kind=create.kind(code="firearms"), issued_on=today, result="not_met")
        case "credential missing":
            first_aid.delete()
        case "credential expired":
            first_aid.update(expires_on=today - DAY)
        case "language expired":
            LanguageTest.objects.update(expires_on=today - DAY)
        case "attestation withdrawn":
            person.attestations.update(withdrawn_on=today)
        case "consent recalled":
            Consent.objects.update(state="recalled", recalled_from=today, reason="staffing")
        case "agreement ended":
            person.service.agreements.update(ends_on=today - DAY)
        case "sixty-two today":
            person.born_on = dt.date(today.year - 62, today.month, min(today.day, 28))
            person.save()
        case "mission suspended":
            create.mission_state(mission=mission, state="suspended")
        case "mission ends earlier":
            mission.ends_on = today + 50 * DAY
            mission.save()
        case "person retired":
            person.state = "retired"
            person.save()


def changed(stay, days, today):
    """The codes with which a change of the last day is refused; the last day of an overdue stay is set from today."""
    last = max(stay.ends_on, today) if days > 0 else stay.ends_on
    step = Step(Act.CHANGE, today=today, reason="Asked for.", ends_on=last + days * DAY)
    return [blocker.code for blocker in steps.blockers(copy.copy(stay), step)]


@pytest.mark.parametrize("status", DAYS)
@pytest.mark.parametrize("what", TABLE)
def test_what_is_lost_is_said_everywhere(stay, today, what, status):
    row, column = stay(status), list(DAYS).index(status)
    against, flags, at_arrival = TABLE[what]

    lose(what, row, today)
    row = type(row).objects.select_related(*approval.RELATED).get(pk=row.pk)

    page = [blocker.code for blocker in approval.objections(row, today=today)]
    [(_known, in_bulk)] = approval.apart_from_places([row], today=today)
    watched = (agreements, approvals, arrivals, papers, stopped_missions)
    found = [cause.kind.code for module in watched for cause in module.find(today)]
    arrival = steps.wrong_at_arrival(row, Step(Act.ARRIVE, today=today, on_day=today)) if status == APPROVED else []
    assert page == against[column]
    assert [blocker.code for blocker in in_bulk] == page
    assert sorted(found) == sorted(flags[column])
    assert [blocker.code for blocker in arrival] == (at_arrival if status == APPROVED else [])
    assert changed(row, 30, today) == ([] if status == PLAN else page)
    assert changed(row, -1, today) == []
