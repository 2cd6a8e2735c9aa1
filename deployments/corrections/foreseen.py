"""Which flags a correction would open and end: it is made in a transaction that is rolled back, and looked for anew."""

import datetime as dt
import json
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from audit.writes import unrecorded
from deployments.corrections import making
from deployments.corrections.making import Subject
from deployments.models import Correction
from flags.found import Found
from flags.kinds import Sweep, detectors
from flags.ledger import flag_of
from flags.sentences import sentence_of
from foundation.refusals import StepRefused

Key = tuple[str, str, int, dt.date, str]


@dataclass(frozen=True)
class ForeseenFlags:
    """The sentences of flags that a correction would open, and of those that it would end."""

    opened: list[str]
    ended: list[str]


def flags(subject: Subject, correction: Correction, *, by: User, today: dt.date) -> ForeseenFlags:
    """What the flags would say once the correction is made; nothing is saved, nobody is told.

    The correction may be one that is not asked for yet. Where something stands against it, nothing is foreseen: the
    correction itself is refused.
    """
    now = _causes(today)
    try:
        with transaction.atomic(), unrecorded():
            making.carry_out(subject, correction, by=_confirmed_by(correction, by), today=today)
            then = _causes(today)
            opened = _sentences(then, but_for=now, today=today)  # of rows as they stand only here
            transaction.set_rollback(True)
    except (IntegrityError, StepRefused):
        return ForeseenFlags([], [])
    return ForeseenFlags(opened, _sentences(now, but_for=then, today=today))


def _confirmed_by(correction: Correction, by: User) -> User:
    """Somebody who may confirm it in the end, while the one who asked for it looks ahead."""
    others = User.objects.filter(role=Role.COORDINATOR, is_active=True).exclude(pk=correction.asked_by_id)
    return (others.order_by("pk").first() or by) if correction.asked_by_id == by.pk else by


def _causes(today: dt.date) -> dict[Key, Found]:
    """What the detectors find in the records; not those that look at the tasks in the background."""
    sweeps = [sweep for sweep in Sweep if sweep != Sweep.BACKGROUND]
    causes = (cause for sweep in sweeps for detector in detectors(sweep) for cause in detector.find(today))
    return {_key(cause): cause for cause in causes}


def _key(cause: Found) -> Key:
    """All that its sentence tells: a flag that says something else afterwards ends and opens."""
    return (
        cause.kind.code,
        cause.subject._meta.label,
        cause.subject.pk,
        cause.day,
        json.dumps(cause.facts, sort_keys=True),
    )


def _sentences(causes: dict[Key, Found], *, but_for: dict[Key, Found], today: dt.date) -> list[str]:
    now = timezone.now()
    new = [cause for key, cause in causes.items() if key not in but_for]
    return [sentence_of(flag_of(cause, now), today=today) for cause in new]
