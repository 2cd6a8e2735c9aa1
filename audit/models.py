"""The audit trail: who did or looked at what. Rows are only added, never changed or removed."""

import datetime as dt
import json
from collections.abc import Iterable

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    LOOKED_AT = "looked_at", _("Looked at")
    ADDED = "added", _("Added")
    EDITED = "edited", _("Edited")
    MOVED = "moved", _("Moved")
    RECORDED = "recorded", _("Recorded")
    AMENDED = "amended", _("Amended")
    ENDED = "ended", _("Ended")
    CORRECTED = "corrected", _("Put right")
    REMOVED = "removed", _("Removed")
    DECIDED = "decided", _("Decided")
    MERGED = "merged", _("Merged")
    REVEALED = "revealed", _("Looked at emergency contacts")
    UPLOADED = "uploaded", _("Uploaded")
    DOWNLOADED = "downloaded", _("Downloaded")
    EXPORTED = "exported", _("Exported")
    IMPORTED = "imported", _("Imported")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGNED_OUT = "signed_out", _("Signed out")
    LINK_SENT = "link_sent", _("Link to choose a password sent")
    SIGN_IN_FAILED = "sign_in_failed", _("Failed to sign in")
    REFUSED = "refused", _("Refused access")
    CHECKED = "checked", _("Checked every seal")


SEALED = (
    "id",
    "previous_hash",
    "at",
    "actor_id",
    "verb",
    "subject_type_id",
    "subject_id",
    "details",
    "address",
    "request_id",
)
"""What the seal of an event covers, in this order."""


def seal(salt: str, values: Iterable) -> str:
    """HMAC-SHA-256 over these values, in hexadecimal.

    With a key that is not in the database, so that whoever can write there cannot seal an altered row.
    """
    if not settings.AUDIT_KEY:
        raise ImproperlyConfigured("Without AUDIT_KEY no event can be sealed.")
    message = json.dumps(list(values), sort_keys=True)
    return salted_hmac(salt, message, secret=settings.AUDIT_KEY, algorithm="sha256").hexdigest()


def seal_of_event(values: Iterable) -> str:
    """The seal of an event by its `SEALED` values."""
    texts = (value.isoformat(timespec="microseconds") if isinstance(value, dt.datetime) else value for value in values)
    return seal("audit.seal", texts)


class Event(models.Model):
    """One act of one user. Append-only: the database refuses changes (`audit/guards/`).

    The events are numbered without gaps and chained: `hash` covers the row, its number and the hash of the row before
    it, so that a removed, altered or moved row is detected (`audit.chain.verify`). Holds keys, never names: `subject`
    is looked up when it is shown. What happened in a request says its id, as the lines of the log do, and the address
    from which it came; a task has neither.
    """

    id = models.BigIntegerField(_("number"), primary_key=True, editable=False)  # given by `audit.log.record`
    at = models.DateTimeField(_("date and time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(_("act"), max_length=20, choices=Verb)
    subject_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of record"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    subject_id = models.PositiveBigIntegerField(_("number of the record"), null=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    details = models.JSONField(_("details"), default=dict)
    # As text: PostgreSQL writes some addresses of its own type in another way, and the seal would no longer fit.
    address = models.CharField(_("address"), max_length=39, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)
    previous_hash = models.CharField(_("seal before"), max_length=64)
    hash = models.CharField(_("seal"), max_length=64, unique=True)

    leaves_no_event = "the trail itself"

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            # The trail in the administration, of one kind of row.
            models.Index(fields=["subject_type", "subject_id"], name="event_by_subject"),
            # The newest check, on the page of events.
            models.Index(fields=["id"], name="event_of_a_check", condition=Q(verb=Verb.CHECKED)),
        ]
        constraints = [models.CheckConstraint(condition=Q(verb__in=Verb.values), name="event_verb_known")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()}"

    def seal(self) -> str:
        """The seal that this row should have."""
        return seal_of_event(getattr(self, name) for name in SEALED)


class Chain(models.Model):
    """One row, the head of the chain: how many events there are, and the seal of the newest.

    Writers lock it, so that no two events follow the same one. It is sealed, too, so that the newest events cannot be
    cut off by setting it back. Made by the first `migrate`, before there is any account (`audit.chain.begin`).
    """

    count = models.PositiveBigIntegerField(_("number of events"), default=0)
    last_hash = models.CharField(_("newest seal"), max_length=64, default="")
    seal = models.CharField(_("seal of the head"), max_length=64)

    leaves_no_event = "the trail itself"

    class Meta:
        verbose_name = _("audit trail")
        verbose_name_plural = _("audit trails")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="chain_is_one_row")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def head(self) -> str:
        """The head in one word, `<number of events>:<newest seal>`, as logs and letters keep it."""
        return f"{self.count}:{self.last_hash}"

    def sealed(self) -> str:
        """The seal that this row should have."""
        return seal("audit.head", [self.count, self.last_hash])

    def holds(self) -> bool:
        return constant_time_compare(self.seal, self.sealed())
