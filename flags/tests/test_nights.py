"""Sweeps that run, run twice, break off or are skipped, while people edit: the ledger ends as if each had run once."""

import datetime as dt
from unittest.mock import patch

from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from deployments.models import Deployment
from deployments.watch import postings
from flags import digests, ledger
from flags.models import Flag, FlagAct, LetterChoice
from outbox.models import Letter
from tests import create

DAY = dt.timedelta(days=1)
KINDS = [postings.POSTING_ENDING, postings.POSTING_OVERDUE, postings.NO_SUCCESSOR, postings.GAP_BEFORE_SUCCESSOR]
CODES = [kind.code for kind in KINDS]


def expected(left: int) -> set[tuple[str, str]]:
    """(kind, stage) of the flags of a posting with `left` days left and no successor, typed from rules 18 and 19."""
    found = {("no_successor", "120")} if left <= 120 else set()
    if left < 0:
        return found | {("posting_overdue", "")}
    for stage in (30, 60, 90, 180):
        if left <= stage:
            return found | {("posting_ending", str(stage))}
    return found


class Stopped(Exception):
    """Stands for a power failure in the middle of a sweep."""


class Nights(RuleBasedStateMachine):
    @initialize(left=st.lists(st.integers(-5, 200), min_size=3, max_size=3))
    def begin(self, left):
        for model in (FlagAct, Flag, Letter, LetterChoice):  # left by the example before
            model.objects.all().delete()
        Deployment.objects.all().delete()
        self.today = dt.date.today()
        area = create.area()
        create.authorization(area=area, cap=50)
        mission = create.mission(area=area)
        self.stays = [
            create.deployment(
                mission=mission,
                starts_on=self.today - 250 * DAY,
                ends_on=self.today + days * DAY,
                status="in_mission",
            )
            for days in left
        ]
        self.reader = create.user()
        LetterChoice.objects.create(user=self.reader, rhythm="at_once", kinds=CODES)
        self.ran = False

    @property
    def now(self):
        return dt.datetime.combine(self.today, dt.time(8), dt.UTC)

    @rule(times=st.integers(1, 3))
    def run(self, times):
        for _each in range(times):
            ledger.reconcile(KINDS, postings.find(self.today), now=self.now)
        self.ran = True

    @rule(function=st.sampled_from(["_number_openings", "_resolve"]))
    def stop_halfway(self, function):
        def stop(*_args):
            raise Stopped

        with patch.object(ledger, function, stop):
            try:
                with transaction.atomic():
                    ledger.reconcile(KINDS, postings.find(self.today), now=self.now)
            except Stopped:
                return

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        self.today += days * DAY
        self.ran = False

    @rule(which=st.integers(0, 2), days=st.integers(-60, 200))
    def edit(self, which, days):
        Deployment.objects.filter(pk=self.stays[which].pk).update(ends_on=max(self.today, dt.date.today()) + days * DAY)
        self.ran = False

    @rule()
    def write(self):
        digests.write_due(self.now)

    @invariant()
    def the_ledger_is_the_nightly_truth(self):
        if not getattr(self, "ran", False):
            return
        wanted = set()
        for stay in self.stays:
            stay.refresh_from_db()
            wanted |= {(*one, stay.pk) for one in expected((stay.ends_on - self.today).days)}
        rows = list(Flag.objects.filter(kind__in=CODES))
        assert {(row.kind, row.stage, row.subject_id) for row in rows if row.resolved_at is None} == wanted
        assert len({(row.kind, row.stage, row.subject_id) for row in rows}) == len(rows)
        acts = list(FlagAct.objects.values_list("act", flat=True))
        # Each opening was resolved once, or is still open.
        assert len(rows) + acts.count("reopen") == acts.count("resolve") + len(wanted)

    @invariant()
    def nobody_is_told_more_than_was_opened(self):
        in_letters = sum(int(subject.split()[1]) for subject in Letter.objects.values_list("subject", flat=True))
        assert in_letters <= Flag.objects.count() + FlagAct.objects.filter(act="reopen").count()

    def teardown(self):
        """After the last letter, every open flag was in one."""
        if hasattr(self, "reader"):
            self.run(1)
            self.the_ledger_is_the_nightly_truth()
            digests.write_due(self.now)
            texts = "".join(Letter.objects.values_list("text", flat=True))
            for flag in Flag.objects.open().filter(kind__in=CODES):
                assert flag.get_kind_display() in texts
            assert not digests.write_due(self.now)["written"]


class TestNights(Nights.TestCase, TestCase):
    settings = settings(
        max_examples=25,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


class TestFiveSkippedDays(TestCase):
    def test_five_skipped_days_end_as_five_nights(self):
        ledgers = []
        for nights in ([1, 2, 3, 4, 5, 6], [6], [1, 1, 6, 6]):
            with transaction.atomic():
                today = dt.date.today()
                area = create.area()
                create.authorization(area=area, cap=50)
                mission = create.mission(area=area)
                for left in (3, 34, 35, 64, 94, 124, 126, 184):
                    create.deployment(
                        mission=mission,
                        starts_on=today - 250 * DAY,
                        ends_on=today + left * DAY,
                        status="in_mission",
                    )
                for night in nights:
                    day = today + night * DAY
                    now = dt.datetime.combine(day, dt.time(8), dt.UTC)
                    ledger.reconcile(KINDS, postings.find(day), now=now)
                open_flags = Flag.objects.open().filter(area=area).order_by("day", "kind")
                ledgers.append(list(open_flags.values_list("kind", "stage", "severity", "day")))
                transaction.set_rollback(True)

        assert ledgers[0] == ledgers[1] == ledgers[2]
        assert [(kind, stage) for kind, stage, _severity, _day in ledgers[0]] == [
            ("no_successor", "120"),
            ("posting_overdue", ""),
            ("no_successor", "120"),
            ("posting_ending", "30"),
            ("no_successor", "120"),
            ("posting_ending", "30"),
            ("no_successor", "120"),
            ("posting_ending", "60"),
            ("no_successor", "120"),
            ("posting_ending", "90"),
            ("no_successor", "120"),
            ("posting_ending", "180"),
            ("no_successor", "120"),
            ("posting_ending", "180"),
            ("posting_ending", "180"),
        ]
