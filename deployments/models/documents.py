"""The documents of nominations."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.writes import ALL_FIELDS
from deployments.models.nominations import Nomination
from foundation.private_files import private_files
from foundation.text import LineField, ProseField
from foundation.writes import TellingQuerySet


class DocumentQuerySet(TellingQuerySet):
    def current(self) -> Self:
        """Those that nobody has taken away."""
        return self.filter(removal="")

    def waiting(self) -> Self:
        """Those that nobody may fetch before they are scanned."""
        return self.current().filter(waits_for_scan=True)


class Document(models.Model):
    """A document of a nomination. The file has a random name; `name` is the cleaned original one, for the download.

    Never deleted: what was taken away keeps its row, which says by whom, when and why. Written by
    `deployments.candidates.documents` only.
    """

    class Kind(models.TextChoices):
        CV = "cv", _("Curriculum vitae")
        CERTIFICATE = "certificate", _("Certificate")
        LETTER = "letter", _("Letter of the home service")
        OTHER = "other", _("Other document")

    class Removal(models.TextChoices):
        WITHDRAWN = "withdrawn", pgettext_lazy("document", "Withdrawn by whoever uploaded it")
        REMOVED = "removed", pgettext_lazy("document", "Removed by the office")
        INFECTED = "infected", pgettext_lazy("document", "Found infected by the virus scanner")

    nomination = models.ForeignKey(
        Nomination, verbose_name=_("nomination"), on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = LineField(_("file name"), max_length=150)
    file = models.FileField(_("file"), storage=private_files, max_length=200)
    media_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("uploaded at"))
    waits_for_scan = models.BooleanField(_("waits to be scanned"), default=False, editable=False)
    removal = models.CharField(_("taken away"), max_length=10, choices=Removal, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken away by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    removed_at = models.DateTimeField(_("taken away at"), null=True, editable=False)
    removal_reason = ProseField(_("why it was removed"), blank=True, max_length=2000, editable=False)

    events_are_about = "nomination"
    untold_fields = ALL_FIELDS
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="document_media_type_allowed",
            ),
            models.CheckConstraint(
                condition=Q(removal="", removed_at__isnull=True) | (~Q(removal="") & Q(removed_at__isnull=False)),
                name="document_taken_away_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(removal="removed") | (~Q(removal_reason="") & Q(removed_by__isnull=False)),
                name="document_removed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name
