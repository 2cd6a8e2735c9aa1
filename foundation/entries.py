"""Entries: rows that say what holds from a day on, with why, who and when; never rewritten, at most withdrawn."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.bilingual import BilingualReason
from foundation.text import ProseField
from foundation.writes import TellingQuerySet


class EntryQuerySet(TellingQuerySet):
    def standing(self) -> Self:
        """Without those that were withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Entry(BilingualReason):
    """What somebody recorded, with the reason. It is never changed or deleted: a wrong one is withdrawn, with a reason.

    `recorded_by` is None for what was published. Each kind has guards in the database that keep it so.
    """

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawal_reason = ProseField(_("reason for the withdrawal"), max_length=2000, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason_en="", reason_fr=""),
                name="%(class)s_has_reason",
                violation_error_message=_("Give a reason."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason=""),
                name="%(class)s_withdrawn_by_somebody",
            ),
        ]
