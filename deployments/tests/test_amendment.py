"""Recording, amending and ending authorizations; what the preview says is what is saved."""

import datetime as dt

import pytest

from audit.models import Event
from deployments.stays import amendment, authorised_cap
from deployments.stays.amendment import StretchOverCap
from foundation.refusals import StepRefused
from missions.models import Authorization
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def area(db):
    return create.area()


def paper(area, valid_from, *, cap=5, valid_to=None, reference="NEW"):
    return Authorization(
        area=area,
        reference=reference,
        cap=cap,
        language="fr",
        armed=True,
        valid_from=valid_from,
        valid_to=valid_to,
        reason_en="Because.",
    )


def codes(refusal):
    return [blocker.code for blocker in refusal.value.blockers]


def test_an_amendment_takes_over_on_its_first_day(area, alice, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY)
    proposal = amendment.propose_amendment(old, paper(area, today + 10 * DAY, cap=12))

    new = amendment.carry_out(proposal, by=alice, reason="The civilian analyst joins.")

    old.refresh_from_db()
    assert old.valid_to == today + 9 * DAY
    assert new.supersedes == old
    assert [authorised_cap.strength(area, today + day * DAY, today=today).cap for day in (9, 10)] == [7, 12]
    event = Event.objects.get()
    assert (event.actor, event.verb, event.subject) == (alice, "amended", new)
    assert new.history.get().history_user == alice


def test_a_preview_leaves_what_was_handed_in_as_it_is(area, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY)
    new = paper(area, today + 10 * DAY, cap=12)

    amendment.propose_amendment(old, new)
    amendment.propose_end(old, today)

    assert (old.valid_to, old.state, new.supersedes, new.issued_until) == (None, "issued", None, None)


@pytest.mark.parametrize("days", [0, -1])
def test_an_amendment_starts_after_what_it_amends(area, today, days):
    old = create.authorization(area=area, valid_from=today)

    with pytest.raises(StepRefused) as refusal:
        amendment.propose_amendment(old, paper(area, today + days * DAY))

    assert codes(refusal) == ["starts_too_early"]


def test_only_the_newest_is_amended_or_ended(area, alice, today):
    old = create.authorization(area=area, valid_from=today - 9 * DAY)
    amendment.carry_out(
        amendment.propose_amendment(old, paper(area, today, valid_to=today + DAY)), by=alice, reason="Because."
    )
    old.refresh_from_db()

    with pytest.raises(StepRefused) as amending:
        amendment.propose_amendment(old, paper(area, today + 5 * DAY, reference="AGAIN"))
    with pytest.raises(StepRefused) as ending:
        amendment.propose_end(old, today)

    assert codes(amending) == ["not_the_newest"]
    assert codes(ending) == ["not_the_newest", "longer_needs_amendment"]


def test_a_new_authorization_does_not_meet_another(area, today):
    create.authorization(area=area, valid_from=today, valid_to=today + 10 * DAY, reference="MA-1")

    with pytest.raises(StepRefused) as refusal:
        amendment.propose_new(paper(area, today + 10 * DAY))

    assert codes(refusal) == ["meets_another"]
    assert amendment.propose_new(paper(area, today + 11 * DAY)).subject.reference == "NEW"


def test_a_withdrawn_amendment_leaves_the_one_before_in_force(area, alice, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY)
    new = amendment.carry_out(amendment.propose_amendment(old, paper(area, today, cap=12)), by=alice, reason="Raised.")

    amendment.carry_out(amendment.propose_end(new, None), by=alice, reason="Recorded in error.")

    new.refresh_from_db()
    assert new.state == "withdrawn"
    assert authorised_cap.strength(area, today, today=today).cap == 7
    assert authorised_cap.strength(area, today + 5000 * DAY, today=today).cap == 7


def test_an_authorization_ends_on_its_last_day(area, alice, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY)

    amendment.carry_out(amendment.propose_end(old, today), by=alice, reason="Ministers decided so.")

    assert [authorised_cap.strength(area, today + day * DAY, today=today).cap for day in (0, 1)] == [7, None]


def test_the_preview_names_who_exceeds_and_from_which_day(area, today):
    old = create.authorization(area=area, cap=3, valid_from=today - 500 * DAY)
    mission = create.mission(area=area)
    long, _short, late = (
        create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY)
        for first, last in [(-50, 100), (-40, 30), (20, 60)]
    )

    proposal = amendment.propose_amendment(old, paper(area, today + 10 * DAY, cap=1))

    assert amendment.excesses(proposal, today=today) == [
        StretchOverCap(today + 10 * DAY, today + 60 * DAY, worst=today + 20 * DAY, used=3, cap=1)
    ]
    assert amendment.people_on(area, today + 60 * DAY, today=today) == [late, long]
    assert Authorization.objects.count() == 1


def test_ending_shows_everybody_who_stays_without_authorization(area, today):
    old = create.authorization(area=area, cap=3, valid_from=today - 500 * DAY)
    create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today + 9 * DAY)

    proposal = amendment.propose_end(old, today + 4 * DAY)

    assert amendment.excesses(proposal, today=today) == [
        StretchOverCap(today + 5 * DAY, today + 9 * DAY, worst=today + 5 * DAY, used=1, cap=0)
    ]


@pytest.mark.parametrize("own_end", [None, 40, -20])
def test_a_withdrawn_amendment_gives_back_the_end_by_its_own_words_and_no_more(area, alice, today, own_end):
    end = None if own_end is None else today + own_end * DAY
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY, valid_to=end, issued_until=end)
    new = amendment.carry_out(amendment.propose_amendment(old, paper(area, today)), by=alice, reason="Raised.")

    amendment.carry_out(amendment.propose_end(new, None), by=alice, reason="Recorded in error.")

    old.refresh_from_db()
    assert old.valid_to == end


@pytest.mark.parametrize("second", ["amend", "end", "withdraw"])
@pytest.mark.parametrize("first", ["amend", "withdraw"])
def test_of_two_who_change_the_same_authorization_the_second_is_refused(area, alice, today, first, second):
    old = create.authorization(area=area, valid_from=today - 9 * DAY)
    proposals = {
        "amend": lambda reference: amendment.propose_amendment(old, paper(area, today, reference=reference)),
        "end": lambda _: amendment.propose_end(old, today + 5 * DAY),
        "withdraw": lambda _: amendment.propose_end(old, None),
    }
    quicker, slower = proposals[first]("QUICK"), proposals[second]("SLOW")

    amendment.carry_out(quicker, by=alice, reason="First.")
    papers = list(Authorization.objects.order_by("id").values_list("reference", "state", "valid_to"))
    with pytest.raises(StepRefused) as refusal:
        amendment.carry_out(slower, by=alice, reason="Second.")

    assert codes(refusal)[0] == "not_the_newest"
    assert list(Authorization.objects.order_by("id").values_list("reference", "state", "valid_to")) == papers


@pytest.mark.parametrize(
    ("day", "expected"),
    [(-11, ["ends_before_start"]), (-10, []), (10, []), (11, ["longer_needs_amendment"])],
)
def test_an_authorization_ends_on_one_of_its_own_days(area, today, day, expected):
    old = create.authorization(area=area, valid_from=today - 10 * DAY, valid_to=today + 10 * DAY)

    if expected:
        with pytest.raises(StepRefused) as refusal:
            amendment.propose_end(old, today + day * DAY)
        assert codes(refusal) == expected
    else:
        assert amendment.propose_end(old, today + day * DAY).subject.valid_to == today + day * DAY


def test_an_end_that_ministers_set_is_an_end_by_its_own_words(area, alice, today):
    old = create.authorization(area=area, valid_from=today - 100 * DAY)
    amendment.carry_out(amendment.propose_end(old, today + 40 * DAY), by=alice, reason="Ministers decided so.")
    new = amendment.carry_out(amendment.propose_amendment(old, paper(area, today)), by=alice, reason="Raised.")

    amendment.carry_out(amendment.propose_end(new, None), by=alice, reason="Recorded in error.")

    old.refresh_from_db()
    assert old.valid_to == today + 40 * DAY


def test_a_first_authorization_gets_its_own_end_back_too(area, alice, today):
    proposal = amendment.propose_new(paper(area, today - 10 * DAY, valid_to=today + 40 * DAY, reference="FIRST"))
    first = amendment.carry_out(proposal, by=alice, reason="Recorded.")
    new = amendment.carry_out(amendment.propose_amendment(first, paper(area, today)), by=alice, reason="Raised.")

    amendment.carry_out(amendment.propose_end(new, None), by=alice, reason="Recorded in error.")

    first.refresh_from_db()
    assert first.valid_to == today + 40 * DAY


def test_what_was_withdrawn_is_neither_amended_nor_ended(area, alice, today):
    old = create.authorization(area=area, valid_from=today)
    amendment.carry_out(amendment.propose_end(old, None), by=alice, reason="Recorded in error.")

    with pytest.raises(StepRefused) as amending:
        amendment.propose_amendment(old, paper(area, today + DAY))
    with pytest.raises(StepRefused) as ending:
        amendment.propose_end(old, today + DAY)

    assert (codes(amending), codes(ending)) == (["not_the_newest"], ["not_the_newest"])


def test_an_amendment_after_a_gap_leaves_the_gap(area, alice, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY, valid_to=today + 4 * DAY)
    new = paper(area, today + 10 * DAY, cap=12)

    amendment.carry_out(amendment.propose_amendment(old, new), by=alice, reason="Renewed late.")

    caps = [authorised_cap.strength(area, today + day * DAY, today=today).cap for day in (4, 5, 9, 10)]
    assert caps == [7, None, None, 12]


def test_days_over_different_caps_are_told_apart(area, today):
    """One too many under the amended cap, then without any authorization."""
    old = create.authorization(area=area, cap=3, valid_from=today - 500 * DAY)
    for _each in range(2):
        create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today + 9 * DAY)

    proposal = amendment.propose_amendment(old, paper(area, today + 2 * DAY, cap=1, valid_to=today + 5 * DAY))

    assert amendment.excesses(proposal, today=today) == [
        StretchOverCap(today + 2 * DAY, today + 5 * DAY, worst=today + 2 * DAY, used=2, cap=1),
        StretchOverCap(today + 6 * DAY, today + 9 * DAY, worst=today + 6 * DAY, used=2, cap=0),
    ]


def test_those_beyond_a_lower_cap_are_the_latest_to_begin(area, today):
    create.authorization(area=area, cap=3)
    mission = create.mission(area=area)
    late, early, middle = (
        create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + 60 * DAY)
        for first in (20, -50, 0)
    )

    assert amendment.people_on(area, today + 30 * DAY, today=today) == [late, middle, early]
