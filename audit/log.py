"""Writing to the audit trail."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from audit import chain, requests
from audit.models import Chain, Event, Verb

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True)
class Entry:
    """What an event says: who did what with which row, and what else is to be known of it."""

    actor_id: int | None
    verb: Verb
    model: type[models.Model] | None = None
    row_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    is_act: bool = False
    """Whether it tells more than that a row was written."""


def record(
    actor: "AbstractBaseUser | AnonymousUser | None", verb: Verb, subject: models.Model | None = None, **details
) -> Event:
    """Append one event; `actor` is None when nobody is signed in or a task acts.

    Call it last in a transaction: it locks the head of the chain until the commit, and every other writer waits for
    that. `details` are JSON values without personal data. Of a write nobody needs to call it: `audit.writes` does.
    """
    row_id = subject.pk if subject else None
    return record_all([Entry(actor.pk if actor else None, verb, type(subject) if subject else None, row_id, details)])[
        0
    ]


@transaction.atomic
def record_all(entries: Sequence[Entry]) -> list[Event]:
    """Append these events, in their order."""
    head, holds = _lock_head()
    events = []
    for entry in entries:
        event = Event(
            id=head.count + 1,
            at=timezone.now().astimezone(dt.UTC),  # as it is read back: the seal covers its text
            actor_id=entry.actor_id,
            verb=entry.verb,
            subject_type=ContentType.objects.get_for_model(entry.model) if entry.model else None,
            subject_id=entry.row_id,
            details={**(requests.origin() or {}), **entry.details},
            address=requests.address(),
            request_id=requests.request_id(),
            previous_hash=head.last_hash,
        )
        event.hash = event.seal()
        head.count, head.last_hash = event.pk, event.hash
        events.append(event)
    Event.objects.bulk_create(events, batch_size=500)
    # A head that did not hold is never sealed anew: that would cover up that somebody set it back.
    head.seal = head.sealed() if holds else ""
    head.save()
    requests.note_event(events[-1].pk)
    return events


def _lock_head() -> tuple[Chain, bool]:
    """The head, locked, and whether it holds. One that is missing or does not hold goes on after the newest event."""
    head = Chain.objects.select_for_update().filter(pk=1).first()
    if head and head.holds():
        return head, True
    head, newest = head or Chain(pk=1), Event.objects.order_by("-id").first()
    if newest:
        head.count, head.last_hash = max(head.count, newest.pk), newest.hash
    return head, False


@dataclass(frozen=True)
class Signature:
    """Who writes a row, and what the event of it says: that it was edited, or this act with these details."""

    by: AbstractBaseUser | None
    verb: Verb | None = None
    details: dict[str, Any] = field(default_factory=dict)


def sign(row: models.Model, by: AbstractBaseUser | None, reason: str, verb: Verb | None = None, **details) -> None:
    """Say who writes a row and why, before it is saved or deleted: its next version and its event tell it.

    `verb` and `details` name the act, where it is another than adding, editing or removing.
    """
    row._history_user = by  # type: ignore[attr-defined]  # django-simple-history reads these two
    row._change_reason = reason  # type: ignore[attr-defined]
    row._signature = Signature(by, verb, details)  # type: ignore[attr-defined]  # audit.writes


def is_intact() -> bool:
    """Whether every event stands where it was written, with its seal, up to the sealed head (`audit.chain.verify`)."""
    return chain.verify().is_intact
