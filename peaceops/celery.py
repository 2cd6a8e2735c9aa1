"""The Celery app and the schedule of beat. The tasks are in the `tasks` module of their app."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun
from django.conf import settings
from structlog.contextvars import bind_contextvars, clear_contextvars

from audit import requests
from background.schedule import HEARTBEAT, JOBS, Job
from peaceops import keys, mail_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")

app = Celery("peaceops")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.on_after_finalize.connect
def plan(sender: Celery, **_kwargs) -> None:
    """Fill the schedule of beat with every job, once all apps have declared theirs."""
    sender.conf.beat_schedule = {
        "heartbeat": {"task": HEARTBEAT, "schedule": settings.BEAT_HEARTBEAT_SECONDS},
        **{job.name: _entry(job) for job in JOBS.values()},
    }


def _entry(job: Job) -> dict:
    """The entry of a job in the schedule of beat."""
    if job.at:
        schedule = crontab(hour=job.at.hour, minute=job.at.minute)
        return {"task": job.name, "schedule": schedule, "kwargs": {"scheduled": True}}
    # After its interval a message is obsolete, for the next one asks for the same: without workers, none pile up.
    return {"task": job.name, "schedule": job.every, "options": {"expires": job.every}}


for starts in (celeryd_init, beat_init):
    starts.connect(keys.exit_without_keys)
    starts.connect(mail_settings.exit_without_sender)


@beat_init.connect
def beat_begins(**_kwargs) -> None:
    """Enqueue the heartbeat and the jobs `at_start` at once: beat itself first waits one interval of each."""
    app.send_task(HEARTBEAT)
    for job in JOBS.values():
        if job.at_start:
            job.task.apply_async()


@setup_logging.connect
def logs_are_those_of_django(**_kwargs) -> None:
    """Does nothing: a receiver of this signal keeps Celery from replacing the logging of Django by its own."""


@task_prerun.connect
def task_begins(task_id: str, task, **_kwargs) -> None:
    """Add the task to each line that it logs, and to the event of each row that it writes."""
    bind_contextvars(task_id=task_id, task=task.name)
    requests.run(task=task.name)


@task_postrun.connect
def task_ends(**_kwargs) -> None:
    clear_contextvars()
    requests.end()
