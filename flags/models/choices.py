"""Which kinds of flags and news each user gets letters about, and how often."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.writes import TellingQuerySet


class Rhythm(models.TextChoices):
    """How often a user gets a letter about new flags and news; each letter covers all that are new."""

    AT_ONCE = "at_once", pgettext_lazy("letters", "Within minutes")
    DAILY = "daily", pgettext_lazy("letters", "Once a day, in the morning")
    WEEKLY = "weekly", pgettext_lazy("letters", "Once a week, on Monday morning")
    NEVER = "never", pgettext_lazy("letters", "Never")


class LetterChoice(models.Model):
    """How often and about which kinds a user gets letters, and what the last letter covered.

    An empty `rhythm`, and `kinds` or `news_kinds` that are None, stand for the defaults of the role
    (`flags.digests.DEFAULTS`). `told_up_to` is the newest `Flag.opening` that was covered, `news_up_to` the newest
    `News.number`, and `urgent_up_to` the newest of the urgent ones, which do not wait for the others; `told_on` is the
    day on which that was last considered.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.PROTECT, related_name="letter_choice"
    )
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm, blank=True)
    kinds = models.JSONField(_("kinds of flags"), null=True)
    news_kinds = models.JSONField(_("kinds of news"), null=True)
    told_up_to = models.PositiveBigIntegerField(_("last flag sent"), default=0)
    news_up_to = models.PositiveBigIntegerField(_("last news sent"), default=0)
    urgent_up_to = models.PositiveBigIntegerField(_("last urgent news sent"), default=0)
    told_on = models.DateField(_("last e-mail on"), null=True)

    machine_fields = ("told_up_to", "news_up_to", "urgent_up_to", "told_on")
    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of e-mails")
        verbose_name_plural = _("choices of e-mails")
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm__in=["", "at_once", "daily", "weekly", "never"]), name="letter_choice_rhythm_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
