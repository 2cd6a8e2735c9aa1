"""Recording, amending and ending authorizations; what the preview says is what is saved."""

import datetime as dt

import pytest

from audit.models import Event
from deployments import amendment, authorised_cap
from deployments.amendment import Excess
from deployments.refusals import StepRefused
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
        reason="Because.",
    )


def codes(refusal):
    return [blocker.code for blocker in refusal.value.blockers]


def test_an_amendment_takes_over_on_its_first_day(area, alice, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY)
    new = paper(area, today + 10 * DAY, cap=12)

    amendment.carry_out(amendment.propose_amendment(old, new), by=alice, reason="The civilian analyst joins.")

    old.refresh_from_db()
    assert old.valid_to == today + 9 * DAY
    assert new.supersedes == old
    assert [authorised_cap.cap(area, today + day * DAY) for day in (9, 10)] == [7, 12]
    event = Event.objects.get()
    assert (event.actor, event.verb, event.subject) == (alice, "amended", new)
    assert new.history.get().history_user == alice


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
    assert authorised_cap.cap(area, today) == 7
    assert authorised_cap.cap(area, today + 5000 * DAY) == 7


def test_an_authorization_ends_on_its_last_day(area, alice, today):
    old = create.authorization(area=area, cap=7, valid_from=today - 100 * DAY)

    amendment.carry_out(amendment.propose_end(old, today), by=alice, reason="Ministers decided so.")

    assert [authorised_cap.cap(area, today), authorised_cap.cap(area, today + DAY)] == [7, None]


def test_the_preview_names_who_exceeds_and_from_which_day(area, today):
    old = create.authorization(area=area, cap=3, valid_from=today - 500 * DAY)
    mission = create.mission(area=area)
    long, _short, late = (
        create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY)
        for first, last in [(-50, 100), (-40, 30), (20, 60)]
    )

    proposal = amendment.propose_amendment(old, paper(area, today + 10 * DAY, cap=1))

    assert amendment.excesses(proposal, today=today) == [Excess(today + 10 * DAY, today + 60 * DAY, used=3, cap=1)]
    assert amendment.people_on(area, today + 60 * DAY, today=today) == [late, long]
    assert Authorization.objects.count() == 1


def test_ending_shows_everybody_who_stays_without_authorization(area, today):
    old = create.authorization(area=area, cap=3, valid_from=today - 500 * DAY)
    create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today + 9 * DAY)

    proposal = amendment.propose_end(old, today + 4 * DAY)

    assert amendment.excesses(proposal, today=today) == [Excess(today + 5 * DAY, today + 9 * DAY, used=1, cap=0)]


def test_two_who_amend_at_once_do_not_both_succeed(area, alice, today):
    old = create.authorization(area=area, valid_from=today - 9 * DAY)
    first = amendment.propose_amendment(old, paper(area, today))
    second = amendment.propose_amendment(Authorization.objects.get(), paper(area, today, reference="OTHER"))

    amendment.carry_out(first, by=alice, reason="First.")
    with pytest.raises(StepRefused) as refusal:
        amendment.carry_out(second, by=alice, reason="Second.")

    assert codes(refusal) in (["changed_meanwhile"], ["one_authorization_a_day"])
    assert Authorization.objects.count() == 2
