"""The box of a reader: what waits for whom, in which order, and what the menu and the letters say of it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from flags import attention, digests, ledger
from flags.found import Found
from flags.kinds import KINDS
from flags.models import Flag, LetterChoice, Severity
from outbox.models import Letter
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def dan(db):
    return create.user(email="dan@example.ca", name="Dan", role="coordinator")


@pytest.fixture
def flags(example_service, today):
    """One flag to act on now, one to plan in ten days, one to plan in a hundred; each of an agreement of its own."""
    found = [
        Found(
            kind=KINDS["agreement_ending"],
            subject=create.agreement(service=create.service(), ends_on=today + days * DAY, reference=f"A-{days}"),
            stage="30",
            severity=Severity.ACT if days == 1 else Severity.PLAN,
            day=today + days * DAY,
            service_id=example_service.pk,
        )
        for days in (1, 10, 100)
    ]
    ledger.reconcile([KINDS["agreement_ending"]], found, now=timezone.now())
    return list(Flag.objects.order_by("day"))


def box(user, today):
    return list(Flag.objects.in_box_of(user, today).by_subject(user))


def test_what_one_acknowledged_or_took_over_leaves_the_box_of_the_other(flags, alice, dan, today):
    ledger.acknowledge([flags[0]], note="", by=alice)
    ledger.assign([flags[2]], to=dan, note="", by=dan)

    assert box(alice, today) == [flags[1]]
    assert box(dan, today) == [flags[2], flags[1]]  # what is assigned to the reader comes first


def test_what_is_handed_over_waits_for_whom_it_was_handed_to_although_it_was_acknowledged(flags, alice, dan, today):
    ledger.acknowledge(flags, note="", by=alice)
    ledger.assign([flags[0]], to=dan, note="", by=alice)
    handed_over = (box(alice, today), box(dan, today))

    ledger.acknowledge([flags[0]], note="", by=dan)
    ledger.acknowledge([flags[0]], note="", by=alice)

    assert handed_over == ([], [flags[0]])
    assert (box(alice, today), box(dan, today)) == ([], [])


def test_who_may_not_act_reads_what_the_office_has_not_acknowledged(flags, alice, dan, dora, bob, charlie, today):
    ledger.assign([flags[0]], to=dan, note="", by=dan)
    ledger.acknowledge([flags[1]], note="", by=alice)

    seen = {user.name: attention.for_user(user, today=today) for user in (dora, bob, charlie)}

    assert {name: [notice.flag for notice in one.notices] for name, one in seen.items()} == {
        "Dora": [flags[0], flags[2]],
        "Bob": [flags[0], flags[2]],
        "Charlie": [],
    }
    assert {name: (one.to_act, one.to_plan, one.total) for name, one in seen.items()} == {
        "Dora": (1, 1, 2),
        "Bob": (1, 1, 2),
        "Charlie": (0, 0, 0),
    }


def test_the_parts_of_the_box_have_addresses_and_make_up_the_whole(flags, as_user, alice, today):
    parts = {state: as_user(alice).get(reverse("flag_list"), {"state": state}) for state in ("act", "soon", "later")}

    assert {state: list(page.context["page"]) for state, page in parts.items()} == {
        "act": [flags[0]],
        "soon": [flags[1]],
        "later": [flags[2]],
    }
    assert list(as_user(alice).get(reverse("flag_list"), {"state": "mine"}).context["page"]) == flags
    assert parts["act"].context["open_flag_count"]() == 1


@pytest.mark.parametrize(("days", "listed"), [(6, 1), (8, 0)])
def test_what_was_resolved_this_week_is_seven_days_back(flags, as_user, alice, days, listed):
    gone = timezone.now() - days * DAY
    ledger.reconcile([KINDS["agreement_ending"]], [], now=timezone.now())
    Flag.objects.exclude(pk=flags[0].pk).update(resolved_at=timezone.now() - 30 * DAY)
    Flag.objects.filter(pk=flags[0].pk).update(resolved_at=gone)

    assert len(as_user(alice).get(reverse("flag_list"), {"state": "week"}).context["page"]) == listed


def test_flags_about_one_subject_stand_beside_each_other_after_its_most_urgent_one(example_service, today, alice):
    area = create.area()
    create.authorization(area=area)
    mission = create.mission(area=area)
    people = [create.person(service=example_service) for _each in range(2)]
    stays = [create.deployment(mission=mission, person=one, starts_on=today, ends_on=today) for one in people]
    kind = KINDS["credential_lapsing"]
    found = [
        Found(kind, stay, about, severity, today + days * DAY, facts={"about": about, "restricted": False})
        for stay, about, severity, days in (
            (stays[0], "first-aid", Severity.PLAN, 5),
            (stays[1], "firearms", Severity.ACT, 9),
            (stays[0], "firearms", Severity.PLAN, 40),
            (stays[1], "first-aid", Severity.PLAN, 20),
        )
    ]
    ledger.reconcile([kind], found, now=timezone.now())

    shown = [(flag.subject_id, flag.stage) for flag in box(alice, today)]

    one, other = stays[0].pk, stays[1].pk
    assert shown == [(other, "firearms"), (other, "first-aid"), (one, "first-aid"), (one, "firearms")]


def test_a_letter_says_nothing_of_what_another_took_over(flags, alice, dan):
    LetterChoice.objects.create(user=alice, rhythm="at_once")
    ledger.assign(flags[1:], to=dan, note="", by=dan)

    digests.write_due(timezone.now())

    [letter] = Letter.objects.filter(user=alice)
    assert ("A-1 " in letter.text, "A-10 " in letter.text, "A-100 " in letter.text) == (True, False, False)
