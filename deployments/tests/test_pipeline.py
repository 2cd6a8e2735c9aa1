"""The moves of a nomination: the table, typed by hand, and what each move asks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from deployments import door, guards
from deployments.candidates import lifecycle, pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.models import (
    Criterion,
    Deployment,
    Nomination,
    NominationTransition,
    Review,
    ScreeningAnswer,
    ScreeningItem,
)
from deployments.models.transitions import Move
from foundation.refusals import StepRefused
from missions.models import Requirement
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)

# Every stage, and the moves that may be made there.
MAY = {
    "draft": "submit edit withdraw",
    "submitted": "screen return defer refuse withdraw",
    "returned": "submit edit lapse withdraw",
    "screening": "assess return defer refuse withdraw",
    "assessment": "qualify defer refuse not_select withdraw",
    "qualified": "nominate defer not_select lapse withdraw rank",
    "nominated": "accept release decline withdraw rank",
    "accepted": "deploy release withdraw rank",
    "deployed": "",
    "not_eligible": "",
    "not_selected": "",
    "declined": "",
    "withdrawn": "",
    "deferred": "resume lapse withdraw",
    "lapsed": "",
}
LEADS_TO = {
    "submit": "submitted",
    "screen": "screening",
    "assess": "assessment",
    "qualify": "qualified",
    "nominate": "nominated",
    "accept": "accepted",
    "deploy": "deployed",
    "return": "returned",
    "release": "qualified",
    "defer": "deferred",
    "resume": "screening",
    "refuse": "not_eligible",
    "not_select": "not_selected",
    "decline": "declined",
    "lapse": "lapsed",
    "withdraw": "withdrawn",
    "edit": None,
    "rank": None,
}


@pytest.fixture
def mission(db):
    area = create.area()
    create.ceiling()
    create.authorization(area=area, armed=False)
    return create.mission(area=area)


@pytest.fixture
def position(mission, today):
    return create.position(mission=mission, call_opens=today - 10 * DAY, call_closes=today + 10 * DAY)


def step(move, today, **fields):
    defaults = {"reason_code": "experience", "reason": "Said.", "deferred_until": today + DAY, "reserve_rank": 1}
    return NominationStep(Move(move), today=today, **{**defaults, **fields})


def refused(nomination, taken, by=None):
    with pytest.raises(StepRefused) as refusal:
        lifecycle.make_move(nomination, taken, by=by)
    return [blocker.code for blocker in refusal.value.blockers]


def test_the_table_is_the_one_that_the_office_signed():
    table = {stage: set() for stage in MAY}
    for move, (sources, _target) in pipeline.TABLE.items():
        for source in sources:
            table[source.value].add(move.value)

    assert table == {stage: set(moves.split()) for stage, moves in MAY.items()}
    assert {move.value: target and target.value for move, (_sources, target) in pipeline.TABLE.items()} == LEADS_TO


@pytest.mark.parametrize("stage", sorted(MAY))
def test_every_move_that_the_table_does_not_allow_is_refused(stage, position, today):
    fields = {}
    if stage == "deployed":
        fields["deployment"] = create.deployment(mission=position.mission, starts_on=today, ends_on=today)
    nomination = create.nomination(position=position, stage=stage, **fields)
    closed = set(LEADS_TO) - set(MAY[stage].split())

    found = {move: refused(nomination, step(move, today)) for move in closed}

    nomination.refresh_from_db()
    assert found == {move: ["wrong_step"] for move in closed}
    assert nomination.stage == stage
    assert NominationTransition.objects.count() == 0


def test_the_way_from_draft_to_planned_deployment(position, today, alice, bob, example_service):
    person = create.person(service=example_service)
    starts_on = today + 60 * DAY
    nomination = lifecycle.put_forward(
        Nomination(person=person, position=position, starts_on=starts_on, ends_on=starts_on + 364 * DAY),
        by=bob,
        today=today,
        submit=True,
    )
    for reviewer in (create.user(), create.user()):
        Review.objects.create(nomination=nomination, reviewer=reviewer, at="2026-01-01T00:00:00Z")
    for move in ("screen", "assess", "qualify", "nominate", "accept", "deploy"):
        lifecycle.make_move(nomination, NominationStep(Move(move), today=today), by=alice)

    nomination.refresh_from_db()
    deployment = Deployment.objects.get()
    assert nomination.stage == "deployed"
    assert nomination.deployment == deployment
    assert (deployment.status, deployment.position) == ("planned", position)
    assert (deployment.starts_on, deployment.ends_on) == (starts_on, starts_on + 364 * DAY)
    assert [transition.act for transition in nomination.transitions.order_by("id")] == [
        "draft",
        "submit",
        "screen",
        "assess",
        "qualify",
        "nominate",
        "accept",
        "deploy",
    ]
    assert nomination.created_by == bob
    assert Event.objects.filter(verb="moved").count() == 9  # eight moves, and the plan of the deployment
    assert nomination.history.count() == 8


# --- Calls ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (0, 0, []),
        (-5, 0, []),
        (-5, -1, ["call_not_open"]),
        (1, 5, ["call_not_open"]),
        (None, None, ["call_not_open"]),
    ],
)
def test_nominations_are_taken_from_the_first_through_the_last_day_of_the_call(mission, today, opens, closes, expected):
    position = create.position(
        mission=mission,
        call_opens=None if opens is None else today + opens * DAY,
        call_closes=None if closes is None else today + closes * DAY,
    )
    nomination = create.nomination(position=position, stage="draft")

    found = pipeline.blockers(nomination, NominationStep(Move.SUBMIT, today=today), by=None)

    assert [one.code for one in found] == expected


def test_what_was_returned_may_come_back_after_the_call_closed(mission, today):
    position = create.position(mission=mission, call_opens=today - 9 * DAY, call_closes=today - DAY)
    nomination = create.nomination(position=position, stage="returned")

    lifecycle.make_move(nomination, NominationStep(Move.SUBMIT, today=today), by=None)

    nomination.refresh_from_db()
    assert nomination.stage == "submitted"


def test_a_mission_that_takes_nobody_takes_no_nomination(position, today):
    create.mission_state(mission=position.mission, state="suspended")
    nomination = create.nomination(position=position, stage="draft")

    assert refused(nomination, NominationStep(Move.SUBMIT, today=today)) == ["mission_takes_nobody"]


def test_nobody_is_put_forward_twice_for_a_position_at_once(position, today):
    first = create.nomination(position=position, stage="assessment")
    again = Nomination(person=first.person, position=position, starts_on=today, ends_on=today)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.draft(again, by=None, today=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        create.nomination(position=position, person=first.person, stage="draft")
    first.stage = "withdrawn"
    first.save()
    lifecycle.draft(again, by=None, today=today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["put_forward_already"]
    assert Nomination.objects.filter(person=first.person).count() == 2


def test_whoever_retired_or_changed_service_is_not_submitted(position, today):
    nomination = create.nomination(position=position, stage="draft")
    person = nomination.person
    person.state, person.service = "retired", create.service()
    person.save()

    assert refused(nomination, NominationStep(Move.SUBMIT, today=today)) == [
        "person_cannot_go",
        "person_changed_service",
    ]


def test_a_replacement_withdraws_the_one_before_also_after_the_call(mission, today):
    position = create.position(mission=mission, call_opens=today - 9 * DAY, call_closes=today - DAY)
    before = create.nomination(position=position, stage="screening")
    before.transitions.create(act="submit", to_status="submitted", at="2026-01-01T00:00:00Z")
    stay = {"starts_on": today, "ends_on": today + 364 * DAY}

    saved = lifecycle.put_forward(
        Nomination(person=create.person(service=before.service), position=position, replaces=before, **stay),
        by=None,
        today=today,
        submit=True,
    )

    before.refresh_from_db()
    assert (before.stage, before.reason_code) == ("withdrawn", "service_needs")
    assert (saved.stage, saved.replaces) == ("submitted", before)


def test_a_replacement_that_is_refused_leaves_the_one_before(position, today):
    before = create.nomination(position=position, stage="screening")
    stay = {"starts_on": today, "ends_on": today}
    retired = create.person(state="retired", service=before.service)

    with pytest.raises(StepRefused):
        lifecycle.put_forward(
            Nomination(person=retired, position=position, replaces=before, **stay), by=None, today=today, submit=True
        )

    before.refresh_from_db()
    assert before.stage == "screening"


def test_a_draft_that_never_came_in_holds_no_door_open(mission, today):
    position = create.position(mission=mission, call_opens=today - 9 * DAY, call_closes=today - DAY)
    before = create.nomination(position=position, stage="draft")
    other = Nomination(
        person=create.person(service=before.service),
        position=position,
        replaces=before,
        starts_on=today,
        ends_on=today,
    )

    with pytest.raises(StepRefused) as refusal:
        lifecycle.put_forward(other, by=None, today=today, submit=True)

    assert [blocker.code for blocker in refusal.value.blockers] == ["call_not_open"]


def test_nobody_of_another_service_takes_the_place(position, today):
    before = create.nomination(position=position)
    other = Nomination(person=create.person(), position=position, replaces=before, starts_on=today, ends_on=today)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.put_forward(other, by=None, today=today, submit=True)

    assert [blocker.code for blocker in refusal.value.blockers] == ["another_service"]


# --- What moves ask -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "move", "fields", "expected"),
    [
        ("submitted", "return", {}, ["reason_code_missing", "feedback_missing"]),
        ("submitted", "return", {"reason_code": "incomplete", "reason": " "}, ["feedback_missing"]),
        ("submitted", "return", {"reason_code": "invented", "reason": "No."}, ["reason_code_missing"]),
        ("screening", "refuse", {}, ["reason_code_missing", "feedback_missing"]),
        ("assessment", "not_select", {}, ["reason_code_missing", "feedback_missing"]),
        ("nominated", "decline", {}, ["reason_code_missing"]),
        ("draft", "withdraw", {}, ["reason_code_missing"]),
        ("nominated", "release", {}, ["reason_missing"]),
        ("qualified", "lapse", {}, ["reason_missing"]),
        ("screening", "defer", {"reason": "Later."}, ["deferred_until_missing"]),
    ],
)
def test_reasons_and_feedback_are_not_left_out(position, today, stage, move, fields, expected):
    nomination = create.nomination(position=position, stage=stage)

    assert refused(nomination, NominationStep(Move(move), today=today, **fields)) == expected


@pytest.mark.parametrize(("days", "expected"), [(1, "deferred"), (0, "screening")])
def test_it_is_deferred_until_a_day_to_come(position, today, days, expected):
    nomination = create.nomination(position=position, stage="screening")
    taken = NominationStep(Move.DEFER, today=today, reason="Later.", deferred_until=today + days * DAY)

    if expected == "screening":
        assert refused(nomination, taken) == ["deferred_until_missing"]
    else:
        lifecycle.make_move(nomination, taken, by=None)

    nomination.refresh_from_db()
    assert nomination.stage == expected


def test_feedback_stays_with_the_unsuccessful_and_goes_when_it_was_mended(position, today):
    nomination = create.nomination(position=position)
    lifecycle.make_move(nomination, step("return", today, reason_code="incomplete", reason="Sign it."), by=None)
    returned = Nomination.objects.get()
    lifecycle.make_move(nomination, NominationStep(Move.SUBMIT, today=today), by=None)

    submitted = Nomination.objects.get()
    assert (returned.reason_code, returned.feedback) == ("incomplete", "Sign it.")
    assert (submitted.reason_code, submitted.feedback) == ("", "")
    assert submitted.transitions.filter(act="return").get().reason == "Sign it."


def test_screening_is_complete_and_holds_no_no(position, today):
    nomination = create.nomination(position=position, stage="screening")
    items = [
        ScreeningItem.objects.create(code=code, name_en=code, name_fr=code, is_active=code != "old")
        for code in ("file", "supervisor", "old")
    ]
    answer = {"nomination": nomination, "at": "2026-01-01T00:00:00Z"}

    nothing = refused(nomination, step("assess", today))
    ScreeningAnswer.objects.create(item=items[0], answer="yes", **answer)
    no = ScreeningAnswer.objects.create(item=items[1], answer="no", **answer)
    with_no = refused(nomination, step("assess", today))
    no.answer = "not_needed"
    no.save()
    lifecycle.make_move(nomination, step("assess", today), by=None)

    assert (nothing, with_no) == (["screening_open", "screening_open"], ["screening_no"])


@pytest.mark.parametrize(("reviews", "expected"), [(0, ["reviews_missing"]), (1, ["reviews_missing"]), (2, [])])
def test_two_reviews_without_conflict_are_needed(position, today, reviews, expected):
    nomination = create.nomination(position=position, stage="assessment")
    for _each in range(reviews):
        Review.objects.create(nomination=nomination, reviewer=create.user(), at="2026-01-01T00:00:00Z")
    Review.objects.create(nomination=nomination, reviewer=create.user(), conflict=True, at="2026-01-01T00:00:00Z")

    found = pipeline.blockers(nomination, step("qualify", today), by=None)

    assert [one.code for one in found] == expected


@pytest.mark.parametrize(
    ("stage", "move"),
    [("assessment", "qualify"), ("assessment", "refuse"), ("qualified", "nominate"), ("nominated", "accept")],
)
def test_whoever_has_a_conflict_of_interest_does_not_decide(position, today, alice, stage, move):
    nomination = create.nomination(position=position, stage=stage)
    Review.objects.create(nomination=nomination, reviewer=alice, conflict=True, at="2026-01-01T00:00:00Z")
    for _each in range(2):
        Review.objects.create(nomination=nomination, reviewer=create.user(), at="2026-01-01T00:00:00Z")

    assert refused(nomination, step(move, today), by=alice) == ["conflict_of_interest"]
    lifecycle.make_move(nomination, step(move, today), by=create.user())


def test_only_the_eligible_qualify_and_are_nominated(position, today):
    Requirement.objects.create(mission=position.mission, kind=create.kind())
    assessed = create.nomination(position=position, stage="assessment", person=create.person(attested=False))
    pooled = create.nomination(position=position, stage="qualified")

    assert refused(assessed, step("qualify", today)) == [
        "reviews_missing",
        "credential_missing",
        "attestation_missing",
    ]
    assert refused(pooled, step("nominate", today)) == ["credential_missing"]


def test_no_more_are_nominated_than_there_are_places(position, today):
    position.places = 2
    position.save()
    create.nomination(position=position, stage="accepted")
    over = create.deployment(mission=position.mission, starts_on=today - DAY, ends_on=today - DAY, status="completed")
    create.nomination(position=position, stage="deployed", deployment=over)
    second, third = (create.nomination(position=position, stage="qualified") for _each in range(2))

    lifecycle.make_move(second, step("nominate", today), by=None)

    assert refused(third, step("nominate", today)) == ["position_filled"]


def test_a_partner_without_consent_is_not_deployed(position, today):
    person = create.person(service=create.partner())
    nomination = create.nomination(position=position, stage="accepted", person=person)

    assert refused(nomination, step("deploy", today)) == ["consent_missing"]
    assert Deployment.objects.count() == 0


def test_a_plan_that_is_refused_leaves_the_nomination_where_it_is(position, today):
    nomination = create.nomination(position=position, stage="accepted", ends_on=today + 900 * DAY)

    found = refused(nomination, NominationStep(Move.DEPLOY, today=today))
    lifecycle.make_move(
        nomination, NominationStep(Move.DEPLOY, today=today, reason="Three years were agreed."), by=None
    )

    assert found == ["reason_missing"]
    assert Deployment.objects.get().transitions.get().reason == "Three years were agreed."


def test_nominating_for_another_position_moves_the_nomination_there(position, today):
    other = create.position(mission=position.mission, number="P2")
    nomination = create.nomination(position=position, stage="qualified")
    stay = {"starts_on": today + 90 * DAY, "ends_on": today + 120 * DAY}

    transition = lifecycle.make_move(nomination, step("nominate", today, position=other, **stay), by=None)

    nomination.refresh_from_db()
    assert (nomination.position, nomination.starts_on) == (other, stay["starts_on"])
    assert transition.changes["position"] == ["P1 Police adviser", "P2 Police adviser"]


def test_many_are_moved_and_each_is_judged_by_itself(position, today):
    good, gone = create.nomination(position=position), create.nomination(position=position, stage="withdrawn")

    results = door.take_step_with_each(
        lifecycle.make_move, [good, gone], NominationStep(Move.SCREEN, today=today), by=None
    )

    assert [(row.pk, [blocker.code for blocker in blockers]) for row, blockers in results] == [
        (good.pk, []),
        (gone.pk, ["wrong_step"]),
    ]
    good.refresh_from_db()
    assert good.stage == "screening"


def test_a_merged_record_is_not_submitted(position, today):
    nomination = create.nomination(position=position, stage="draft")
    person = nomination.person
    person.merged_into = create.person(service=person.service)
    person.save()

    assert refused(nomination, NominationStep(Move.SUBMIT, today=today)) == ["person_cannot_go"]


def test_what_is_taken_up_again_is_deferred_no_more(position, today):
    nomination = create.nomination(position=position, stage="deferred", deferred_until=today + 30 * DAY)

    transition = lifecycle.make_move(nomination, NominationStep(Move.RESUME, today=today), by=None)

    nomination.refresh_from_db()
    assert (nomination.stage, nomination.deferred_until) == ("screening", None)
    assert transition.changes == {"deferred_until": [(today + 30 * DAY).isoformat(), None]}


def test_an_invented_reason_is_refused_also_where_none_is_asked_for(position, today):
    nomination = create.nomination(position=position, stage="nominated")
    taken = {"today": today, "reason": "The post moves."}

    assert refused(nomination, NominationStep(Move.RELEASE, reason_code="invented", **taken)) == ["reason_code_missing"]
    lifecycle.make_move(nomination, NominationStep(Move.RELEASE, reason_code="timing", **taken), by=None)


@pytest.mark.parametrize("stage", ["nominated", "accepted"])
@pytest.mark.parametrize(("places", "expected"), [(1, ["position_filled"]), (2, [])])
def test_whoever_was_nominated_or_accepted_takes_a_place(position, today, stage, places, expected):
    position.places = places
    position.save()
    create.nomination(position=position, stage=stage)
    next_one = create.nomination(position=position, stage="qualified")

    found = pipeline.blockers(next_one, NominationStep(Move.NOMINATE, today=today), by=None)

    assert [one.code for one in found] == expected


def test_a_correction_or_a_rank_is_no_new_stage(position, today):
    draft, pooled = (create.nomination(position=position, stage=stage) for stage in ("draft", "qualified"))
    long_ago = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Nomination.objects.update(stage_since=long_ago)

    lifecycle.make_move(draft, NominationStep(Move.EDIT, today=today, statement="More."), by=None)
    lifecycle.make_move(pooled, NominationStep(Move.RANK, today=today, reserve_rank=1), by=None)
    stayed = list(Nomination.objects.values_list("stage_since", flat=True))
    lifecycle.make_move(draft, NominationStep(Move.SUBMIT, today=today), by=None)

    draft.refresh_from_db()
    assert stayed == [long_ago, long_ago]
    assert draft.stage_since > long_ago


@pytest.mark.parametrize(
    ("kind", "expected"), [("mission", "standard"), ("specialized_posting", "ancillary"), ("opportunity", "ancillary")]
)
def test_a_nomination_beside_the_missions_becomes_an_ancillary_deployment(position, today, kind, expected):
    position.mission.kind = kind
    position.mission.save()
    nomination = create.nomination(position=position, stage="accepted")

    lifecycle.make_move(nomination, NominationStep(Move.DEPLOY, today=today), by=None)

    assert Deployment.objects.get().kind == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, ["ends_before_start"]), (0, [])])
def test_a_correction_leaves_at_least_one_day(position, today, days, expected):
    nomination = create.nomination(position=position, stage="draft")
    stay = {"starts_on": today, "ends_on": today + days * DAY}

    found = pipeline.blockers(nomination, NominationStep(Move.EDIT, today=today, **stay), by=None)

    assert [one.code for one in found] == expected


def test_the_door_asks_which_constraint_refused(position):
    nomination = create.nomination(position=position, stage="submitted")
    once = "nomination_once_per_person_and_position"

    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        create.nomination(position=position, person=nomination.person, stage="draft")
    with pytest.raises(IntegrityError) as other, transaction.atomic():
        create.nomination(position=position, stage="invented")

    assert guards.is_broken(once, Nomination, twice.value)
    assert not guards.is_broken(once, Nomination, other.value)


# --- What the database keeps by itself ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"stage": "invented"},
        {"stage": "deployed"},
        {"stage": "deferred", "deferred_until": None},
        {"stage": "not_selected", "reason_code": ""},
        {"starts_on": dt.date(2031, 1, 2), "ends_on": dt.date(2031, 1, 1)},
    ],
)
def test_the_database_refuses_what_cannot_be(position, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        create.nomination(position=position, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "approve", "to_status": "submitted"},
        {"act": "submit", "to_status": "approved"},
        {"act": "submit", "to_status": "submitted", "nomination": None},
    ],
)
def test_a_transition_is_about_one_thing_and_speaks_its_language(position, fields):
    nomination = create.nomination(position=position)

    with pytest.raises(IntegrityError), transaction.atomic():
        NominationTransition.objects.create(**{"nomination": nomination, "at": "2026-01-01T00:00:00Z", **fields})


@pytest.mark.parametrize("weight", [0, 101])
def test_a_criterion_weighs_something(weight):
    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.create(code="x", name_en="X", name_fr="X", weight=weight)
