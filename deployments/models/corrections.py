"""Corrections: what was recorded wrongly, put right with a reason."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from deployments.models.deployments import Deployment
from deployments.models.nominations import Nomination
from foundation.text import ProseField
from foundation.writes import TellingQuerySet
from missions.models import Authorization

if TYPE_CHECKING:
    from accounts.models import User


class CorrectionQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Corrections are the office's own: a liaison reads what was put right on the page of the deployment."""
        return self.all() if user.sees_every_service else self.none()

    def waiting(self) -> Self:
        return self.filter(state=Correction.State.WAITING)

    def waiting_first(self) -> Self:
        """Those that wait for a decision, then the others; the newest of each first."""
        decided = Case(When(state=Correction.State.WAITING, then=0), default=1)
        return self.order_by(decided, "-asked_at", "-id")

    def to_decide(self, by: "User") -> Self:
        """Asked for by another coordinator, and waiting for a decision."""
        return self.waiting().exclude(asked_by=by)

    def made(self) -> Self:
        return self.filter(state=Correction.State.MADE)

    def with_subject(self) -> Self:
        """With the row that each is about, and what its name is made of."""
        return self.select_related(
            "deployment__person",
            "deployment__rank",
            "deployment__mission",
            "nomination__person__rank",
            "nomination__position",
            "authorization__area",
            "asked_by",
            "decided_by",
        )


class Correction(models.Model):
    """What was recorded wrongly about one deployment, nomination or authorization, and what is to stand there.

    `changes` are the fields, as name → [old, new], each as text or None; a row of another table stands there by its id.
    Where the past or a cap is touched (`needs_second`), a second coordinator confirms or refuses it, and the database
    keeps the two apart. Never changed afterwards. Written by `deployments.corrections` only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("correction", "Waiting for a second coordinator")
        MADE = "made", pgettext_lazy("correction", "Made")
        REFUSED = "refused", pgettext_lazy("correction", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("correction", "Withdrawn")

    deployment = models.ForeignKey(
        Deployment,
        verbose_name=_("deployment"),
        null=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    nomination = models.ForeignKey(
        Nomination,
        verbose_name=_("nomination"),
        null=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    authorization = models.ForeignKey(
        Authorization,
        verbose_name=_("authorization"),
        null=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    changes = models.JSONField(_("changes"))
    reason = ProseField(_("reason"), max_length=2000)
    needs_second = models.BooleanField(_("needs a second coordinator"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = ProseField(_("note"), max_length=2000, blank=True)

    untold_fields = ("changes", "reason", "decision_note")
    objects = CorrectionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deployment__isnull=False, nomination__isnull=True, authorization__isnull=True)
                | Q(deployment__isnull=True, nomination__isnull=False, authorization__isnull=True)
                | Q(deployment__isnull=True, nomination__isnull=True, authorization__isnull=False),
                name="correction_is_about_one_row",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "made", "refused", "withdrawn"]), name="correction_state_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(decided_at__isnull=False), name="correction_decision_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="made")
                | Q(needs_second=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="correction_confirmed_by_a_second_coordinator",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")) & ~Q(decision_note="")),
                name="correction_refused_by_a_second_coordinator_with_a_note",
            ),
            *(
                models.UniqueConstraint(
                    fields=[subject], condition=Q(state="waiting"), name=f"correction_one_waits_for_each_{subject}"
                )
                for subject in ("deployment", "nomination", "authorization")
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject)

    def get_absolute_url(self) -> str:
        return reverse("correction_detail", args=[self.pk])

    @property
    def subject(self) -> Deployment | Nomination | Authorization:
        """The row that it is about."""
        found = self.deployment or self.nomination or self.authorization
        assert found is not None  # noqa: S101 (the database allows no other)
        return found

    @property
    def event_details(self) -> dict[str, object]:
        """What the event of the corrected row says: both people, and the fields."""
        return {"correction": self.pk, "asked_by": self.asked_by_id, "fields": list(self.changes)}
