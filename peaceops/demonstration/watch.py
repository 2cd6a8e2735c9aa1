"""What should be flagged beside the postings that end and the cap that is exceeded.

Some kinds have no cause here. Nothing is late in a world that was just made, and the webhook of `accounts.SUBSCRIBERS`
has an address to which nothing may be delivered. Caps and ceiling are the published ones, and none of them ends.
"""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from deployments.candidates import consent
from deployments.models import Consent, Nomination
from peaceops.demonstration.history import ONE_DAY
from peaceops.demonstration.words import written_by
from personnel.models import PoliceService
from records import work
from records.models import Import

LIST = "Service number,Family name,Given name\nSQ-70001,Charbonnel,Odile\nSQ-70002,Lavertu,Simon\n"


def prepare(today: dt.date) -> None:
    _recall_a_consent(today)
    _neglect(today)


def _recall_a_consent(today: dt.date) -> None:
    """A home service wants its officer back before the stay ends."""
    lent = Consent.objects.filter(
        state=Consent.State.CONSENTED, starts_on__lt=today, ends_on__gt=today + 60 * ONE_DAY
    ).order_by("ends_on")[0]
    liaison = lent.service.liaisons.first() or User.objects.filter(role="coordinator")[0]
    consent.recall(
        lent, recalled_from=today + 45 * ONE_DAY, reason="staffing", note=written_by(liaison), by=liaison, today=today
    )


def _neglect(today: dt.date) -> None:
    """A nomination that nobody has looked at for forty days, and a list that its owner forgot."""
    waiting = Nomination.objects.filter(stage=Nomination.Stage.SCREENING, position__number="P-101")[0]
    waiting.stage_since -= 40 * ONE_DAY
    waiting.save()
    liaison = PoliceService.objects.get(code="surete-du-quebec").liaisons.get()
    batch = work.upload(SimpleUploadedFile("candidates.csv", LIST.encode()), by=liaison)
    Import.objects.filter(pk=batch.pk).update(at=batch.at - 5 * ONE_DAY)
