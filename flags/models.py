"""What needs attention: one row per kind, subject and stage."""

from typing import TYPE_CHECKING, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from missions.models import Area
from personnel.models import PoliceService

if TYPE_CHECKING:
    from accounts.models import User


class FlagQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.all() if user.sees_every_service else self.filter(service__in=user.services.all())

    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)


class Flag(models.Model):
    """A cause for attention: opened once, seen again by each sweep, resolved by itself when the cause is gone, opened
    again when it returns. Written by `flags.ledger` only.

    `facts` hold the keys and figures from which `flags.sentences` tells the cause in the reader's language.
    """

    class Kind(models.TextChoices):
        CAP_EXCEEDED = "cap_exceeded", _("Cap exceeded")
        CEILING_EXCEEDED = "ceiling_exceeded", _("Policy ceiling exceeded")
        CAPS_OVER_CEILING = "caps_over_ceiling", _("Caps add up to more than the policy ceiling")
        POSTING_OVERDUE = "posting_overdue", _("Posting overdue")
        POSTING_ENDING = "posting_ending", _("Posting ending")
        NO_SUCCESSOR = "no_successor", _("No successor")

    class Severity(models.TextChoices):
        ACT = "act", _("Act now")
        PLAN = "plan", _("Plan ahead")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    stage = models.CharField(_("stage"), max_length=10)
    severity = models.CharField(_("urgency"), max_length=5, choices=Severity)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), null=True, on_delete=models.PROTECT, related_name="flags"
    )
    service = models.ForeignKey(
        PoliceService, verbose_name=_("police service"), null=True, on_delete=models.PROTECT, related_name="flags"
    )
    day = models.DateField(_("day"), help_text=_("The first day on which it is so."))
    facts = models.JSONField(default=dict)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["severity", "day", "id"]
        indexes = [
            models.Index(fields=["severity", "day"], name="flag_open", condition=Q(resolved_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "stage"], name="flag_once_per_kind_subject_stage"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "cap_exceeded",
                        "ceiling_exceeded",
                        "caps_over_ceiling",
                        "posting_overdue",
                        "posting_ending",
                        "no_successor",
                    ]
                ),
                name="flag_kind_known",
            ),
            models.CheckConstraint(condition=Q(severity__in=["act", "plan"]), name="flag_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.stage}".strip()
