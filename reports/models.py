"""What the office sets for its reports, and what of them readers are sent each month."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.access import Permission
from accounts.models import SavedView
from foundation.bilingual import BilingualSource
from foundation.numbers import NumberField
from foundation.text import LineField
from foundation.writes import TellingQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class Goal(BilingualSource):
    """The share of women that is to be reached by the end of a fiscal year."""

    fiscal_year = NumberField(
        _("fiscal year"),
        least=1989,
        most=2098,
        unique=True,
        help_text=_("The year in which it begins: 2026 for 1 April 2026 through 31 March 2027."),
    )
    per_cent = NumberField(_("share of women in per cent"), least=1, most=100)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("goal for the share of women")
        verbose_name_plural = _("goals for the share of women")
        ordering = ["fiscal_year"]

    def __str__(self) -> str:
        return f"{self.fiscal_year}\N{EN DASH}{self.fiscal_year + 1}: {self.per_cent}"

    def get_absolute_url(self) -> str:
        return reverse("report_detail", args=["women"])


class ReportSubscriptionQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those of the whole office, for who may have reports sent: one ends what a colleague made who has left."""
        return self if user.may(Permission.REPORT_SEND) else self.none()

    def in_force(self) -> Self:
        return self.filter(is_active=True)


class ReportSubscription(models.Model):
    """A figure or report with its question, of which readers get an e-mail each month: a link, which each opens by the
    own rights.

    `told_up_to` is the last day up to which the e-mails are written. Ended, its row stays.
    """

    class Page(models.TextChoices):
        FIGURE = SavedView.List.FIGURES.value, _("Figure")
        REPORT = SavedView.List.REPORTS.value, _("Report")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    page = models.CharField(_("page"), max_length=20, choices=Page)
    of = LineField(_("figure or report"), max_length=SavedView.LONGEST_NAME)
    query = LineField(_("filter"), max_length=SavedView.LONGEST_QUERY, blank=True)
    name = LineField(
        _("name"), max_length=60, blank=True, help_text=_("For the list of the office; no e-mail says it.")
    )
    day = NumberField(
        _("day of the month"),
        least=1,
        most=31,
        default=1,
        help_text=_("In a shorter month it is sent on the last day."),
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("readers"), related_name="report_subscriptions"
    )
    is_active = models.BooleanField(_("active"), default=True)
    told_up_to = models.DateField(_("written up to"))

    untold_fields = ("query",)
    machine_fields = ("told_up_to",)
    told_at_the_others = {"readers": "report_subscriptions"}
    objects = ReportSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly e-mail about a report")
        verbose_name_plural = _("monthly e-mails about reports")
        ordering = ["page", "of", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(page__in=["figure_detail", "report_detail"]), name="report_subscription_page_known"
            ),
            models.CheckConstraint(condition=Q(of__gt=""), name="report_subscription_of_something"),
        ]

    def __str__(self) -> str:
        return self.name or self.title

    def get_absolute_url(self) -> str:
        return reverse("subscription_list")

    @property
    def title(self) -> str:
        """What the figure or report is called; its name in the address where there is none any more."""
        from reports import offered  # noqa: PLC0415 (the reports read models of this module)

        asked = offered.named(self.page, self.of)
        return offered.title(asked) if asked else self.of

    def address(self, on: dt.date | None = None) -> str:
        """The page with its question, as of a day or of the day on which it is opened."""
        parts = [self.query] if self.query else []
        parts += [f"on={on.isoformat()}"] if on else []
        page = reverse(self.page, args=[self.of])
        return f"{page}?{'&'.join(parts)}" if parts else page
