"""Ask for jobs after a change, once the change is committed.

When the broker is down nothing is lost: the next scheduled run finds the same.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper

from django.db import models, transaction

from audit import conflicts
from background.schedule import JOBS

_collected: ContextVar[dict[str, None] | None] = ContextVar("collected", default=None)


def after_change_of(*changed: type[models.Model]) -> None:
    """Have every job that looks at these models run after this transaction; each once, however often it is asked."""
    names = [job.name for job in JOBS.values() if set(job.after_changes_of) & set(changed)]
    if not names:
        return
    # What the hooks of one transaction have sent already: they share it, so that a batch sends each job once. Kept
    # with the hooks, because those of a savepoint that is undone are dropped and may not answer for the others.
    hooks = [hook for _savepoints, hook, *_others in transaction.get_connection().run_on_commit]
    sent: set[str] = next((hook.args[0] for hook in hooks if isinstance(hook, partial) and hook.func is _send), set())
    # With the name of the function: Django says it in the log when the broker is gone, and a partial has none.
    transaction.on_commit(update_wrapper(partial(_send, sent, names), _send), robust=True)


@contextmanager
def together() -> Iterator[None]:
    """Several transactions, one after the other, ask for each job once: when the last has ended."""
    token = _collected.set({})
    try:
        yield
    finally:
        names = _collected.get() or {}
        _collected.reset(token)
        _send(set(), names)


def _send(sent: set[str], names: Iterable[str]) -> None:
    collected = _collected.get()
    if collected is not None:
        collected.update(dict.fromkeys(names))
        return
    for name in names:
        if name not in sent:
            sent.add(name)
            JOBS[name].task.apply_async(expires=600)  # by then the schedule has asked for it again


conflicts.AFTER_SAVE.append(after_change_of)  # forms are saved on a floor below, which may not call this one
