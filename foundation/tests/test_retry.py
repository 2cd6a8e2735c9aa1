"""A deadlock is tried once more; what stays locked is refused in a sentence; every other error stays what it is."""

import sqlite3

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from foundation.refusals import StepRefused
from foundation.retry import retry_after_deadlock

BUSY = "Somebody else is changing deployments of this area right now. Try again in a moment."


def failed(cause):
    """What Django raises for an error of the driver."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


DEADLOCK = failed(psycopg.errors.DeadlockDetected("deadlock detected"))
LOCK_TIMEOUT = failed(psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"))
LOCKED = failed(sqlite3.OperationalError("database is locked"))
OUT_OF_SPACE = failed(psycopg.errors.DiskFull("no space left on device"))


def change(*outcomes):
    """A change that raises the errors among its outcomes, one at each call; and the list of its calls."""
    calls = []

    @retry_after_deadlock
    def act(name, *, reason):
        calls.append((name, reason))
        outcome = outcomes[len(calls) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return act, calls


def test_a_change_that_succeeds_runs_once():
    act, calls = change("saved")

    assert act("Jane", reason="new") == "saved"
    assert calls == [("Jane", "new")]
    assert act.__name__ == "act"


def test_after_a_deadlock_the_change_runs_once_more_with_the_same_arguments():
    act, calls = change(DEADLOCK, "saved")

    assert act("Jane", reason="new") == "saved"
    assert calls == [("Jane", "new"), ("Jane", "new")]


@pytest.mark.parametrize(
    ("outcomes", "tries"),
    [([LOCK_TIMEOUT], 1), ([LOCKED], 1), ([DEADLOCK, DEADLOCK], 2), ([DEADLOCK, LOCK_TIMEOUT], 2)],
)
def test_what_stays_locked_is_refused_as_busy(outcomes, tries):
    act, calls = change(*outcomes)

    with pytest.raises(StepRefused) as refusal:
        act("Jane", reason="new")

    assert [(found.code, found.rule, found.message) for found in refusal.value.blockers] == [("busy", 21, BUSY)]
    assert refusal.value.__cause__ is outcomes[-1]
    assert len(calls) == tries


@pytest.mark.parametrize("outcomes", [[OUT_OF_SPACE], [DEADLOCK, OUT_OF_SPACE], [OperationalError("no cause")]])
def test_any_other_error_is_raised_as_it_is(outcomes):
    act, calls = change(*outcomes)

    with pytest.raises(OperationalError) as error:
        act("Jane", reason="new")

    assert error.value is outcomes[-1]
    assert len(calls) == len(outcomes)


def test_refusals_and_mistakes_pass_through():
    act, calls = change(KeyError("typo"))

    with pytest.raises(KeyError):
        act("Jane", reason="new")

    assert len(calls) == 1


@pytest.mark.django_db
def test_the_errors_of_this_database_are_recognised(tmp_path):
    """As the driver and Django really raise them, not as the tests above make them."""

    @retry_after_deadlock
    def wait_in_vain():
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'locked' USING ERRCODE = '55P03'; END $$")
        else:
            with connection.wrap_database_errors, sqlite3.connect(tmp_path / "db", timeout=0) as other:
                other.execute("BEGIN IMMEDIATE")

    with sqlite3.connect(tmp_path / "db") as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StepRefused) as refusal:
            wait_in_vain()

    assert [found.code for found in refusal.value.blockers] == ["busy"]


@pytest.mark.django_db
def test_a_deadlock_reported_by_the_database_is_tried_once_more():
    """SQLite knows none: its one writer waits before it begins. On PostgreSQL the server reports one."""
    tries = []

    @retry_after_deadlock
    @transaction.atomic
    def meet_a_deadlock_once():
        tries.append("try")
        if connection.vendor == "postgresql" and len(tries) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return "saved"

    assert meet_a_deadlock_once() == "saved"
    assert len(tries) == (2 if connection.vendor == "postgresql" else 1)
