"""The chain of seals: what was cut, changed, moved or set back is found."""

import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import User
from audit import chain, log
from audit.chain import Fault
from audit.models import Chain, Event, Verb
from audit.tests.tampering import lift_guards, remove, set_head_back, swap
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(alice):
    """Seven events, with the guards of the database out of the way."""
    found = [log.record(alice, Verb.LOOKED_AT, create.person()) for _ in range(7)]
    lift_guards()
    return found


def found():
    verdict = chain.verify()
    return verdict.count, verdict.fault, verdict.number


def test_a_whole_chain_holds_to_its_head(events):
    verdict = chain.verify()

    assert (verdict.is_intact, verdict.count, verdict.last_hash) == (True, 7, events[6].hash)
    assert verdict.head == Chain.objects.get().head == f"7:{events[6].hash}"


def test_a_chain_without_events_holds(db):
    assert found() == (0, None, 0)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([7], (6, Fault.CUT, 7)),
        ([5, 6, 7], (4, Fault.CUT, 5)),
        ([4], (3, Fault.GAP, 4)),
        ([1], (0, Fault.GAP, 1)),
        ([1, 2, 3, 4, 5, 6, 7], (0, Fault.CUT, 1)),
    ],
)
def test_events_that_were_removed_are_missed(events, numbers, said):
    remove(*numbers)

    assert found() == said


@pytest.mark.parametrize("tail", [[7], [3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]])
def test_a_tail_that_was_cut_with_the_head_set_back_is_missed(events, tail):
    remove(*tail)
    set_head_back()

    assert found() == (7 - len(tail), Fault.HEAD_CHANGED, 7 - len(tail))


@pytest.mark.parametrize("tail", [[7], [1, 2, 3, 4, 5, 6, 7]])
def test_a_head_that_is_gone_is_missed(events, tail):
    remove(*tail)
    Chain.objects.all().delete()

    assert found() == (7 - len(tail), Fault.HEAD_MISSING, 8 - len(tail))


@pytest.mark.parametrize("tail", [[7], [3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]])
@pytest.mark.parametrize("head", ["set back", "gone"])
def test_an_event_that_is_written_later_covers_up_nothing(events, alice, tail, head):
    remove(*tail)
    if head == "gone":
        Chain.objects.all().delete()
    else:
        set_head_back()

    later = [log.record(alice, Verb.LOOKED_AT, None) for _each in range(2)]

    assert [event.pk for event in later] == [8 - len(tail), 9 - len(tail)]
    assert found() == (9 - len(tail), Fault.HEAD_CHANGED, 9 - len(tail))


def test_an_event_after_a_cut_tail_leaves_the_gap(events, alice):
    remove(6, 7)

    assert log.record(alice, Verb.LOOKED_AT, None).pk == 8
    assert found() == (5, Fault.GAP, 6)


def test_a_head_that_counts_too_much_is_found_and_work_goes_on(events, alice):
    Chain.objects.update(count=99)

    assert found() == (7, Fault.CUT, 8)
    assert log.record(alice, Verb.LOOKED_AT, None).pk == 100
    assert found() == (7, Fault.GAP, 8)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 6), (6, 7)])
def test_events_that_changed_places_are_found(events, one, other):
    swap(one, other)

    assert found() == (one - 1, Fault.CHANGED, one)


@pytest.mark.parametrize("number", [1, 4, 7])
@pytest.mark.parametrize("change", [{"verb": "edited"}, {"actor": None}, {"details": {"x": 1}}, {"subject_id": 99}])
def test_a_changed_event_is_found(events, number, change):
    Event.objects.filter(pk=number).update(**change)

    assert found() == (number - 1, Fault.CHANGED, number)


def test_an_event_that_was_sealed_anew_without_the_key_is_found(events, settings):
    event = Event.objects.get(pk=4)
    event.verb = "edited"
    settings.AUDIT_KEY = "another key"
    seal = event.seal()
    settings.AUDIT_KEY = "only-for-the-seals-of-tests"
    Event.objects.filter(pk=4).update(verb="edited", hash=seal)

    assert found() == (3, Fault.CHANGED, 4)


def test_a_trail_that_was_set_back_with_its_head_is_told_by_a_head_noted_down(events, alice):
    kept = Chain.objects.get()
    for _each in range(3):
        log.record(alice, Verb.LOOKED_AT, None)
    noted = Chain.objects.get().head
    assert chain.verify([noted, kept.head]).is_intact

    remove(8, 9, 10)
    kept.save()

    assert found() == (7, None, 0)
    assert chain.verify([kept.head]).is_intact
    told = chain.verify([noted])
    assert (told.fault, told.number) == (Fault.FORGOTTEN, 10)


def test_other_events_in_the_place_of_those_noted_down_are_told(events, alice):
    kept = Chain.objects.get()
    log.record(alice, Verb.LOOKED_AT, None)
    noted = Chain.objects.get().head
    remove(8)
    kept.save()
    log.record(alice, Verb.EDITED, None)

    assert found() == (8, None, 0)
    assert chain.verify([noted]).fault == Fault.FORGOTTEN


def test_what_stands_beyond_an_older_head_is_found(events, alice):
    kept = Chain.objects.get()
    log.record(alice, Verb.LOOKED_AT, None)
    kept.save()

    assert found() == (7, Fault.ADDED, 8)


def test_a_head_is_begun_before_the_first_account_only(db, alice):
    Chain.objects.all().delete()
    audit = apps.get_app_config("audit")

    chain.begin(sender=audit, using="default")
    with_accounts = Chain.objects.count()
    User.objects.all()._raw_delete("default")
    chain.begin(sender=audit, using="default")
    chain.begin(sender=audit, using="default")

    assert with_accounts == 0
    assert found() == (0, None, 0)


def run_verify(*heads):
    out = io.StringIO()
    call_command("audit_verify", *[f"--head={head}" for head in heads], stdout=out)
    return out.getvalue().strip()


def test_the_command_says_that_all_is_well_and_names_the_head(events):
    head = f"7:{events[6].hash}"

    said = run_verify(head, f"2:{events[1].hash}")

    assert said == f"Every seal is intact: no event was changed, moved or removed. Head: {head}"


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ([6, 7], "Event 6 and all after it are gone. Up to event 5 all hold."),
        ([3], "Event 3 is gone. Up to event 2 all hold."),
        ([1, 2, 3, 4, 5, 6, 7], "Event 1 and all after it are gone. Up to event 0 all hold."),
    ],
)
def test_the_command_fails_with_a_sentence_when_something_is_gone(events, cut, said):
    remove(*cut)

    with pytest.raises(CommandError, match=f"^{said}$") as failed:
        run_verify()

    assert failed.value.returncode == 1


@pytest.mark.parametrize("head", ["abc", "", "7", "x:y"])
def test_the_command_refuses_what_is_no_head(events, head):
    with pytest.raises(CommandError):
        run_verify(head)
