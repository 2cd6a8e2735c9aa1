"""The background: what runs when. The tasks live in the `tasks` module of their app."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun
from django.conf import settings
from structlog.contextvars import bind_contextvars, clear_contextvars

from background.schedule import JOBS, POST
from peaceops import keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")

app = Celery("peaceops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "heartbeat": {"task": "flags.heartbeat", "schedule": settings.BEAT_HEARTBEAT_SECONDS},
    # What waited longer than its interval is not wanted any more: the next message says the same.
    **{
        job.name: {"task": job.name, "schedule": job.every, "options": {"expires": job.every}}
        for job in JOBS.values()
        if job.every
    },
    **{
        job.name: {
            "task": job.name,
            "schedule": crontab(hour=job.at.hour, minute=job.at.minute),
            "kwargs": {"scheduled": True},
        }
        for job in JOBS.values()
        if job.at
    },
}


celeryd_init.connect(keys.stop_without)
beat_init.connect(keys.stop_without)


@beat_init.connect
def beat_begins(**_kwargs) -> None:
    """Beat first waits a whole interval; sign of life, what was missed, and the flags of the day are wanted at once."""
    for task in ("flags.heartbeat", "flags.catch_up", "flags.check_papers", "flags.check_what_waits", *POST):
        app.send_task(task)


@setup_logging.connect
def logs_are_those_of_django(**_kwargs) -> None:
    """That somebody listens keeps Celery from setting up its own."""


@task_prerun.connect
def task_begins(task_id: str, task, **_kwargs) -> None:
    """Each line that a task logs says which task it was."""
    bind_contextvars(task_id=task_id, task=task.name)


@task_postrun.connect
def task_ends(**_kwargs) -> None:
    clear_contextvars()
