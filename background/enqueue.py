"""Wake the background after a change that matters, once the change is committed.

Tasks are called by name because they live above: `flags` knows deployments, not the other way round. When the broker is
down nothing is lost: the nightly sweep finds the same.
"""

from celery import current_app
from django.db import transaction


def sweep_soon() -> None:
    """Have the caps and postings looked at again after this transaction."""
    soon("flags.check_caps", "flags.flag_expiring_postings")


def soon(*tasks: str) -> None:
    """Have these tasks run after this transaction."""

    def send() -> None:
        for task in tasks:
            current_app.send_task(task, expires=600)  # by then the minute, or the night, has done it

    transaction.on_commit(send, robust=True)
