"""What the background does for itself."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from background import standings
from background.jobs import job
from background.schedule import HEARTBEAT, Counted


@shared_task(name=HEARTBEAT)
def heartbeat() -> None:
    """Beat, broker and worker live: leave the moment where `/readyz` looks."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=None)


@job(_("Catch up on what was missed"), every=60, counts={"asked_again": Counted(_("asked again"))}, at_start=True)
def catch_up():
    """Ask again for what was missed."""
    return [lambda: standings.catch_up(timezone.now())]
