"""Corrections of nominations (a decision is taken back) and of authorizations (cap and dates of the instrument)."""

import datetime as dt

import pytest

from accounts.access import Role
from deployments.candidates.lifecycle import make_move
from deployments.candidates.pipeline import NominationStep
from deployments.corrections import making, of_decisions
from deployments.models import Nomination, Review
from deployments.models.transitions import Move
from deployments.stays import amendment
from foundation.refusals import StepRefused
from missions.models import Authorization
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def dan(db):
    """A second coordinator."""
    return create.user(name="Dan")


@pytest.fixture
def position(db):
    return create.position(mission=create.mission())


def _decide(nomination, act, by, today, **fields):
    step = NominationStep(act, today=today, reason="Said so.", reason_code="experience", **fields)
    make_move(Nomination.objects.get(pk=nomination.pk), step, by=by)
    return Nomination.objects.get(pk=nomination.pk)


def _take_back(nomination, by, today):
    return making.ask(nomination, {}, reason="The wrong file was open.", by=by, today=today)


# Typed by hand: the stage, the decision, and the stage that it leads to; each leads back to the first.
DECIDED = [
    ("submitted", Move.REFUSE, "not_eligible"),
    ("screening", Move.REFUSE, "not_eligible"),
    ("assessment", Move.REFUSE, "not_eligible"),
    ("assessment", Move.NOT_SELECT, "not_selected"),
    ("qualified", Move.NOT_SELECT, "not_selected"),
    ("nominated", Move.DECLINE, "declined"),
    ("returned", Move.LAPSE, "lapsed"),
    ("qualified", Move.LAPSE, "lapsed"),
    ("deferred", Move.LAPSE, "lapsed"),
    ("draft", Move.WITHDRAW, "withdrawn"),
    ("submitted", Move.WITHDRAW, "withdrawn"),
    ("returned", Move.WITHDRAW, "withdrawn"),
    ("accepted", Move.WITHDRAW, "withdrawn"),
    ("deferred", Move.WITHDRAW, "withdrawn"),
]


@pytest.mark.parametrize(("stage", "act", "decision"), DECIDED)
def test_a_decision_is_taken_back_to_the_stage_from_which_it_came(position, alice, today, stage, act, decision):
    nomination = _decide(create.nomination(position=position, stage=stage), act, alice, today)
    assert nomination.stage == decision
    decided_at = nomination.stage_since

    correction = _take_back(nomination, alice, today)

    row = Nomination.objects.get(pk=nomination.pk)
    assert (row.stage, row.reason_code, row.feedback) == (stage, "", "")
    assert row.stage_since > decided_at
    assert (correction.state, correction.needs_second) == ("made", False)
    step = row.transitions.first()
    assert (step.act, step.from_status, step.to_status, step.correction) == ("correct", decision, stage, correction)


@pytest.mark.parametrize("stage", ["draft", "submitted", "screening", "qualified", "accepted", "deferred"])
def test_where_nothing_was_decided_nothing_is_taken_back(position, alice, today, stage):
    nomination = create.nomination(position=position, stage=stage)

    with pytest.raises(StepRefused) as refusal:
        _take_back(nomination, alice, today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["wrong_step"]
    assert of_decisions.came_from(nomination) is None


def test_a_deferral_and_a_return_stand_again_with_what_they_said(position, alice, today):
    deferred = create.nomination(position=position, stage="qualified")
    deferred = _decide(deferred, Move.DEFER, alice, today, deferred_until=today + 40 * DAY)
    returned = _decide(create.nomination(position=position, stage="screening"), Move.RETURN, alice, today)
    for nomination in (deferred, returned):
        _take_back(_decide(nomination, Move.LAPSE, alice, today), alice, today)

    deferred.refresh_from_db()
    returned.refresh_from_db()
    assert (deferred.stage, deferred.deferred_until) == ("deferred", today + 40 * DAY)
    assert (returned.stage, returned.reason_code, returned.feedback) == ("returned", "experience", "Said so.")


def test_nobody_comes_back_beside_another_nomination_for_the_same_position(position, alice, today):
    nomination = _decide(create.nomination(position=position, stage="qualified"), Move.NOT_SELECT, alice, today)
    create.nomination(position=position, person=nomination.person)

    with pytest.raises(StepRefused) as refusal:
        _take_back(nomination, alice, today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["put_forward_already"]


def test_nobody_comes_back_into_a_place_that_is_taken(position, alice, today):
    nomination = _decide(create.nomination(position=position, stage="nominated"), Move.DECLINE, alice, today)
    create.nomination(position=position, stage="nominated")

    with pytest.raises(StepRefused) as refusal:
        _take_back(nomination, alice, today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["position_filled"]


def test_who_declared_a_conflict_of_interest_takes_no_decision_back(position, alice, dan, today):
    nomination = _decide(create.nomination(position=position, stage="assessment"), Move.NOT_SELECT, dan, today)
    Review.objects.create(nomination=nomination, reviewer=alice, conflict=True, at=nomination.stage_since)

    with pytest.raises(StepRefused) as refusal:
        _take_back(nomination, alice, today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["conflict_of_interest"]


class Papers:
    """An authorization of 20 from a hundred days ago, amended to 22 from today on."""

    def __init__(self, today, by):
        self.today, self.area = today, create.area()
        self.old = create.authorization(area=self.area, cap=20, valid_from=today - 100 * DAY)
        new = Authorization(
            area=self.area, reference="MA-22", cap=22, language="fr", armed=True, valid_from=today, reason_en="More."
        )
        self.new = amendment.carry_out(amendment.propose_amendment(self.old, new), by=by, reason="More.")

    def stored(self):
        rows = self.area.authorizations.order_by("valid_from")
        return [(row.cap, (row.valid_from - self.today).days, row.valid_to) for row in rows]


@pytest.fixture
def papers(today, alice):
    return Papers(today, alice)


def _correct(paper, by, today, **wanted):
    return making.ask(paper, wanted, reason="The instrument says so.", by=by, today=today)


def test_an_authorization_is_always_corrected_by_two(papers, alice, dan, today):
    correction = _correct(papers.new, alice, today, cap=23)

    assert papers.stored() == [(20, -100, today - DAY), (22, 0, None)]
    making.confirm(correction, by=dan, today=today)

    assert papers.stored() == [(20, -100, today - DAY), (23, 0, None)]
    assert correction.changes == {"cap": ["22", "23"]}
    assert papers.new.history.first().history_user == dan


@pytest.mark.parametrize("days", [-10, 10])
def test_what_it_amends_ends_the_day_before_its_corrected_first_day(papers, alice, dan, today, days):
    first = today + days * DAY

    making.confirm(_correct(papers.new, alice, today, valid_from=first), by=dan, today=today)

    assert papers.stored() == [(20, -100, first - DAY), (22, days, None)]


# Typed by hand: which paper, what should stand there, and the refusal.
REFUSED = [
    ("new", {"valid_from": -100}, "starts_too_early"),
    ("new", {"valid_to": -1}, "ends_before_start"),
    ("old", {"valid_to": 0}, "meets_another"),
    ("old", {"valid_to": None}, "meets_another"),
    ("old", {"cap": 0}, "cap_out_of_range"),
    ("old", {"cap": 1000}, "cap_out_of_range"),
    ("old", {"cap": 20}, "nothing_changes"),
]


@pytest.mark.parametrize(("which", "wanted", "code"), REFUSED)
def test_what_cannot_be_is_refused(papers, alice, today, which, wanted, code):
    wanted = {name: value if name == "cap" or value is None else today + value * DAY for name, value in wanted.items()}

    with pytest.raises(StepRefused) as refusal:
        _correct(getattr(papers, which), alice, today, **wanted)

    assert code in [blocker.code for blocker in refusal.value.blockers]


def test_a_withdrawn_authorization_is_not_corrected(papers, alice, today):
    amendment.carry_out(amendment.propose_end(papers.new, None), by=alice, reason="Taken back.")

    with pytest.raises(StepRefused) as refusal:
        _correct(Authorization.objects.get(pk=papers.new.pk), alice, today, cap=23)

    assert [blocker.code for blocker in refusal.value.blockers] == ["withdrawn"]


def test_an_amendment_meanwhile_is_found_when_it_is_confirmed(papers, alice, dan, today):
    correction = _correct(papers.new, alice, today, valid_to=today + 400 * DAY)
    newer = Authorization(
        area=papers.area,
        reference="MA-25",
        cap=25,
        language="fr",
        armed=True,
        valid_from=today + 100 * DAY,
        reason_en="Still more.",
    )
    amendment.carry_out(amendment.propose_amendment(papers.new, newer), by=dan, reason="Still more.")

    with pytest.raises(StepRefused) as refusal:
        making.confirm(correction, by=dan, today=today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["changed_meanwhile"]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_sees_what_waits(position, role):
    from reports import measures

    somebody = create.user(role=role)

    assert somebody.may("correction_make") is False
    assert list(measures.corrections_to_confirm(somebody)) == []
