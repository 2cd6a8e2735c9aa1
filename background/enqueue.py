"""Ask for jobs after a change, once the change is committed.

When the broker is down nothing is lost: the next scheduled run finds the same.
"""

from django.db import models, transaction

from background.schedule import JOBS


def after_change_of(*changed: type[models.Model]) -> None:
    """Have every job that looks at these models run after this transaction."""
    jobs = [job for job in JOBS.values() if set(job.after_changes_of) & set(changed)]

    def send() -> None:
        for job in jobs:
            job.task.apply_async(expires=600)  # by then the schedule has asked for it again

    transaction.on_commit(send, robust=True)
