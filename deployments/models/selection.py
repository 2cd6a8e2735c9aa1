"""The screening checklist, and the reviews with their scores."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audit.writes import ALL_FIELDS
from deployments.models.nominations import Nomination
from foundation.bilingual import BilingualName
from foundation.numbers import NumberField
from foundation.text import ProseField
from foundation.writes import TellingQuerySet


class ScreeningItem(BilingualName):
    """One question of the screening checklist."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    order = NumberField(_("order"), most=999, default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("screening question")
        verbose_name_plural = _("screening questions")
        ordering = ["order", "code"]


class ScreeningAnswer(models.Model):
    """The answer to one question of the checklist for one nomination."""

    class Answer(models.TextChoices):
        YES = "yes", pgettext_lazy("screening", "Yes")
        NO = "no", pgettext_lazy("screening", "No")
        NOT_NEEDED = "not_needed", pgettext_lazy("screening", "Not needed here")

    nomination = models.ForeignKey(
        Nomination, verbose_name=_("nomination"), on_delete=models.PROTECT, related_name="screening"
    )
    item = models.ForeignKey(
        ScreeningItem, verbose_name=_("screening question"), on_delete=models.PROTECT, related_name="answers"
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("date and time"))

    events_are_about = "nomination"
    untold_fields = ALL_FIELDS
    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("screening answer")
        verbose_name_plural = _("screening answers")
        ordering = ["item__order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "item"], name="screening_answer_once"),
            models.CheckConstraint(condition=Q(answer__in=["yes", "no", "not_needed"]), name="screening_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_answer_display()}"


class Criterion(BilingualName):
    """What reviewers score from 0 to 5, and how much it weighs."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    weight = NumberField(_("weight"), least=1, most=100, default=1)
    order = NumberField(_("order"), most=999, default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["order", "code"]


class Review(models.Model):
    """One reviewer's assessment of one nomination, complete when it is saved.

    A conflict of interest excludes the reviewer. Written by `deployments.candidates.assessment` only.
    """

    nomination = models.ForeignKey(
        Nomination, verbose_name=_("nomination"), on_delete=models.PROTECT, related_name="reviews"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reviewer"), on_delete=models.PROTECT, related_name="+"
    )
    conflict = models.BooleanField(_("conflict of interest declared"), default=False)
    comment = ProseField(_("comment"), blank=True, max_length=2000)
    at = models.DateTimeField(_("date and time"))

    events_are_about = "nomination"
    untold_fields = ALL_FIELDS
    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["nomination", "reviewer"], name="review_once_per_reviewer")]

    def __str__(self) -> str:
        return f"{self.nomination_id}, {self.reviewer}"


class Score(models.Model):
    """The points of one criterion in one review."""

    HIGHEST = 5

    review = models.ForeignKey(Review, verbose_name=_("review"), on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="scores"
    )
    weight = models.PositiveSmallIntegerField(_("weight at the time"))
    points = models.PositiveSmallIntegerField(_("points"))

    leaves_no_event = "written with its review"

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once_per_criterion"),
            models.CheckConstraint(condition=Q(points__range=(0, 5)), name="score_points_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
