"""Sending and deleting letters. Each task may run twice, late, or in two workers at once."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from background.jobs import job
from background.schedule import Counted
from outbox import letters
from outbox.models import Letter


@job(
    _("Send e-mails"),
    every=60,
    counts={"sent": Counted(_("e-mails sent")), "tried": Counted(_("tried"))},
    queue="letters",
    needed_for="letters",
    after_changes_of=(Letter,),
    at_start=True,
)
def send_letters():
    """Send the letters that are due."""
    return [letters.send_due]


@job(_("Delete old e-mails"), at=dt.time(3, 30), counts={"removed": Counted(_("e-mails deleted"))})
def forget_letters():
    """Delete letters that were sent or given up long ago."""
    return [lambda: letters.delete_old(timezone.now())]
