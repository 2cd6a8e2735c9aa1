"""The background: Celery, and what beat asks for when. The tasks live in the `tasks` module of their app."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun
from django.conf import settings
from structlog.contextvars import bind_contextvars, clear_contextvars

from background.schedule import HEARTBEAT, JOBS, Job
from peaceops import keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")

app = Celery("peaceops")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.on_after_finalize.connect
def plan(sender: Celery, **_kwargs) -> None:
    """Give beat the rhythm of every job, once all apps have declared theirs."""
    sender.conf.beat_schedule = {
        "heartbeat": {"task": HEARTBEAT, "schedule": settings.BEAT_HEARTBEAT_SECONDS},
        **{job.name: _entry(job) for job in JOBS.values()},
    }


def _entry(job: Job) -> dict:
    if job.at:
        schedule = crontab(hour=job.at.hour, minute=job.at.minute)
        return {"task": job.name, "schedule": schedule, "kwargs": {"scheduled": True}}
    # What waited longer than its interval is not wanted any more: the next message says the same.
    return {"task": job.name, "schedule": job.every, "options": {"expires": job.every}}


celeryd_init.connect(keys.stop_without)
beat_init.connect(keys.stop_without)


@beat_init.connect
def beat_begins(**_kwargs) -> None:
    """Beat first waits a whole interval; sign of life, what was missed, and the flags of the day are wanted at once."""
    app.send_task(HEARTBEAT)
    for job in JOBS.values():
        if job.at_start:
            job.task.apply_async()


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
