"""Screening, reviews that do not see each other, the order of candidates, and the best filling."""

import datetime as dt
import itertools

import pytest
from django.db import IntegrityError, transaction

from deployments.candidates import assessment, matching
from deployments.models import Criterion, Review, Score, ScreeningItem
from foundation.refusals import StepRefused
from missions.models import Position, Requirement
from personnel.expiry import last_day
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, armed=False)
    return create.mission(area=area)


@pytest.fixture
def position(mission):
    return create.position(mission=mission)


@pytest.fixture
def criteria(db):
    return [
        Criterion.objects.create(code="experience", name_en="Experience", name_fr="Expérience", weight=3, order=1),
        Criterion.objects.create(code="teaching", name_en="Teaching", name_fr="Formation", weight=1, order=2),
    ]


def score(nomination, criteria, points, by=None):
    given = dict(zip(criteria, points, strict=True))
    return assessment.review(nomination, points=given, comment="", conflict=False, by=by or create.user())


def declare_conflict(nomination, by=None):
    return assessment.review(nomination, points={}, comment="", conflict=True, by=by or create.user())


def refused(act, *args, **kwargs):
    with pytest.raises(StepRefused) as refusal:
        act(*args, **kwargs)
    return [blocker.code for blocker in refusal.value.blockers]


def test_points_are_weighed(position, criteria):
    nomination = create.nomination(position=position, stage="assessment")
    score(nomination, criteria, [5, 0])
    score(nomination, criteria, [3, 1])
    declare_conflict(nomination)

    # (3×5 + 1×0 + 3×3 + 1×1) of (4 × 5 × 2) = 25 of 40
    assert assessment.summaries([nomination]) == {nomination.pk: assessment.Summary(reviews=2, percent=62)}


def test_the_weight_is_the_one_of_that_day(position, criteria):
    nomination = create.nomination(position=position, stage="assessment")
    score(nomination, criteria, [5, 0])
    criteria[1].weight = 97
    criteria[1].save()

    assert assessment.summaries([nomination])[nomination.pk].percent == 75


def test_a_review_is_complete_and_stays(position, criteria, alice):
    nomination = create.nomination(position=position, stage="assessment")

    missing = refused(assessment.review, nomination, points={criteria[0]: 3}, comment="", conflict=False, by=alice)
    beyond = refused(score, nomination, criteria, [6, 0], by=alice)
    score(nomination, criteria, [3, 3], by=alice)

    assert (missing, beyond) == (["score_missing"], ["score_missing"])
    assert refused(score, nomination, criteria, [5, 5], by=alice) == ["reviewed_already"]
    assert list(Score.objects.values_list("points", flat=True)) == [3, 3]


@pytest.mark.parametrize("stage", ["screening", "qualified"])
def test_reviews_are_written_during_the_assessment_only(position, criteria, stage):
    nomination = create.nomination(position=position, stage=stage)

    assert refused(score, nomination, criteria, [3, 3]) == ["wrong_step"]


def test_scores_of_others_are_hidden_until_the_own_is_in(position, criteria, alice, dora):
    nomination = create.nomination(position=position, stage="assessment")
    score(nomination, criteria, [5, 5])

    def sees_scores(user):
        told = assessment.told_to(user, nomination)
        assert told.scores_are_open == bool(told.reviews)
        return told.scores_are_open

    before = [sees_scores(user) for user in (alice, dora)]
    score(nomination, criteria, [1, 1], by=alice)
    excluded = create.user()
    declare_conflict(nomination, by=excluded)

    after = [sees_scores(user) for user in (alice, dora, excluded)]
    nomination.stage = "qualified"

    assert (before, after) == ([False, False], [True, False, False])
    assert [sees_scores(user) for user in (dora, excluded)] == [True, False]


def test_a_home_service_knows_nothing_of_the_reviews(position, criteria, alice, bob, example_service):
    person = create.person(service=example_service)
    nomination = create.nomination(position=position, person=person, stage="assessment")
    score(nomination, criteria, [5, 5], by=alice)
    nomination.stage = "qualified"

    told = [assessment.told_to(reader, nomination) for reader in (alice, bob)]
    percents = [assessment.summaries([nomination], reader=reader)[nomination.pk].percent for reader in (alice, bob)]

    assert [(one.count, len(one.reviews), one.summary is None) for one in told] == [(1, 1, False), (0, 0, True)]
    assert percents == [100, None]


def test_the_checklist_is_filled_in_during_screening(position, alice):
    items = [ScreeningItem.objects.create(code=code, name_en=code, name_fr=code) for code in "ab"]
    nomination = create.nomination(position=position, stage="screening")

    assessment.screen(nomination, {items[0]: "yes", items[1]: ""}, by=alice)
    assessment.screen(nomination, {items[0]: "no", items[1]: "yes"}, by=alice)

    assert list(nomination.screening.values_list("item__code", "answer")) == [("a", "no"), ("b", "yes")]
    assert nomination.screening.get(item=items[0]).history.count() == 2
    late = create.nomination(position=position, stage="assessment")
    assert refused(assessment.screen, late, {items[0]: "yes"}, by=alice) == ["wrong_step"]


@pytest.mark.parametrize("points", [6, -1])
def test_the_database_knows_the_scale(position, criteria, points):
    review = score(create.nomination(position=position, stage="assessment"), criteria, [3, 3])
    review.scores.all().delete()

    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(review=review, criterion=criteria[0], weight=1, points=points)


def test_one_review_a_reviewer(position, criteria, alice):
    nomination = create.nomination(position=position, stage="assessment")
    score(nomination, criteria, [3, 3], by=alice)

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(nomination=nomination, reviewer=alice, at="2026-01-01T00:00:00Z")


# --- Who fits a position --------------------------------------------------------------------------------------------


def pooled(position, criteria, points, **fields):
    """Somebody qualified with so many points of five from one reviewer."""
    nomination = create.nomination(position=position, stage="assessment", **fields)
    score(nomination, criteria, [points, points])
    nomination.stage = "qualified"
    nomination.save()
    return nomination


def test_candidates_are_ordered_with_reasons(position, criteria, today, alice):
    first_aid = create.kind()
    Requirement.objects.create(mission=position.mission, kind=first_aid, mandatory=False)
    blocked = pooled(position, criteria, 5, person=create.person(attested=False))
    warned = pooled(position, criteria, 4)
    sound = pooled(position, criteria, 4, person=(person := create.person()))
    create.credential(person=person, kind=first_aid)
    fresh = create.nomination(position=position, stage="submitted")
    create.nomination(position=position, stage="draft")
    create.nomination(position=position, stage="not_selected")

    found = matching.matches(position, today=today, reader=alice)

    assert [one.nomination for one in found] == [sound, warned, fresh, blocked]
    assert [one.worth for one in found] == [90, 85, 5, 105]
    assert [one.reasons for one in found] == [
        ["The reviews give 80 % of the points.", "All requirements are met on the first day."],
        [
            "The reviews give 80 % of the points.",
            "All requirements are met on the first day.",
            "1 warning: 5 points less.",
        ],
        ["Not scored yet.", "All requirements are met on the first day.", "1 warning: 5 points less."],
        ["The reviews give 100 % of the points.", "1 requirement is not met.", "1 warning: 5 points less."],
    ]


@pytest.mark.parametrize("number", [1, 5])
def test_any_number_of_candidates_is_ordered_in_thirteen_queries(
    position, criteria, today, alice, django_assert_num_queries, number
):
    for _each in range(number):
        pooled(position, criteria, 3)

    position = Position.objects.select_related("mission__lead").get()

    with django_assert_num_queries(13):
        found = matching.matches(position, today=today, reader=alice)

    assert len(found) == number


def test_the_proposal_is_the_best_of_all_fillings(mission, criteria, today, alice):
    """Against every possible filling, tried one after the other."""
    positions = [create.position(mission=mission, number=f"P{n}", needed_from=today) for n in range(3)]
    positions[2].language, positions[2].language_level = "es", 3
    positions[2].save()
    people = [pooled(positions[n % 3], criteria, points) for n, points in enumerate([5, 3, 4, 2])]
    for nomination in people[1:3]:
        create.language(person=nomination.person, language="es", level=3)
    rows = Position.objects.select_related("mission__lead").order_by("number")

    proposal = matching.propose(rows, today=today, reader=alice)

    judged = matching._judged(
        [(nomination, position) for nomination in people for position in rows], today=today, reader=alice
    )
    worth = {(match.nomination.pk, match.position.pk): match.worth for match in judged if match.fits}
    best = max(
        sum(worth.get((nomination.pk, position.pk), -10_000) for nomination, position in zip(chosen, rows, strict=True))
        for chosen in itertools.permutations(people, 3)
    )
    assert sum(match.worth for match in proposal.chosen) == best
    assert len(proposal.chosen) == 3
    assert proposal.unfilled == []
    assert [nomination.person_id for nomination in proposal.left_over] == [people[3].person_id]


def test_what_stays_open_is_told_with_its_reason(mission, criteria, today, alice):
    spanish = create.position(mission=mission, number="P1", language="es", language_level=3, places=2)
    high = create.position(mission=mission, number="P2", rank_from=4)
    empty = create.position(mission=create.mission(area=mission.area), number="P4")
    filled = create.position(mission=mission, number="P3")
    create.nomination(position=filled, stage="accepted")
    pooled(spanish, criteria, 4)

    proposal = matching.propose([spanish, high, filled], today=today, reader=alice)
    alone = matching.propose([empty], today=today, reader=alice)

    assert (proposal.chosen, alone.chosen) == ([], [])
    assert [(each.position, each.places, each.reason) for each in [*proposal.unfilled, *alone.unfilled]] == [
        (spanish, 2, "1 person in the pool was looked at and does not meet the requirements."),
        (high, 1, "1 person in the pool was looked at and does not meet the requirements."),
        (empty, 1, "Nobody qualified is left in the pool."),
    ]


def test_a_person_put_forward_twice_takes_one_place(mission, criteria, today, alice):
    positions = [create.position(mission=mission, number=f"P{n}") for n in range(2)]
    person = create.person()
    for position in positions:
        pooled(position, criteria, 4, person=person)

    proposal = matching.propose(positions, today=today, reader=alice)

    assert [match.nomination.person for match in proposal.chosen] == [person]
    assert [each.reason for each in proposal.unfilled] == [
        "Every suitable candidate ranks higher for another position."
    ]


def test_the_order_tells_nobody_the_scores_of_others_too_early(position, criteria, today, alice):
    nomination = create.nomination(position=position, stage="assessment")
    score(nomination, criteria, [5, 5])

    before = matching.matches(position, today=today, reader=alice)[0]
    score(nomination, criteria, [1, 1], by=alice)
    after = matching.matches(position, today=today, reader=alice)[0]
    excluded = create.user()
    declare_conflict(nomination, by=excluded)

    assert (before.percent, before.reasons[0], after.percent) == (None, "Not scored yet.", 60)
    assert matching.matches(position, today=today, reader=excluded)[0].percent is None


def test_deployments_planned_without_a_nomination_take_places_too(position, criteria, today, alice):
    pooled(position, criteria, 4)
    stay = {"starts_on": today, "ends_on": today + DAY, "position": position}
    planned = create.deployment(mission=position.mission, status="planned", **stay)

    full = matching.propose([position], today=today, reader=alice)
    planned.status = "cancelled"
    planned.save()

    assert (full.chosen, full.unfilled) == ([], [])
    assert len(matching.propose([position], today=today, reader=alice).chosen) == 1


def test_an_answer_of_the_checklist_can_be_opened_again(position, alice):
    item = ScreeningItem.objects.create(code="a", name_en="a", name_fr="a")
    nomination = create.nomination(position=position, stage="screening")
    assessment.screen(nomination, {item: "yes"}, by=alice)

    assessment.screen(nomination, {item: ""}, by=alice)

    assert nomination.screening.count() == 0


@pytest.mark.parametrize(("needed", "begins"), [(30, 60), (60, 60), (90, 90), (None, 60)])
def test_in_another_position_a_stay_begins_when_both_are_ready(mission, criteria, today, alice, needed, begins):
    own, other = create.position(mission=mission), create.position(mission=mission, number="P2")
    pooled(own, criteria, 4, starts_on=today + 60 * DAY)
    other.needed_from = None if needed is None else today + needed * DAY
    other.save()

    (match,) = matching.propose([other], today=today, reader=alice).chosen

    first = today + begins * DAY
    assert (match.first, match.last) == (first, last_day(first, mission.tour_months))
