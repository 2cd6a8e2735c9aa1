"""The audit trail: who did or looked at what. Rows are only added, never changed or removed."""

import json

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
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
    SIGN_IN_FAILED = "sign_in_failed", _("Failed to sign in")


class Event(models.Model):
    """One act of one user. Append-only: the database refuses changes (`audit/guards/`).

    The events are chained: `hash` covers the row and the hash of the row before it, so that a removed or altered row is
    detected (`audit.log.is_intact`). Holds keys, never names: `subject` is looked up when it is shown.
    """

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(_("act"), max_length=20, choices=Verb)
    subject_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField(null=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    details = models.JSONField(_("details"), default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(_("seal"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_by_subject")]
        constraints = [models.CheckConstraint(condition=Q(verb__in=Verb.values), name="event_verb_known")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()}"

    def seal(self) -> str:
        """HMAC-SHA-256 over the row and the seal of the row before it, in hexadecimal.

        With a key that is not in the database, so that whoever can write there cannot seal an altered row.
        """
        if not settings.AUDIT_KEY:
            raise ImproperlyConfigured("Without AUDIT_KEY no event can be sealed.")
        sealed = [
            self.previous_hash,
            self.at.isoformat(timespec="microseconds"),
            self.actor_id,
            self.verb,
            self.subject_type_id,
            self.subject_id,
            self.details,
        ]
        message = json.dumps(sealed, sort_keys=True)
        return salted_hmac("audit.seal", message, secret=settings.AUDIT_KEY, algorithm="sha256").hexdigest()


class Chain(models.Model):
    """One row with the seal of the newest event. Writers lock it, so that no two events follow the same one."""

    last_hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="chain_is_one_row")]

    def __str__(self) -> str:
        return self.last_hash
