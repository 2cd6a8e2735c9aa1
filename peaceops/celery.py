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
    # By day too, so that a flag goes soon after its cause: these follow from more than deployments and caps.
    "check-papers": {"task": "flags.check_papers", "schedule": crontab(minute="*/15")},
    "check-what-waits": {"task": "flags.check_what_waits", "schedule": crontab(minute="*/15")},
    "escalate": {"task": "flags.escalate", "schedule": crontab(hour=2, minute=20)},
    "let-offers-lapse": {"task": "deployments.let_offers_lapse", "schedule": crontab(hour=0, minute=5)},
    "work-on-lists": {"task": "deployments.work_on_lists", "schedule": 60},
}


@beat_init.connect
def beat_begins(**_kwargs) -> None:
    """Beat first waits a whole interval; sign of life and flags are wanted at once."""
    for task in (
        "flags.heartbeat",
        "deployments.let_offers_lapse",
        "flags.check_caps",
        "flags.flag_expiring_postings",
        "flags.check_papers",
        "flags.check_what_waits",
    ):
        app.send_task(task)
