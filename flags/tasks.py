"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

from functools import partial

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from background import jobs
from background.jobs import Counts
from deployments.watch import caps, follow_ups, lists, nominations, offers, papers, postings, stopped_missions
from flags import digests, ledger
from flags.detect import agreements, authorizations, late_jobs, undelivered_letters
from outbox import letters

HEARTBEAT = "beat-heartbeat"


def _sweep(name: str, *detectors, scheduled: bool) -> None:
    jobs.carry_out(name, [partial(_follow, detector) for detector in detectors], scheduled=scheduled)


def _follow(detector) -> Counts:
    now = timezone.now()
    return ledger.follow(detector.KINDS, detector.find(timezone.localdate(now)), now=now)


@shared_task(name="flags.heartbeat")
def heartbeat() -> None:
    """Beat, broker and worker live: leave the moment where `/readyz` looks."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=None)


@shared_task(name="flags.check_caps")
def check_caps(*, scheduled: bool = False) -> None:
    """Compare strength with cap and ceiling, today and on every day to come."""
    _sweep("flags.check_caps", caps, scheduled=scheduled)


@shared_task(name="flags.flag_expiring_postings")
def flag_expiring_postings(*, scheduled: bool = False) -> None:
    """Flag postings that end within the stages, are overdue, or have no successor in time."""
    _sweep("flags.flag_expiring_postings", postings, scheduled=scheduled)


@shared_task(name="flags.check_papers")
def check_papers() -> None:
    """Flag authorizations, agreements, credentials and consents that end before what rests on them."""
    _sweep("flags.check_papers", authorizations, agreements, papers, scheduled=False)


@shared_task(name="flags.check_what_waits")
def check_what_waits() -> None:
    """Flag nominations, offers, follow-ups and lists that wait too long, and people in stopped missions."""
    detectors = nominations, offers, follow_ups, stopped_missions, lists
    _sweep("flags.check_what_waits", *detectors, scheduled=False)


@shared_task(name="flags.check_background")
def check_background() -> None:
    """Flag background tasks that are late and receivers whose letters cannot be delivered."""
    _sweep("flags.check_background", late_jobs, undelivered_letters, scheduled=False)


@shared_task(name="flags.escalate")
def escalate(*, scheduled: bool = False) -> None:
    """Hand on flags that nobody has acknowledged in time."""
    jobs.carry_out("flags.escalate", [lambda: ledger.escalate(now=timezone.now())], scheduled=scheduled)


@shared_task(name="flags.write_letters")
def write_letters() -> None:
    """Write the letters of those whose time has come."""
    jobs.carry_out("flags.write_letters", [lambda: digests.write_due(timezone.now())])


@shared_task(name="flags.send_letters")
def send_letters() -> None:
    """Send the letters that are due."""
    jobs.carry_out("flags.send_letters", [letters.send_due])


@shared_task(name="flags.forget_letters")
def forget_letters(*, scheduled: bool = False) -> None:
    """Remove letters that were sent long ago."""
    jobs.carry_out("flags.forget_letters", [lambda: letters.forget(timezone.now())], scheduled=scheduled)


@shared_task(name="flags.catch_up")
def catch_up() -> None:
    """Knock again for what was missed."""
    jobs.carry_out("flags.catch_up", [lambda: jobs.catch_up(timezone.now())])
