"""The office's settings for flags: from which number on a kind is raised, and to whom it is escalated."""

from typing import Any

from django.conf import settings
from django.db import connections, models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from flags import kinds
from foundation.numbers import NumberField
from foundation.writes import TellingQuerySet

DAYS_UNTIL_ESCALATION = 3
"""How long a flag to act on now may stand unacknowledged, until the office sets another number."""


class Threshold(models.Model):
    """A number from which a kind is flagged: days before or after an event, or places left; each is a stage of its own.

    A kind that has thresholds is not looked for while it has no row.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=kinds.watched_choices)
    value = NumberField(_("number"), most=3650)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["kind", "-value"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="threshold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"


def create_defaults(using: str, **_kwargs) -> None:
    """Create the default thresholds and the escalation of each kind that never had any (a `post_migrate` receiver).

    A kind whose rows the office deleted is left without: their history shows that there were some.
    """
    if Threshold._meta.db_table not in connections[using].introspection.table_names():
        return  # `post_migrate` is also sent when the migrations of this app were not run, or were undone
    Threshold.objects.using(using).bulk_create(
        Threshold(kind=kind.code, value=value)
        for kind in _without_rows(Threshold, using)
        for value in kind.default_thresholds
    )
    Escalation.objects.using(using).bulk_create(
        Escalation(kind=kind.code, after_days=DAYS_UNTIL_ESCALATION)
        for kind in _without_rows(Escalation, using)
        if not kind.only_plans and kind.audience != kinds.Audience.ADMINISTRATORS
    )


def _without_rows(model: Any, using: str) -> list[kinds.Kind]:
    """The kinds of which no row of the model is stored, and none ever was that somebody deleted."""
    known = set(model.history.using(using).values_list("kind", flat=True).distinct())
    known |= set(model.objects.using(using).values_list("kind", flat=True).distinct())
    return [kind for kind in kinds.in_order() if kind.code not in known]


def thresholds() -> dict[str, list[int]]:
    """Kind code → its thresholds, ascending, in one query."""
    by_kind: dict[str, list[int]] = {}
    for kind, value in Threshold.objects.order_by("kind", "value").values_list("kind", "value"):
        by_kind.setdefault(kind, []).append(value)
    return by_kind


class Escalation(models.Model):
    """Hand on flags of `kind` that nobody has acknowledged for `after_days`: to `to`, who becomes their assignee.

    Where `to` is empty, those to act on now are handed on to every active coordinator, and assigned to none.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices, unique=True)
    after_days = NumberField(_("days without acknowledgement"), most=365)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"role": "coordinator", "is_active": True},
        help_text=_("Leave empty to send every active coordinator an e-mail about the flags to act on now."),
    )

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.after_days}"
