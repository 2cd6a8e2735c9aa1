"""The background: what runs when. The tasks live in the `tasks` module of their app."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")

app = Celery("peaceops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "heartbeat": {"task": "flags.heartbeat", "schedule": settings.BEAT_HEARTBEAT_SECONDS},
    "check-caps": {"task": "flags.check_caps", "schedule": crontab(hour=2, minute=0)},
    "flag-expiring-postings": {"task": "flags.flag_expiring_postings", "schedule": crontab(hour=2, minute=5)},
}


@beat_init.connect
def beat_begins(**_kwargs) -> None:
    """Beat first waits a whole interval; sign of life and flags are wanted at once."""
    for task in ("flags.heartbeat", "flags.check_caps", "flags.flag_expiring_postings"):
        app.send_task(task)
