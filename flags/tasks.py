"""Finding flags and news, escalating flags and writing letters. Each job may run twice, late, or in parallel."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from background.jobs import job
from background.schedule import Counted
from deployments.models import Consent, Deployment, Excess, RosterEntry, Waiver
from flags import digests, ledger, news, trail
from flags.kinds import Sweep
from missions.models import Authorization, CredentialKind, Mission, Position, Requirement
from outbox.models import Letter
from personnel.models import Attestation, Credential, LanguageTest, PartnerAgreement, Person

LEDGER_COUNTS = {
    "found": Counted(_("to be flagged"), adds_up=False),
    "opened": Counted(_("flags opened")),
    "resolved": Counted(_("flags resolved")),
}
CHANGES_STRENGTH = (Deployment, Excess, Authorization, Mission)
"""A change of these may open or resolve flags about caps, so it enqueues their job at once."""
CHANGES_APPROVALS = (
    Deployment,
    Authorization,
    Mission,
    Position,
    Requirement,
    CredentialKind,
    Person,
    Credential,
    LanguageTest,
    Attestation,
    PartnerAgreement,
    Consent,
    Waiver,
)
"""What an approval looks at: a change of these may open or resolve flags about papers and approvals."""


@job(
    _("Compare strength with caps and ceiling"),
    at=dt.time(3, 0),
    counts=LEDGER_COUNTS,
    needed_for="sweeps",
    after_changes_of=CHANGES_STRENGTH,
)
def check_caps():
    """Flag areas and the program where people exceed, reach or nearly reach a cap, today or on a coming day."""
    return ledger.sweep_steps(Sweep.CAPS)


@job(
    _("Check postings that are ending"),
    at=dt.time(3, 5),
    counts=LEDGER_COUNTS,
    needed_for="sweeps",
    after_changes_of=(*CHANGES_STRENGTH, Person),
)
def flag_expiring_postings():
    """Flag postings that end, are overdue or have no successor in time; arrivals not recorded; people who cannot go."""
    return ledger.sweep_steps(Sweep.POSTINGS)


@job(
    _("Check deployments that would not be approved today"),
    at=dt.time(3, 10),
    counts=LEDGER_COUNTS,
    needed_for="sweeps",
    after_changes_of=CHANGES_APPROVALS,
)
def check_approvals():
    """Flag approved stays, and stays in mission, that would not be approved today as they now stand."""
    return ledger.sweep_steps(Sweep.APPROVALS)


@job(
    _("Check expiring credentials"),
    every=900,
    counts=LEDGER_COUNTS,
    needed_for="sweeps",
    at_start=True,
    after_changes_of=(*CHANGES_APPROVALS, RosterEntry),
)
def check_papers():
    """Flag authorizations, agreements, credentials and consents that end before what rests on them."""
    return ledger.sweep_steps(Sweep.PAPERS)


@job(_("Check what is waiting for an answer"), every=900, counts=LEDGER_COUNTS, needed_for="sweeps", at_start=True)
def check_what_waits():
    """Flag nominations, offers, follow-ups and lists that wait too long, and people in stopped missions."""
    return ledger.sweep_steps(Sweep.WAITING)


@job(_("Check late tasks and undelivered e-mails"), every=300, counts=LEDGER_COUNTS, after_changes_of=(Letter,))
def check_background():
    """Flag background tasks that are late and receivers whose letters cannot be delivered."""
    return ledger.sweep_steps(Sweep.BACKGROUND)


@job(
    _("Check every seal of the audit trail"),
    at=dt.time(3, 30),
    counts={
        "events": Counted(_("intact events"), adds_up=False),
        "broken": Counted(_("trails that are not intact"), adds_up=False),
    },
)
def check_trail():
    """Check every seal of the audit trail, tell the auditors its head, and flag what does not hold."""
    return [lambda: trail.check(timezone.now()), *ledger.sweep_steps(Sweep.TRAIL)]


@job(
    _("Escalate flags that nobody acknowledged"),
    at=dt.time(3, 20),
    counts={"handed_on": Counted(_("flags escalated"))},
)
def escalate():
    """Assign flags that nobody has acknowledged in time to whom the escalation rules name."""
    return [lambda: ledger.escalate(now=timezone.now())]


@job(
    _("Collect news"),
    every=300,
    counts={"noticed": Counted(_("news found"))},
    after_changes_of=(Position,),
    at_start=True,
)
def look_for_news():
    """Write the news that no act brings by itself: calls that open and close, papers that are not met."""
    return [lambda: news.notice(now=timezone.now())]


@job(_("Delete old news"), at=dt.time(3, 35), counts={"forgotten": Counted(_("news deleted"))})
def forget_news():
    """Delete news that is older than the office keeps it."""
    return [lambda: news.delete_old(timezone.now())]


@job(
    _("Write e-mails about flags and news"),
    every=60,
    counts={"written": Counted(_("e-mails written")), "readers": Counted(_("readers due"))},
    queue="letters",
    needed_for="letters",
    at_start=True,
)
def write_letters():
    """Write the letters about flags and news that are due, to users and subscribers; `send_letters` sends them."""
    return [lambda: digests.write_due(timezone.now())]
