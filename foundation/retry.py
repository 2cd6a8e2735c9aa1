"""Changes that wait for locks: run once more after a deadlock, refused as "busy" when a lock does not come free."""

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

from django.db import OperationalError
from django.utils.translation import gettext as _

from foundation.refusals import Blocker, StepRefused

P = ParamSpec("P")
R = TypeVar("R")

_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"


def retry_after_deadlock(change: Callable[P, R]) -> Callable[P, R]:
    """Run a change once more after a deadlock; raise `StepRefused` ("busy") when its locks do not come free.

    The change opens its transaction itself: `@retry_after_deadlock` stands above `@transaction.atomic`, because after a
    deadlock PostgreSQL takes no other statement before the transaction has ended.
    """

    @wraps(change)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return change(*args, **kwargs)
        except OperationalError as error:
            if _sqlstate(error) != _DEADLOCK:
                _refuse_as_busy(error)
        # The lock order is the same everywhere, so a deadlock is rare (an index, a foreign key of somebody else's
        # statement), and the other transaction went through: a second one in a row means a crowd, not bad luck.
        try:
            return change(*args, **kwargs)
        except OperationalError as error:
            _refuse_as_busy(error)

    return run


def _sqlstate(error: OperationalError) -> str:
    """The SQLSTATE of PostgreSQL. SQLite has none, and the same message for every lock that it waited for in vain."""
    if str(error) == "database is locked":
        return _LOCK_TIMEOUT
    return getattr(error.__cause__, "sqlstate", None) or ""


def _refuse_as_busy(error: OperationalError) -> NoReturn:
    """Raise the refusal when a lock was the matter, the same error when not."""
    if _sqlstate(error) not in {_DEADLOCK, _LOCK_TIMEOUT}:
        raise error
    busy = _("Somebody else is changing deployments of this area right now. Try again in a moment.")
    raise StepRefused([Blocker("busy", busy, rule=21)]) from error
