"""Writing to the audit trail, and verifying its chain of seals."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from audit.models import Chain, Event, Verb

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@transaction.atomic
def record(
    actor: "AbstractBaseUser | AnonymousUser | None", verb: Verb, subject: models.Model | None = None, **details
) -> Event:
    """Append one event; `actor` is None when nobody is signed in or a task acts.

    Call it last in a transaction: it locks the chain until the commit, and every other writer waits for that. `details`
    are JSON values without personal data.
    """
    chain, _created = Chain.objects.select_for_update().get_or_create(pk=1)
    event = Event(
        at=timezone.now().astimezone(dt.UTC),  # as it is read back: the seal covers its text
        actor_id=actor.pk if actor else None,
        verb=verb,
        subject_type=ContentType.objects.get_for_model(subject) if subject else None,
        subject_id=subject.pk if subject else None,
        details=details,
        previous_hash=chain.last_hash,
    )
    event.hash = event.seal()
    event.save(force_insert=True)
    chain.last_hash = event.hash
    chain.save()
    return event


def sign(row: models.Model, by: AbstractBaseUser | None, reason: str) -> None:
    """Set who changes a row with history and why, before it is saved; django-simple-history reads these attributes."""
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]


def is_intact() -> bool:
    """Whether every seal matches its row and the row before it, and no row is missing at the end.

    Events that are added meanwhile are not checked.
    """
    # Read before the events: those that come later are beyond it.
    newest = Chain.objects.filter(pk=1).values_list("last_hash", flat=True).first() or ""
    previous = ""
    for event in Event.objects.order_by("id").iterator():
        if event.previous_hash != previous or event.hash != event.seal():
            return False
        previous = event.hash
        if previous == newest:
            return True
    return previous == newest
