"""The office's numbers for flags: from when on something is flagged, and to whom it goes when nobody acts."""

from django.conf import settings
from django.db import connections, models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from flags import kinds


class Threshold(models.Model):
    """From when on something is flagged: days before or after, or places left. A kind without rows is not watched."""

    kind = models.CharField(_("kind"), max_length=20, choices=kinds.watched_choices)
    value = models.PositiveSmallIntegerField(_("number"))

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


def begin_with_defaults(using: str, **_kwargs) -> None:
    """Give each kind that never had a number those that the office begins with (a `post_migrate` receiver).

    A kind whose numbers the office took away keeps none: their history tells that there were some.
    """
    if Threshold._meta.db_table not in connections[using].introspection.table_names():
        return  # the tables of this app are not made yet, or were taken away
    known = set(Threshold.history.using(using).values_list("kind", flat=True).distinct())
    known |= set(Threshold.objects.using(using).values_list("kind", flat=True).distinct())
    new = [kind for kind in kinds.in_order() if kind.code not in known]
    Threshold.objects.using(using).bulk_create(
        Threshold(kind=kind.code, value=value) for kind in new for value in kind.begins_with
    )


def thresholds() -> dict[str, list[int]]:
    """The numbers of every kind, ascending, in one query."""
    found: dict[str, list[int]] = {}
    for kind, value in Threshold.objects.order_by("kind", "value").values_list("kind", "value"):
        found.setdefault(kind, []).append(value)
    return found


class Escalation(models.Model):
    """To whom a kind of flag goes when nobody has acknowledged it for so many days."""

    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices, unique=True)
    after_days = models.PositiveSmallIntegerField(_("days without acknowledgement"))
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"role": "coordinator", "is_active": True},
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.after_days}"
