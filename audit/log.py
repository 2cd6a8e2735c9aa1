"""Writing to the audit trail."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from audit import chain, requests
from audit.models import Chain, Event, Verb

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@transaction.atomic
def record(
    actor: "AbstractBaseUser | AnonymousUser | None", verb: Verb, subject: models.Model | None = None, **details
) -> Event:
    """Append one event; `actor` is None when nobody is signed in or a task acts.

    Call it last in a transaction: it locks the head of the chain until the commit, and every other writer waits for
    that. `details` are JSON values without personal data.
    """
    head, holds = _lock_head()
    event = Event(
        id=head.count + 1,
        at=timezone.now().astimezone(dt.UTC),  # as it is read back: the seal covers its text
        actor_id=actor.pk if actor else None,
        verb=verb,
        subject_type=ContentType.objects.get_for_model(subject) if subject else None,
        subject_id=subject.pk if subject else None,
        details=details,
        address=requests.address(),
        request_id=requests.request_id(),
        previous_hash=head.last_hash,
    )
    event.hash = event.seal()
    event.save(force_insert=True)
    head.count, head.last_hash = event.pk, event.hash
    # A head that did not hold is never sealed anew: that would cover up that somebody set it back.
    head.seal = head.sealed() if holds else ""
    head.save()
    requests.note_event(event.pk)
    return event


def _lock_head() -> tuple[Chain, bool]:
    """The head, locked, and whether it holds. One that is missing or does not hold goes on after the newest event."""
    head = Chain.objects.select_for_update().filter(pk=1).first()
    if head and head.holds():
        return head, True
    head, newest = head or Chain(pk=1), Event.objects.order_by("-id").first()
    if newest:
        head.count, head.last_hash = max(head.count, newest.pk), newest.hash
    return head, False


def sign(row: models.Model, by: AbstractBaseUser | None, reason: str) -> None:
    """Set who changes a row with history and why, before it is saved; django-simple-history reads these attributes."""
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]


def is_intact() -> bool:
    """Whether every event stands where it was written, with its seal, up to the sealed head (`audit.chain.verify`)."""
    return chain.verify().is_intact
