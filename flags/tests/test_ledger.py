"""The ledger: one flag per cause, the same after any number of sweeps; and the acts of people on flags."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from background.models import ScheduledJob
from flags import attention, ledger
from flags.found import Found
from flags.kinds import KINDS
from flags.models import Escalation, Flag, FlagAct, Severity
from flags.models.thresholds import create_defaults
from foundation.refusals import StepRefused
from outbox.models import Letter
from records.models import Import
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2031, 3, 1, 7, tzinfo=dt.UTC)


@pytest.fixture
def area(db):
    area = create.area()
    create.authorization(area=area)
    return area


def cause(area, stage="90", kind=KINDS["authorization_ending"], **fields):
    values = {"severity": Severity.PLAN, "day": dt.date(2031, 6, 1), "area_id": area.pk, **fields}
    return Found(kind=kind, subject=area.authorizations.get(), stage=stage, **values)


def run_night(*found, number=0):
    """Reconcile with what the sweep of one night found."""
    ledger.reconcile([KINDS["authorization_ending"]], found, now=NIGHT + number * DAY)


def stored():
    """Of each flag: stage, resolution, when it was acknowledged, assignee."""
    return list(Flag.objects.order_by("pk").values_list("stage", "resolution", "acknowledged_at", "assignee"))


def refused(act, *args, **kwargs):
    """The codes with which an act is refused."""
    with pytest.raises(StepRefused) as refusal:
        act(*args, **kwargs)
    return [blocker.code for blocker in refusal.value.blockers]


@pytest.fixture
def flag(area):
    run_night(cause(area))
    return Flag.objects.get()


def test_skipped_doubled_and_repeated_nights_end_the_same(area):
    run_night(cause(area, "90"), number=0)
    for number in (1, 1, 2, 7):
        run_night(cause(area, "30"), number=number)

    assert stored() == [("90", "stage", None, None), ("30", "", None, None)]
    assert list(FlagAct.objects.values_list("flag__stage", "act")) == [("90", "resolve")]


def test_a_second_run_that_changes_nothing_writes_nothing(area):
    run_night(cause(area))

    with CaptureQueriesContext(connection) as captured:
        run_night(cause(area))

    assert [query["sql"][:6] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_what_was_resolved_in_another_tab_is_said_and_the_note_is_kept(as_user, alice, area, flag):
    run_night(number=1)

    page = as_user(alice).post(f"/en-ca/flags/acknowledge/?row={flag.pk}", {"note": "I called the mission."})

    assert page.status_code == 409
    assert "This flag was resolved meanwhile" in page.content.decode()
    assert "I called the mission." in page.content.decode()


@pytest.mark.parametrize("kind", list(KINDS.values()))
def test_the_page_of_every_kind_opens(area, alice, as_user, today, kind):
    subjects = {
        KINDS["ceiling_exceeded"]: create.ceiling(),
        KINDS["caps_over_ceiling"]: create.ceiling(valid_from=dt.date(1990, 1, 1), valid_to=dt.date(1999, 1, 1)),
        KINDS["job_late"]: ScheduledJob.objects.create(name="flags.check_caps"),
        KINDS["letter_undeliverable"]: alice,
        KINDS["list_left"]: Import.objects.create(by=alice, at=timezone.now(), name="list.csv"),
        KINDS["mission_stopped"]: create.mission(area=area, state="suspended"),
        KINDS["authorization_ending"]: area.authorizations.get(),
        KINDS["agreement_ending"]: create.agreement(service=create.partner(agreed=False)),
        KINDS["offer_unanswered"]: create.consent(
            person=create.person(),
            mission=create.mission(area=area),
            starts_on=today,
            ends_on=today,
            state="offered",
            answer_by=today,
        ),
        KINDS["certification_ending"]: create.roster_entry(),
        KINDS["nomination_waiting"]: create.nomination(position=create.position(mission=create.mission(area=area))),
    }
    stay = create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today, status="planned")
    subjects[KINDS["excess_recorded"]] = create.excess(deployment=stay, recorded_by=alice)
    subjects[KINDS["excesses_of_list"]] = subjects[KINDS["excess_recorded"]]
    by_kind = dict.fromkeys(
        [kind for kind in KINDS.values() if kind.code.startswith(("cap_", "authorization_gap"))], area
    )
    subject = subjects.get(kind) or by_kind.get(kind) or stay
    facts = {
        "used": 1,
        "cap": 1,
        "about": "fr",
        "restricted": False,
        "people": 1,
        "ever": True,
        "letters": 1,
        "stretches": 2,
    }
    facts |= {"state": "suspended", "ahead": False}
    facts |= {"gap": 2, "reasons": [["credential_missing", "first-aid", False]]}
    found = Found(kind=kind, subject=subject, stage="now", severity=Severity.ACT, day=today, facts=facts)
    ledger.reconcile([kind], [found], now=NIGHT)
    flag = Flag.objects.get()

    for language in ("en-ca", "fr-ca"):
        page = as_user(alice).get(f"/{language}/flags/{flag.pk}/")
        assert page.status_code == 200
        assert as_user(alice).get(f"/{language}/flags/").status_code == 200


def test_what_returns_is_opened_again_with_everything_to_do_anew(area, flag, alice):
    ledger.acknowledge([flag], note="Seen.", by=alice)
    ledger.assign([flag], to=alice, note="", by=alice)
    run_night(number=1)
    after_resolving = stored()

    run_night(cause(area), number=2)

    flag.refresh_from_db()
    assert after_resolving[0][:2] == ("90", "gone")
    assert (flag.resolved_at, flag.resolution, flag.acknowledged_at, flag.assignee) == (None, "", None, None)
    assert (flag.first_seen, flag.opened_at) == (NIGHT, NIGHT + 2 * DAY)
    assert list(flag.acts.order_by("id").values_list("act", flat=True)) == [
        "acknowledge",
        "assign",
        "resolve",
        "reopen",
    ]


def test_facts_that_change_are_followed_and_what_was_done_stays(area, flag, alice):
    ledger.acknowledge([flag], note="Seen.", by=alice)

    run_night(cause(area, day=dt.date(2031, 5, 1)), number=1)

    flag.refresh_from_db()
    assert (flag.severity, flag.day, flag.acknowledged_by) == ("plan", dt.date(2031, 5, 1), alice)


def test_what_becomes_urgent_needs_somebody_again_who_had_acknowledged_it(area, flag, alice, today):
    ledger.acknowledge([flag], note="Seen.", by=alice)
    seen = attention.for_user(alice, today=today).total

    run_night(cause(area, severity=Severity.ACT), number=1)

    flag.refresh_from_db()
    assert (flag.severity, flag.acknowledged_by, flag.acknowledged_at) == ("act", None, None)
    assert (seen, attention.for_user(alice, today=today).total) == (0, 1)
    assert list(flag.acts.order_by("id").values_list("act", flat=True)) == ["acknowledge", "worsen"]


@pytest.mark.parametrize(
    ("before", "after", "told_anew"),
    [
        (["missing"], ["missing"], False),
        (["missing"], ["missing", "too_old"], True),
        (["missing", "too_old"], ["missing"], False),
        (["missing"], ["too_old"], True),
    ],
)
def test_a_reason_that_joins_counts_as_an_opening(area, today, before, after, told_anew):
    kind = KINDS["not_approvable"]
    stay = create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today)

    for number, codes in enumerate([before, after]):
        reasons = [[code, "", False] for code in codes]
        found = Found(kind, stay, "", Severity.ACT, today, facts={"reasons": reasons})
        ledger.reconcile([kind], [found], now=NIGHT + number * DAY)

    flag = Flag.objects.get()
    assert flag.facts == {"reasons": [[code, "", False] for code in after]}
    assert (flag.opening == 2) == told_anew


def test_what_is_acknowledged_leaves_the_home_page_and_the_menu_and_stays_on_the_list(as_user, alice, area, today):
    run_night(cause(area, severity=Severity.ACT))
    flag = Flag.objects.get()

    def shown():
        page = as_user(alice).get(reverse("flag_list"))
        return (
            attention.for_user(alice, today=today).total,
            page.context["open_flag_count"](),
            len(page.context["notices"]),
        )

    before = shown()
    ledger.acknowledge([flag], note="", by=alice)

    assert (before, shown()) == ((1, 1, 1), (0, 0, 1))


def test_a_new_installation_hands_on_what_is_to_act_on_now():
    rules = dict(Escalation.objects.values_list("kind", "after_days"))

    assert rules == dict.fromkeys(
        [
            "cap_exceeded",
            "excess_recorded",
            "excesses_of_list",
            "authorization_gap",
            "ceiling_exceeded",
            "caps_over_ceiling",
            "posting_ending",
            "posting_overdue",
            "arrival_not_recorded",
            "person_cannot_go",
            "credential_lapsing",
            "consent_ending",
            "not_approvable",
            "agreement_ending",
            "authorization_ending",
            "certification_ending",
            "nomination_waiting",
            "offer_unanswered",
            "mission_stopped",
        ],
        3,
    )
    assert not Escalation.objects.exclude(to=None).exists()


def test_a_rule_that_the_office_deleted_is_not_made_anew():
    Escalation.objects.get(kind="posting_overdue").delete()

    create_defaults(using="default")

    assert not Escalation.objects.filter(kind="posting_overdue").exists()


@pytest.mark.parametrize(("severity", "handed_on"), [(Severity.PLAN, 0), (Severity.ACT, 1)])
def test_a_rule_without_a_name_tells_every_active_coordinator_and_assigns_nobody(area, alice, bob, severity, handed_on):
    create.user(name="Gone", is_active=False)
    second = create.user(name="Second", language="fr-ca")
    run_night(cause(area, severity=severity))

    counts = [ledger.escalate(now=NIGHT + days * DAY)["handed_on"] for days in (2, 3, 4)]

    assert counts == [0, handed_on, 0]
    assert Flag.objects.get().assignee is None
    assert (
        list(Letter.objects.order_by("user").values_list("user", "subject"))
        == [
            (alice.pk, "PeaceOps: 1 flag to act on now, acknowledged by nobody"),
            (second.pk, "PeaceOps\xa0: 1 signalement à traiter maintenant, sans prise d'acte"),
        ][: 2 * handed_on]
    )


def test_a_snoozed_flag_is_quiet_until_its_day(flag, alice, today):
    ledger.snooze([flag], until=today + DAY, note="The minister decides on Monday.", by=alice, today=today)

    assert not Flag.objects.awake(today).exists()
    assert Flag.objects.awake(today + DAY).get() == flag
    assert Flag.objects.open().get() == flag
    assert attention.for_user(alice, today=today).notices == []


def test_snoozing_asks_for_a_day_to_come_and_a_reason(flag, alice, today):
    assert refused(ledger.snooze, [flag], until=today, note=" ", by=alice, today=today) == [
        "until_past",
        "reason_missing",
    ]


def test_nothing_is_done_about_what_is_resolved(flag, alice, today):
    run_night(number=1)

    for act in (
        lambda: ledger.acknowledge([flag], note="", by=alice),
        lambda: ledger.assign([flag], to=alice, note="", by=alice),
        lambda: ledger.snooze([flag], until=today + DAY, note="Later.", by=alice, today=today),
    ):
        assert refused(act) == ["resolved"]


@pytest.mark.parametrize(("days", "acknowledged", "expected"), [(2, False, 0), (3, False, 1), (9, True, 0)])
def test_what_nobody_acknowledges_is_handed_on_once(flag, alice, days, acknowledged, expected):
    chief = create.user(name="Chief")
    Escalation.objects.filter(kind=KINDS["authorization_ending"]).update(to=chief)  # after three days
    if acknowledged:
        ledger.acknowledge([flag], note="", by=alice)

    counts = [ledger.escalate(now=NIGHT + days * DAY)["handed_on"] for _each in range(2)]

    flag.refresh_from_db()
    assert counts == [expected, 0]
    assert flag.assignee == (chief if expected else None)


def test_flags_are_acknowledged_snoozed_and_assigned_from_the_list(as_user, alice, area, today):
    run_night(cause(area, "90"), cause(area, "30"))
    ids = list(Flag.objects.values_list("pk", flat=True))
    browser = as_user(alice)

    page = browser.get(reverse("flag_act", args=["acknowledge"]), {"row": ids})
    browser.post(reverse("flag_act", args=["acknowledge"]), {"row": ids, "note": "Both seen."})
    empty = browser.post(reverse("flag_act", args=["snooze"]), {"row": ids[:1]})
    browser.post(
        reverse("flag_act", args=["snooze"]),
        {"row": ids[:1], "until": (today + DAY).isoformat(), "note": "Later."},
    )
    browser.post(reverse("flag_act", args=["assign"]), {"row": ids[1:], "to": alice.pk})

    assert len(page.context["notices"]) == 2
    assert set(empty.context["form"].errors) == {"until", "note"}
    assert Flag.objects.filter(acknowledged_by=alice).count() == 2
    assert browser.get(reverse("flag_list")).context["page"].object_list.get().assignee == alice
    assert [row.pk for row in browser.get(reverse("flag_list"), {"state": "snoozed"}).context["page"]] == ids[:1]
    detail = browser.get(reverse("flag_detail", args=[ids[0]])).content.decode()
    assert "Both seen." in detail
    assert "Later." in detail


@pytest.mark.parametrize("row", [[], ["x"], ["9" * 30], ["9" * 18]])
def test_an_act_without_flags_goes_back_to_the_list(as_user, alice, row):
    response = as_user(alice).post(reverse("flag_act", args=["acknowledge"]), {"row": row})

    assert response.url == reverse("flag_list")


def test_a_liaison_sees_the_flags_of_the_own_service_and_acts_on_none(as_user, bob, charlie, example_service, today):
    person = create.person(service=example_service)
    ledger.reconcile(
        [KINDS["agreement_ending"]],
        [
            Found(
                kind=KINDS["agreement_ending"],
                subject=create.agreement(service=example_service),
                stage="30",
                severity=Severity.ACT,
                day=today,
                service_id=person.service_id,
            )
        ],
        now=timezone.now(),
    )
    flag = Flag.objects.get()

    assert [row.pk for row in as_user(bob).get(reverse("flag_list")).context["page"]] == [flag.pk]
    assert list(as_user(charlie).get(reverse("flag_list")).context["page"]) == []
    assert as_user(bob).get(flag.get_absolute_url()).context["may_act"] is False
    assert as_user(bob).post(reverse("flag_act", args=["acknowledge"]), {"row": [flag.pk]}).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"resolution": "gone"},
        {"resolved_at": NIGHT},
        {"resolved_at": NIGHT, "resolution": "magic"},
        {"acknowledged_at": NIGHT},
    ],
)
def test_the_database_refuses_a_flag_that_cannot_be(flag, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.update(**fields)


def test_a_page_shows_the_open_flags_of_its_rows_that_the_reader_may_see(flag, area, alice, charlie, today):
    def shown(user):
        return [notice.flag for notice in attention.about([area, area.authorizations.get()], user, today=today)]

    seen = [shown(user) for user in (alice, charlie)]
    ledger.reconcile([KINDS[flag.kind]], [], now=timezone.now())

    assert (seen, shown(alice)) == ([[flag], []], [])
