"""The office's numbers for flags: from when on something is flagged, and to whom it goes when nobody acts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from flags.models.flags import Kind


class Threshold(models.Model):
    """From when on something is flagged: days before or after, or places left. A kind without rows is not watched."""

    class Watched(models.TextChoices):
        """The kinds that wait for a number, and what the number counts."""

        CAP_NEAR = "cap_near", _("Cap nearly reached: places left")
        POSTING_ENDING = "posting_ending", _("Posting ending: days before the end")
        NO_SUCCESSOR = "no_successor", _("No successor: days before the end")
        AUTHORIZATION_ENDING = "authorization_ending", _("Authorization ending: days before the end")
        AGREEMENT_ENDING = "agreement_ending", _("Agreement ending: days before the end")
        OFFER_UNANSWERED = "offer_unanswered", _("Offer not answered: days before the last day to answer")
        NOMINATION_WAITING = "nomination_waiting", _("Nomination waiting: days in one stage")
        FOLLOW_UP_OVERDUE = "follow_up_overdue", _("Follow-up overdue: days after the return")
        LIST_LEFT = "list_left", _("List not finished: days since it was brought")

    kind = models.CharField(_("kind"), max_length=20, choices=Watched)
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


DEFAULTS = {
    "cap_near": [1],
    "posting_ending": [180, 90, 60, 30],
    "no_successor": [120],
    "authorization_ending": [180, 90, 30],
    "agreement_ending": [180, 90, 30],
    "offer_unanswered": [5],
    "nomination_waiting": [60, 30],
    "follow_up_overdue": [180],
    "list_left": [14, 3],
}
"""The numbers that the office begins with; it edits them in the administration."""


def begin_with_defaults(using: str, **_kwargs) -> None:
    """Give each kind that never had a number those that the office begins with (a `post_migrate` receiver).

    A kind whose numbers the office took away keeps none: their history tells that there were some.
    """
    known = set(Threshold.history.using(using).values_list("kind", flat=True).distinct())
    known |= set(Threshold.objects.using(using).values_list("kind", flat=True).distinct())
    for kind, values in DEFAULTS.items():
        if kind not in known:
            rows = [Threshold(kind=kind, value=value) for value in values]
            Threshold.objects.using(using).bulk_create(rows)


def thresholds() -> dict[str, list[int]]:
    """The numbers of every kind, ascending, in one query."""
    found: dict[str, list[int]] = {}
    for kind, value in Threshold.objects.order_by("kind", "value").values_list("kind", "value"):
        found.setdefault(kind, []).append(value)
    return found


class Escalation(models.Model):
    """To whom a kind of flag goes when nobody has acknowledged it for so many days."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, unique=True)
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
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="escalation_kind_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.after_days}"
