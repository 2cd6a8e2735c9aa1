"""A small world around a day, with rows on both sides of every boundary that a measure has."""

import datetime as dt

from django.utils import timezone

from deployments.models import Review, Waiver
from tests import create

DAY = dt.timedelta(days=1)


class SmallWorld:
    """Deployments and candidates of two services around a day: `example` is federal, `other` a partner."""

    def __init__(self, today, *, alice, example, other):
        self.today, self.alice = today, alice
        other.kind, other.province = "municipal", "ON"
        other.save()
        self.area, self.second_area = create.area(name_en="Ruritania"), create.area(name_en="Graustark")
        self.mission = create.mission(area=self.area)
        self.posting = create.mission(area=self.second_area, kind="specialized_posting")
        self.ours = [create.person(service=example) for _each in range(7)]
        self.theirs = [create.person(service=other) for _each in range(4)]
        self.moved = create.person(service=example)
        create.person(service=example, state="retired")
        create.person(service=example, merged_into=self.ours[0])
        self.authorize()
        self.deploy(other)
        self.nominate()
        self.ask_for_consent()
        self.hold_papers()
        self.record_excesses()
        self.ask_for_waivers()
        self.ask_for_corrections()

    def on(self, offset: int) -> dt.date:
        return self.today + offset * DAY

    def authorize(self):
        create.ceiling(cap=150, valid_to=self.on(-1))
        create.ceiling(cap=200, valid_from=self.on(0))
        create.authorization(area=self.area, cap=22)
        create.authorization(area=self.second_area, cap=7, valid_from=self.on(0), valid_to=self.on(100))
        create.authorization(area=self.second_area, cap=9, valid_from=self.on(-400), state="withdrawn")

    def stay(self, who, first, last, status, **fields):
        days = {field: self.on(fields.pop(field)) for field in ("arrived_on", "departed_on") if field in fields}
        values = {"mission": self.mission, **days, **fields}
        create.deployment(person=who, starts_on=self.on(first), ends_on=self.on(last), status=status, **values)

    def deploy(self, other):
        ours, theirs, moved = self.ours, self.theirs, self.moved
        self.stay(ours[0], -100, 100, "in_mission")
        self.stay(theirs[0], -100, -1, "in_mission")  # overdue: the place is held for 60 days
        self.stay(ours[1], -50, 20, "completed", departed_on=0)
        self.stay(ours[0], -310, -200, "ended_early", arrived_on=-300, departed_on=-210)
        self.stay(theirs[1], -400, -300, "closed")
        self.stay(moved, -150, -60, "completed")
        moved.service = other
        moved.save()
        self.stay(ours[2], 0, 30, "approved")
        self.stay(moved, 1, 60, "approved")
        self.stay(ours[3], 1, 90, "planned")
        self.stay(theirs[2], 0, 365, "planned")
        self.stay(ours[4], -10, 10, "cancelled")
        self.stay(ours[5], -5, 5, "in_mission", mission=self.posting, kind="ancillary")
        self.stay(theirs[3], 10, 20, "approved", mission=self.posting, kind="ancillary")
        self.stay(ours[6], -20, -10, "approved")  # never arrived

    def nominate(self):
        ours, theirs = self.ours, self.theirs
        suspended = create.mission(area=self.second_area)
        create.mission_state(mission=suspended, from_day=self.on(0))
        position = create.position(mission=self.mission, call_opens=self.on(-10), call_closes=self.on(1))
        create.position(mission=suspended, call_opens=self.on(-10), call_closes=self.on(10))
        create.position(mission=self.mission, number="P2")
        stages = {
            "submitted": [ours[0]],
            "screening": [ours[1]],
            "assessment": [ours[2], ours[3], theirs[0]],
            "accepted": [ours[4], theirs[1], theirs[2], theirs[3]],
            "returned": [ours[5]],
            "deferred": [ours[6]],
            "withdrawn": [self.moved],
        }
        self.nominations = {
            who.pk: create.nomination(position=position, person=who, stage=stage)
            for stage, people in stages.items()
            for who in people
        }
        Review.objects.create(nomination=self.nominations[ours[3].pk], reviewer=self.alice, at=timezone.now())

    def ask_for_consent(self):
        ours, theirs = self.ours, self.theirs

        def consent(who, state, **fields):
            term = {"starts_on": self.on(-100), "ends_on": self.on(100)}
            create.consent(person=who, mission=self.mission, state=state, **term, **fields)

        consent(theirs[1], "consented", nomination=self.nominations[theirs[1].pk])
        consent(ours[4], "refused", nomination=self.nominations[ours[4].pk])
        consent(theirs[2], "lapsed", nomination=self.nominations[theirs[2].pk])
        consent(theirs[0], "refused", nomination=self.nominations[theirs[0].pk])  # not accepted yet
        consent(ours[2], "offered", answer_by=self.on(0))
        consent(theirs[2], "offered", answer_by=self.on(-1))
        consent(theirs[3], "offered", answer_by=self.on(5))
        consent(ours[0], "recalled", recalled_from=self.on(50))
        consent(ours[1], "recalled", recalled_from=self.on(-5))  # has left already
        consent(self.moved, "recalled", recalled_from=self.on(61))  # a day after the stay

    def hold_papers(self):
        kind = create.kind(code="firearms", needs_verification=True)
        verified = {"verified_by": self.alice, "verified_on": self.on(-3)}
        create.credential(person=self.ours[0], kind=kind, expires_on=self.on(0))
        create.credential(person=self.theirs[0], kind=kind)
        create.credential(person=self.ours[1], kind=kind, expires_on=self.on(-1))
        create.credential(person=self.ours[2], kind=kind, result="not_met")
        create.credential(person=self.ours[3], kind=kind, **verified)
        create.credential(person=self.ours[4], kind=create.kind())

    def record_excesses(self):
        dan = create.user(name="Dana")
        for who, recorded_by, confirmed_by in [
            (self.ours[0], dan, None),
            (self.ours[1], dan, self.alice),
            (self.theirs[0], self.alice, None),
        ]:
            create.excess(deployment=who.deployments.first(), recorded_by=recorded_by, confirmed_by=confirmed_by)

    def ask_for_waivers(self):
        dan, now = create.user(name="Dan"), timezone.now()
        granted = {"state": "granted", "decided_by": self.alice, "decided_at": now, "decision_note": "Yes."}
        for who, asked_by, decided in [
            (self.ours[0], self.alice, {}),
            (self.ours[1], dan, {}),
            (self.theirs[0], dan, {}),
            (self.theirs[0], dan, granted),
        ]:
            values = {"code": "too_few_years", "reason": "Needed.", "ends_on": self.on(100), "asked_at": now, **decided}
            Waiver.objects.create(person=who, mission=self.mission, asked_by=asked_by, **values)

    def ask_for_corrections(self):
        dan, now = create.user(name="Dan"), timezone.now()
        first, second = self.ours[0].deployments.order_by("pk")[:2]
        for stay, asked_by, decided in [
            (first, self.alice, {}),
            (second, dan, {}),
            (first, dan, {"state": "withdrawn", "decided_by": dan, "decided_at": now}),
            (first, self.alice, {"state": "made", "decided_by": dan, "decided_at": now}),
        ]:
            create.correction(deployment=stay, asked_by=asked_by, **decided)
