"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

from celery import shared_task
from django.utils import timezone

from background import jobs
from background.jobs import Counts
from deployments.candidates import consent
from deployments.importing import work


@shared_task(name="deployments.work_on_lists")
def work_on_lists() -> None:
    """Read or save every list of candidates that waits."""
    jobs.carry_out("deployments.work_on_lists", [lambda: Counts(seen=work.work_on_all(today=timezone.localdate()))])


@shared_task(name="deployments.let_offers_lapse")
def let_offers_lapse(*, scheduled: bool = False) -> None:
    """Offers that were not answered in time are no offers any more."""
    lapse = [lambda: Counts(resolved=consent.lapse_late_offers(today=timezone.localdate()))]
    jobs.carry_out("deployments.let_offers_lapse", lapse, scheduled=scheduled)
