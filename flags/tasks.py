"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from flags import ledger
from flags.detect import caps, papers, postings, waiting

HEARTBEAT = "beat-heartbeat"


@shared_task(name="flags.heartbeat")
def heartbeat() -> None:
    """Beat, broker and worker live: leave the moment where `/readyz` looks."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=None)


@shared_task(name="flags.check_caps")
def check_caps() -> None:
    """Compare strength with cap and ceiling, today and on every day to come."""
    ledger.follow(caps.KINDS, caps.find(timezone.localdate()), now=timezone.now())


@shared_task(name="flags.flag_expiring_postings")
def flag_expiring_postings() -> None:
    """Flag postings that end within the stages, are overdue, or have no successor in time."""
    ledger.follow(postings.KINDS, postings.find(timezone.localdate()), now=timezone.now())


@shared_task(name="flags.check_papers")
def check_papers() -> None:
    """Flag authorizations, agreements, credentials and consents that end before what rests on them."""
    ledger.follow(papers.KINDS, papers.find(timezone.localdate()), now=timezone.now())


@shared_task(name="flags.check_what_waits")
def check_what_waits() -> None:
    """Flag nominations, offers and follow-ups that wait too long, and people in stopped missions."""
    ledger.follow(waiting.KINDS, waiting.find(timezone.localdate()), now=timezone.now())


@shared_task(name="flags.escalate")
def escalate() -> None:
    """Hand on flags that nobody has acknowledged in time."""
    ledger.escalate(now=timezone.now())
