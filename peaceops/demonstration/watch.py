"""What should be flagged beside the postings that end: one cause of each other kind of flag.

Two kinds need no cause here: nothing is late in a world that was just made, and the webhook of
`accounts.SUBSCRIBERS` has an address to which nothing may be delivered.
"""

import datetime as dt
import random

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from deployments.candidates import consent
from deployments.importing import work
from deployments.models import CandidateImport, Consent, Nomination
from deployments.models.statuses import Status
from deployments.stays import amendment
from missions.models import Authorization, Ceiling
from peaceops.demonstration import history
from peaceops.demonstration.history import ONE_DAY, Tour
from peaceops.demonstration.people import People
from personnel.models import PoliceService

BECAUSE = "Invented for the demonstration. / Inventé pour la démonstration."
LIST = "Service number,Family name,Given name\nSQ-70001,Charbonnel,Odile\nSQ-70002,Lavertu,Simon\n"


def prepare(today: dt.date, people: People, chance: random.Random, by: User) -> None:
    _iraq_is_nearly_full(today, by)
    _ukraine_ends_early(today, by)
    _wind_down(today, people, chance, by)
    _recall_a_consent(today)
    _neglect(today)


def _iraq_is_nearly_full(today: dt.date, by: User) -> None:
    """Four places, three people."""
    old = Authorization.objects.get(reference="MA-IQ-2017")
    new = Authorization(
        reference="DEMO-IQ-AMENDED",
        cap=4,
        language=old.language,
        armed=old.armed,
        valid_from=today - 10 * ONE_DAY,
        decided_on=today - 20 * ONE_DAY,
        reason=BECAUSE,
    )
    amendment.carry_out(amendment.propose_amendment(old, new), by=by, reason=BECAUSE)


def _ukraine_ends_early(today: dt.date, by: User) -> None:
    """The authorization ends in half a year; some who are in the mission now stay longer."""
    authorization = Authorization.objects.get(reference="MA-UA-2019")
    amendment.carry_out(amendment.propose_end(authorization, today + 175 * ONE_DAY), by=by, reason=BECAUSE)


def _wind_down(today: dt.date, people: People, chance: random.Random, by: User) -> None:
    """In two years the program is to become small, and more people are approved for then already."""
    far = today + 660 * ONE_DAY
    approved = [Tour("minusma", far, far + 300 * ONE_DAY, Status.APPROVED)] * 3
    history.deploy(approved, people, chance, by, today=today)
    ceiling = Ceiling.objects.get(valid_to=None)
    smaller = today + 690 * ONE_DAY
    ceiling.valid_to = smaller - ONE_DAY
    ceiling.save()
    Ceiling.objects.create(cap=2, valid_from=smaller, reason=BECAUSE, source="DEMO")


def _recall_a_consent(today: dt.date) -> None:
    """A home service wants its officer back before the stay ends."""
    lent = Consent.objects.filter(
        state=Consent.State.CONSENTED, starts_on__lt=today, ends_on__gt=today + 60 * ONE_DAY
    ).order_by("ends_on")[0]
    liaison = lent.service.liaisons.first() or User.objects.filter(role="coordinator")[0]
    consent.recall(lent, recalled_from=today + 45 * ONE_DAY, reason="staffing", note=BECAUSE, by=liaison, today=today)


def _neglect(today: dt.date) -> None:
    """A nomination that nobody has looked at for forty days, and a list that its owner forgot."""
    waiting = Nomination.objects.filter(stage=Nomination.Stage.SCREENING, position__number="P-101")[0]
    waiting.stage_since -= 40 * ONE_DAY
    waiting.save()
    liaison = PoliceService.objects.get(code="surete-du-quebec").liaisons.get()
    batch = work.upload(SimpleUploadedFile("candidates.csv", LIST.encode()), by=liaison)
    CandidateImport.objects.filter(pk=batch.pk).update(at=batch.at - 5 * ONE_DAY)
