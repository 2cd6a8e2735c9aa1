"""Waiting for others who change the same area: try again after a deadlock, say "busy" when it takes too long."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError
from django.utils.translation import gettext as _

from foundation.refusals import Blocker, StepRefused

P = ParamSpec("P")
R = TypeVar("R")

_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"


def patient(door: Callable[P, R]) -> Callable[P, R]:
    """Run a transaction once more after a deadlock; raise `StepRefused` when the lock does not come free."""

    @wraps(door)
    def waits(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return door(*args, **kwargs)
        except OperationalError as error:
            if _state(error) != _DEADLOCK:
                _give_up(error)
        try:
            return door(*args, **kwargs)
        except OperationalError as error:
            _give_up(error)
        raise AssertionError

    return waits


def _state(error: OperationalError) -> str:
    """The SQLSTATE of PostgreSQL; SQLite has one word for everything that it waits for in vain."""
    if str(error) == "database is locked":
        return _LOCK_TIMEOUT
    return getattr(error.__cause__, "sqlstate", None) or ""


def _give_up(error: OperationalError) -> None:
    if _state(error) not in {_DEADLOCK, _LOCK_TIMEOUT}:
        raise error
    busy = _("Somebody else is changing deployments of this area right now. Try again in a moment.")
    raise StepRefused([Blocker("busy", busy, rule=21)]) from error
