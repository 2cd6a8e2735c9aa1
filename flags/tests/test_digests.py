"""Letters about flags: who gets one, when, in which language; one letter for many flags."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from flags import digests, ledger
from flags.found import Found
from flags.kinds import KINDS
from flags.models import Escalation, Flag, LetterChoice, Severity
from flags.tasks import check_approvals, check_caps, flag_expiring_postings, write_letters
from outbox.models import Letter, Subscriber
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
OTTAWA = ZoneInfo("America/Toronto")
WEDNESDAY = dt.datetime(2031, 3, 5, 8, tzinfo=OTTAWA)


@pytest.fixture
def clock():
    with time_machine.travel(WEDNESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def paper(db):
    return create.authorization(area=create.area(), reference="MA-1")


def open_flags(paper, count=1, *, kind=KINDS["authorization_ending"], service=None, severity=Severity.PLAN, first=0):
    """Open `count` flags about one authorization, at invented stages from `first` on; those open before stay open."""
    existing = [_cause(paper, flag.stage, kind, service, severity) for flag in Flag.objects.open().filter(kind=kind)]
    new = [_cause(paper, str(first + number), kind, service, severity) for number in range(count)]
    ledger.reconcile([kind], [*existing, *new], now=timezone.now())


def _cause(paper, stage, kind, service, severity):
    return Found(
        kind=kind,
        subject=paper,
        stage=stage,
        severity=severity,
        day=dt.date(2031, 6, 1),
        area_id=paper.area_id,
        service_id=service and service.pk,
        facts={"used": 3, "cap": 3},
    )


def choose(user, rhythm, kinds=None):
    LetterChoice.objects.update_or_create(user=user, defaults={"rhythm": rhythm, "kinds": kinds})


def hand_on(kind, **rule):
    Escalation.objects.update_or_create(kind=kind, defaults=rule)


def subjects(**receiver):
    return list(Letter.objects.filter(**receiver).order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("rhythm", "moments", "expected"),
    [
        # Wednesday at eight, and hours after it at which the minute comes round.
        ("at_once", [0, 0, 1], 1),
        ("daily", [0, 1, 15], 1),
        ("daily", [-3], 0),  # five in the morning
        ("daily", [-2], 1),  # six
        ("weekly", [0, 24, 24 * 4], 1),  # the week's letter was not written yet, so it comes on Wednesday
        ("never", [0, 24, 24 * 7], 0),
    ],
)
def test_when_somebody_is_told(paper, alice, clock, rhythm, moments, expected):
    choose(alice, rhythm)
    check_caps()
    flag_expiring_postings()
    check_approvals()
    open_flags(paper)
    for hours in moments:
        clock.move_to(WEDNESDAY + dt.timedelta(hours=hours))
        digests.write_due(timezone.now())

    assert len(subjects(user=alice)) == expected


def test_a_weekly_letter_comes_on_monday_morning(paper, alice, clock):
    choose(alice, "weekly")
    digests.write_due(timezone.now())
    written = []
    for hours in range(24 * 9):
        clock.move_to(WEDNESDAY + dt.timedelta(hours=hours))
        if hours % 24 == 3:
            open_flags(paper, 1, first=hours)
        if timezone.localtime().hour == 5:  # no letter is written before the sweeps of the day
            check_caps()
            flag_expiring_postings()
            check_approvals()
        if digests.write_due(timezone.now())["written"]:
            written.append(timezone.localtime().strftime("%A %H"))

    assert written == ["Monday 06"]
    assert subjects(user=alice) == ["PeaceOps: 5 new flags"]


@pytest.mark.parametrize(
    "morning", [dt.datetime(2031, 3, 9, 6), dt.datetime(2031, 11, 2, 6), dt.datetime(2028, 2, 29, 6)]
)
def test_a_daily_letter_comes_once_on_days_of_any_length(paper, alice, morning):
    """The nights in which the clocks change, and the last of February."""
    choose(alice, "daily")
    six = morning.replace(tzinfo=OTTAWA)
    with time_machine.travel(six - dt.timedelta(hours=20), tick=False) as clock:
        check_caps()
        flag_expiring_postings()
        check_approvals()
        digests.write_due(timezone.now())
        open_flags(paper)
        written = []
        for hours in (-12, -3, -0.5, 0, 0.5, 6, 18):
            clock.move_to((six.astimezone(dt.UTC) + dt.timedelta(hours=hours)).astimezone(OTTAWA))
            check_caps()
            flag_expiring_postings()
            check_approvals()
            if digests.write_due(timezone.now())["written"]:
                written.append(timezone.localtime().isoformat()[:16])

    assert written == [morning.isoformat()[:16]]


@pytest.mark.parametrize(("hour", "expected"), [(6, 0), (11, 0), (12, 1)])
def test_the_morning_letter_waits_for_the_sweeps_of_the_night_until_noon(paper, alice, clock, hour, expected):
    choose(alice, "daily")
    clock.move_to(WEDNESDAY.replace(hour=hour))
    open_flags(paper)

    digests.write_due(timezone.now())

    assert len(subjects(user=alice)) == expected


def test_a_thousand_flags_in_one_night_are_one_letter_each(paper, alice, emil, clock):
    for user in (alice, emil):
        choose(user, "at_once", list(KINDS))
    open_flags(paper, 990)
    open_flags(paper, 10, kind=KINDS["cap_reached"], severity=Severity.ACT)

    for _minute in range(3):
        write_letters()

    expected = ["PeaceOps: 10 to act on now, first: Cap reached; 1000 new flags"]
    assert (subjects(user=alice), subjects(user=emil)) == (expected, expected)
    letter = Letter.objects.filter(user=alice).get()
    assert letter.text.count("MA-1") == 15
    assert "And 985 more." in letter.text
    assert letter.text.count("http") == 17  # one for each line, one to all of them, and one to choose
    assert letter.text.index("[Act now] Cap reached") < letter.text.index("Authorization ending")
    assert letter.text.count("Cap reached\n") == letter.text.count("Authorization ending\n") == 1


def test_nothing_is_told_twice_and_what_opens_again_is_told_again(paper, alice, clock):
    choose(alice, "at_once")
    open_flags(paper)
    write_letters()
    open_flags(paper, 0)
    write_letters()
    open_flags(paper, 2, first=1)
    write_letters()
    ledger.reconcile([KINDS["authorization_ending"]], [], now=timezone.now())
    write_letters()
    open_flags(paper)
    write_letters()

    assert subjects(user=alice) == ["PeaceOps: 1 new flag", "PeaceOps: 2 new flags", "PeaceOps: 1 new flag"]


def test_what_was_resolved_or_snoozed_before_the_letter_is_not_told(paper, alice, clock):
    open_flags(paper, 2)
    ledger.snooze(
        Flag.objects.all()[:1], until=dt.date(2031, 4, 1), note="Later.", by=alice, today=timezone.localdate()
    )
    choose(alice, "at_once")
    write_letters()

    assert subjects(user=alice) == ["PeaceOps: 1 new flag"]


def test_a_letter_is_written_in_the_readers_language_with_nothing_personal_in_its_subject(today, alice, bob):
    service = bob.services.get()
    person = create.person(service=service, given_name="Zoë", family_name="Blackwood")
    area = create.area()
    create.authorization(area=area)
    create.deployment(
        mission=create.mission(area=area),
        person=person,
        starts_on=today - 90 * DAY,
        ends_on=today + 10 * DAY,
        status="in_mission",
    )
    bob.language = "fr-ca"
    bob.save()
    for user in (alice, bob):
        choose(user, "at_once", ["posting_ending"])
    flag_expiring_postings()
    check_approvals()

    write_letters()

    english, french = Letter.objects.get(user=alice), Letter.objects.get(user=bob)
    flag = Flag.objects.get(kind="posting_ending")
    assert (english.subject, french.subject) == (
        "PeaceOps: 1 to act on now, first: Posting ending; 1 new flag",
        "PeaceOps\xa0: 1 à traiter maintenant (Fin d'affectation); 1 nouveau signalement",
    )
    for letter, words in ((english, "the posting ends on"), (french, "prend fin le")):
        assert words in letter.text
        assert words in letter.html
        assert "Zoë Blackwood" in letter.text
        assert (
            letter.text.count("http") == letter.html.count("<a ") == 3
        )  # the flag, all of them, and the choice of e-mails
        assert f"/flags/{flag.pk}/" in letter.text
        assert "&" not in letter.text.replace("&nbsp;", "")
    assert "http://localhost:8000/fr-ca/flags/" in french.text
    assert "Choisir vos courriels\nhttp://localhost:8000/fr-ca/flags/letters/\n" in french.text
    assert 'lang="fr-ca"' in french.html
    assert french.text.startswith("1 à traiter maintenant")


def test_a_liaison_is_told_of_the_own_service_only(paper, bob, charlie, clock):
    for user in (bob, charlie):
        choose(user, "at_once", list(KINDS))
    open_flags(paper, kind=KINDS["cap_near"], service=bob.services.get())
    open_flags(paper, kind=KINDS["cap_reached"])

    write_letters()

    assert (len(subjects(user=bob)), len(subjects(user=charlie))) == (1, 0)
    assert subjects(user=bob) == ["PeaceOps: 1 new flag"]


def test_names_are_escaped_in_html_and_left_alone_in_text(paper, alice, clock):
    paper.area.name_en = "<script>alert(1)</script> & Co"
    paper.area.save()
    choose(alice, "at_once")
    open_flags(paper)

    write_letters()

    letter = Letter.objects.get()
    assert "<script>" not in letter.html
    assert "<script>alert(1)</script> & Co" in letter.text


# --- Assigned and handed on -----------------------------------------------------------------------------------------


def test_what_is_assigned_comes_in_one_letter_but_not_from_oneself(paper, alice, clock):
    other = create.user(name="Chief", language="fr-ca")
    open_flags(paper, 3)
    flags = list(Flag.objects.all())

    ledger.assign(flags, to=other, note="Before Friday, please.", by=alice)
    ledger.assign(flags, to=alice, note="", by=alice)
    choose(other, "never")
    ledger.assign(flags, to=other, note="", by=alice)

    assert subjects() == ["PeaceOps\N{NO-BREAK SPACE}: 3 signalements vous ont été attribués"]
    assert f"/fr-ca/flags/?assignee={other.pk}" in Letter.objects.get().text
    for written in (Letter.objects.get().text, Letter.objects.get().html):
        assert "Alice" in written
        assert "Before Friday, please." in written


def test_what_is_handed_on_comes_in_one_letter(paper, clock):
    chief = create.user(name="Chief")
    hand_on(KINDS["authorization_ending"], after_days=2, to=chief)
    hand_on(KINDS["cap_reached"], after_days=2, to=chief)
    open_flags(paper, 2)
    open_flags(paper, 1, kind=KINDS["cap_reached"])

    counts = [ledger.escalate(now=WEDNESDAY + days * DAY)["handed_on"] for days in (1, 2, 3)]

    assert counts == [0, 3, 0]
    assert subjects(user=chief) == ["PeaceOps: 3 flags were assigned to you"]


def test_nothing_is_handed_on_to_somebody_who_is_no_coordinator_any_more(paper, bob, clock):
    hand_on(KINDS["authorization_ending"], after_days=2, to=bob)
    closed = create.user(is_active=False)
    hand_on(KINDS["cap_reached"], after_days=2, to=closed)
    open_flags(paper, 1)
    open_flags(paper, 1, kind=KINDS["cap_reached"])

    assert ledger.escalate(now=WEDNESDAY + 3 * DAY)["handed_on"] == 0
    assert subjects() == []


def test_what_turns_from_planning_to_acting_is_told_again(paper, alice, clock):
    choose(alice, "at_once")
    open_flags(paper)
    write_letters()
    ledger.reconcile(
        [KINDS["authorization_ending"]],
        [_cause(paper, "0", KINDS["authorization_ending"], None, Severity.ACT)],
        now=timezone.now(),
    )
    write_letters()

    assert subjects(user=alice) == [
        "PeaceOps: 1 new flag",
        "PeaceOps: 1 to act on now, first: Authorization ending; 1 new flag",
    ]


def test_what_stays_to_be_acted_on_is_told_once(paper, alice, clock):
    choose(alice, "at_once")
    open_flags(paper, severity=Severity.ACT)
    write_letters()
    changed = _cause(paper, "0", KINDS["authorization_ending"], None, Severity.ACT)
    changed.facts["used"] = 4
    ledger.reconcile([KINDS["authorization_ending"]], [changed], now=timezone.now())
    write_letters()

    assert subjects(user=alice) == ["PeaceOps: 1 to act on now, first: Authorization ending; 1 new flag"]


def test_who_wants_no_letters_is_told_of_no_assignment(paper, alice, clock):
    open_flags(paper, 2)
    first, second = Flag.objects.order_by("pk")
    quiet, other = create.user(), create.user()
    choose(quiet, "never")
    choose(other, "weekly")

    ledger.assign([first], to=quiet, note="", by=alice)
    ledger.assign([second], to=other, note="", by=alice)

    assert (subjects(user=quiet), len(subjects(user=other))) == ([], 1)


def test_nobody_is_told_of_an_assigned_flag_that_they_may_not_see(paper, alice, bob, charlie, clock):
    open_flags(paper, service=bob.services.get())

    for liaison in (bob, charlie):
        ledger.assign(Flag.objects.all(), to=liaison, note="", by=alice)

    assert (len(subjects(user=bob)), subjects(user=charlie)) == (1, [])


# --- Mailboxes and webhooks -----------------------------------------------------------------------------------------


def test_subscribers_are_told_of_their_kinds_webhooks_without_names(paper, bob, clock):
    common = {"language": "en-ca", "kinds": ["cap_reached"]}
    Subscriber.objects.create(name="Desk", medium="mailbox", address="desk@example.ca", **common)
    Subscriber.objects.create(name="Board", medium="webhook", address="https://example.ca/", **common)
    Subscriber.objects.create(name="Closed", medium="mailbox", address="closed@example.ca", is_active=False, **common)
    open_flags(paper, 2)
    open_flags(paper, 1, kind=KINDS["cap_reached"], service=bob.services.get())

    write_letters()
    write_letters()

    email, request = Letter.objects.filter(subscriber__isnull=False).order_by("subscriber__medium")
    assert (email.subscriber.name, email.subject) == ("Desk", "PeaceOps: 1 new flag")
    flag = Flag.objects.get(kind="cap_reached")
    assert json.loads(request.text) == {
        "flags": [
            {
                "id": flag.pk,
                "kind": "cap_reached",
                "severity": "plan",
                "stage": "0",
                "day": "2031-06-01",
                "area": paper.area.code,
                "service": "example",
                "link": f"http://localhost:8000/en-ca/flags/{flag.pk}/",
            }
        ]
    }


def test_a_call_tells_five_hundred_at_most_and_the_next_one_the_rest(paper, clock):
    Subscriber.objects.create(
        name="Board", medium="webhook", address="https://example.ca/", kinds=["authorization_ending"]
    )
    open_flags(paper, 501)

    for _minute in range(3):
        write_letters()

    sizes = [len(json.loads(letter.text)["flags"]) for letter in Letter.objects.order_by("pk")]
    assert sizes == [500, 1]


def test_the_name_of_a_restricted_credential_leaves_with_no_call(paper, clock, as_user, emil):
    Subscriber.objects.create(name="Board", medium="webhook", address="https://example.ca/", kinds=["cap_reached"])
    open_flags(paper, kind=KINDS["cap_reached"])
    Flag.objects.update(stage="polygraph", facts={"restricted": True, "used": 1, "cap": 1})

    write_letters()

    assert "polygraph" not in Letter.objects.get().text
    assert "polygraph" not in str(Flag.objects.get())
    assert "polygraph" not in as_user(emil).get("/en-ca/admin/flags/flag/").content.decode()


def test_a_quiet_minute_takes_few_queries(paper, alice, bob, clock):
    open_flags(paper, 5)
    check_caps()
    flag_expiring_postings()
    check_approvals()
    digests.write_due(timezone.now())
    with CaptureQueriesContext(connection) as captured:
        digests.write_due(timezone.now())

    assert (
        len(captured) == 9
    )  # accounts without a choice; newest flag; two of news; three of the night; choices; subscribers
