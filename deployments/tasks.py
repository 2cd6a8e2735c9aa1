"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from background.jobs import Counts, job
from background.schedule import Counted
from deployments.candidates import consent, quarantine


@job(
    _("Close requests for consent that were not answered"),
    at=dt.time(0, 5),
    counts={"lapsed": Counted(_("requests closed"))},
)
def let_offers_lapse():
    """Let the offers lapse that the home service did not answer in time."""
    return [lambda: Counts(lapsed=consent.lapse_late_offers(today=timezone.localdate()))]


@job(
    _("Scan documents that wait for the virus scanner"),
    every=300,
    counts={
        "clean": Counted(_("documents found clean")),
        "infected": Counted(_("documents found infected")),
        "waiting": Counted(_("documents that still wait"), adds_up=False),
    },
)
def scan_documents():
    """Ask the virus scanner about every document that was uploaded while it did not answer."""
    return [quarantine.scan_waiting]
