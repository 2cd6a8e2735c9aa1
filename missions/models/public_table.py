"""Whether the table "Current operations" is public."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.writes import TellingQuerySet


class PublicTable(models.Model):
    """The switch with which an administrator opens the table to everybody; one row at most, and closed without it."""

    id = models.PositiveSmallIntegerField(_("number"), primary_key=True, default=1, editable=False)
    is_open = models.BooleanField(
        _("open to everybody"),
        default=False,
        help_text=_(
            "Anybody can then read the table at /en-ca/public/operations/ and /fr-ca/public/operations/ without "
            "signing in, also of past days. Fewer than five people are never counted there."
        ),
    )

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("public table")
        verbose_name_plural = _("public table")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="publictable_one")]

    def __str__(self) -> str:
        return str(_("Public table: open to everybody") if self.is_open else _("Public table: closed"))


def is_public() -> bool:
    """Whether everybody may read the table "Current operations" now."""
    return PublicTable.objects.filter(is_open=True).exists()
