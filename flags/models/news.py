"""News: what was done or came about, for those whom it concerns."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from flags import news_kinds
from flags.news_kinds import Audience
from personnel.models import Person, PoliceService

if TYPE_CHECKING:
    from accounts.models import User


class NewsQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """The kinds told to the role of the user. A liaison sees the news of the own services, and of all services.

        News of a person is seen as long as the person belongs to the service, as nominations are.
        """
        rows = self.filter(kind__in=[kind.code for kind in news_kinds.for_role(user.role)])
        if user.sees_every_service:
            return rows
        to_all = Q(kind__in=news_kinds.codes(audience=Audience.EVERY_SERVICE))
        of_own_service = Q(service__in=user.services.all())
        still_there = Q(person__isnull=True) | Q(person__service=F("service"))
        return rows.filter(to_all | (of_own_service & still_there))

    def for_reader(self, user: "User") -> Self:
        """What there is to tell a user: not what the user did."""
        return self.visible_to(user).exclude(by=user)


class News(models.Model):
    """One thing that happened, told once to each whom it concerns. Written by `flags.news` only.

    `service` is whose liaisons are told; `person`, where there is one, of whom it speaks only as long as the person
    belongs to that service. `number` is given by the first writer of letters that sees the row: readers remember up to
    which they were told. `once` is empty for what is written with its cause; what is noticed later is told once for
    each kind, subject and word. `facts` are keys and figures, never a name.
    """

    kind = models.CharField(_("kind"), max_length=30, choices=news_kinds.choices)
    subject_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of record"), on_delete=models.PROTECT, related_name="+"
    )
    subject_id = models.PositiveBigIntegerField(_("number of the record"))
    subject: Any = GenericForeignKey("subject_type", "subject_id")
    service = models.ForeignKey(
        PoliceService, verbose_name=_("police service"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(Person, verbose_name=_("person"), null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("date and time"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    facts = models.JSONField(_("figures"), default=dict)
    once = models.CharField(_("told once for"), max_length=30, blank=True)
    number = models.PositiveBigIntegerField(null=True, unique=True)

    leaves_no_event = "told by the act that it is about"
    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("news")
        ordering = ["-at", "-id"]
        indexes = [
            # The list as it comes.
            models.Index(fields=["-at", "-id"], name="news_by_time"),
            # What still waits for a number: `flags.news`, before each round of letters.
            models.Index(fields=["id"], name="news_without_number", condition=Q(number__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "once"], condition=~Q(once=""), name="news_noticed_once"
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="news_has_kind"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
