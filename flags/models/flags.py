"""Flags, and what was done about them."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, Value, When, Window
from django.db.models.functions import FirstValue, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission
from flags import kinds
from foundation.text import ProseField
from missions.models import Area
from personnel.models import PoliceService

if TYPE_CHECKING:
    from accounts.models import User


SOON = dt.timedelta(days=30)
"""What is to be planned within these days stands apart from what is to be planned later."""


class Severity(models.TextChoices):
    ACT = "act", _("Act now")
    PLAN = "plan", _("Plan ahead")


class Resolution(models.TextChoices):
    GONE = "gone", _("The cause is gone")
    STAGE = "stage", _("It came to another stage")


class FlagQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """A liaison sees the flags about the own services, and none that are about no service."""
        return self.all() if user.sees_every_service else self.filter(service__in=user.services.all())

    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)

    def awake(self, today: dt.date) -> Self:
        """Open and not snoozed beyond `today`: what needs attention now."""
        return self.open().filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))

    def unseen(self, today: dt.date) -> Self:
        """Awake, and nobody has acknowledged it: what needs somebody today."""
        return self.awake(today).filter(acknowledged_at__isnull=True)

    def in_box_of(self, user: "User", today: dt.date) -> Self:
        """What waits for this user: awake and not acknowledged, and not assigned to somebody else.

        What is assigned to the user waits until the user has acknowledged it, whoever else has. Who may not act on
        flags reads what the office has not acknowledged yet.
        """
        if not user.may(Permission.FLAG_ACT):
            return self.unseen(today)
        own = Q(assignee=user) & (Q(acknowledged_by__isnull=True) | ~Q(acknowledged_by=user))
        return self.awake(today).filter(own | Q(assignee__isnull=True, acknowledged_at__isnull=True))

    def to_act_on(self) -> Self:
        return self.filter(severity=Severity.ACT)

    def to_plan(self) -> Self:
        return self.filter(severity=Severity.PLAN)

    def to_plan_soon(self, today: dt.date) -> Self:
        return self.to_plan().filter(day__lte=today + SOON)

    def to_plan_later(self, today: dt.date) -> Self:
        return self.to_plan().filter(day__gt=today + SOON)

    def by_subject(self, reader: "User | None" = None) -> Self:
        """Those about one subject beside each other, the most urgent subject first; before them, what is assigned to
        the reader.
        """
        of_one = [F("subject_type"), F("subject_id")]

        def of_the_first(word: Any) -> Window:
            return Window(FirstValue(word), partition_by=of_one, order_by=["severity", "day", "id"])

        own = Case(When(assignee=reader, then=0), default=1) if reader else Value(1)
        return self.order_by(
            Window(Min(own), partition_by=of_one),
            of_the_first("severity"),
            of_the_first("day"),
            *of_one,
            "severity",
            "day",
            "pk",
        )

    def first_of_each(self) -> Self:
        """Of these flags, in the order of `by_subject`, the first about each subject."""
        first = Window(
            RowNumber(), partition_by=[F("subject_type"), F("subject_id")], order_by=["severity", "day", "id"]
        )
        return self.annotate(place=first).filter(place=1)

    def about_those_of(self, flags: Iterable[int]) -> Self:
        """Those that are about the subject of any flag with these ids."""
        same = {"subject_type": OuterRef("subject_type"), "subject_id": OuterRef("subject_id")}
        return self.filter(Exists(Flag.objects.filter(pk__in=list(flags), **same)))

    def newest_opening(self) -> int:
        """The greatest `opening` of these flags; 0 when there are none."""
        return self.aggregate(newest=Max("opening"))["newest"] or 0


class Flag(models.Model):
    """A cause for attention: one row per kind, subject and stage. Written by `flags.ledger` only.

    A sweep opens it when the cause appears, resolves it when the cause is gone, and reopens the same row when the cause
    returns. `opening` numbers the openings of all flags in their order: letters remember the number up to which a
    reader was told. `facts` are the keys and figures of its sentence (`flags.sentences`), without any name.
    """

    Severity = Severity
    Resolution = Resolution

    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices)
    stage = models.CharField(_("stage"), max_length=60)
    severity = models.CharField(_("urgency"), max_length=5, choices=Severity)
    subject_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of record"), on_delete=models.PROTECT, related_name="+"
    )
    subject_id = models.PositiveBigIntegerField(_("number of the record"))
    subject: Any = GenericForeignKey("subject_type", "subject_id")
    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), null=True, on_delete=models.PROTECT, related_name="flags"
    )
    service = models.ForeignKey(
        PoliceService, verbose_name=_("police service"), null=True, on_delete=models.PROTECT, related_name="flags"
    )
    day = models.DateField(_("day"), help_text=_("The first day on which it is so."))
    facts = models.JSONField(_("figures"), default=dict)
    first_seen = models.DateTimeField(_("first seen"))
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    last_seen = models.DateTimeField(_("last seen"))
    opening = models.PositiveBigIntegerField(
        _("number of the opening"),
        default=0,
        db_index=True,
        help_text=_("Counts every opening of any flag: up to which one somebody was told."),
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolution = models.CharField(_("why it was resolved"), max_length=5, choices=Resolution, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    snoozed_until = models.DateField(_("snoozed until"), null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assigned to"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True)

    leaves_no_event = "its acts are rows; those of people are recorded by the ledger"
    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["severity", "day", "id"]
        indexes = [
            # The open ones as they are listed, the most urgent first: `open`, `awake`.
            models.Index(fields=["severity", "day"], name="flag_open", condition=Q(resolved_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "stage"], name="flag_once_per_kind_subject_stage"
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="flag_has_kind"),
            models.CheckConstraint(condition=Q(severity__in=["act", "plan"]), name="flag_severity_known"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution="")
                | Q(resolved_at__isnull=False, resolution__in=["gone", "stage"]),
                name="flag_resolved_with_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="flag_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def shown_stage(self) -> str:
        """The stage; empty where it would name a restricted credential, whose code is the stage of its flag."""
        return "" if self.facts.get("restricted") else self.stage

    def get_absolute_url(self) -> str:
        return reverse("flag_detail", args=[self.pk])


class FlagAct(models.Model):
    """What was done about a flag, by whom. Written by `flags.ledger` only, never changed.

    Acts of one click have the same moment. `before` holds what an act of a person changed, as it stood: for undoing.
    """

    class Act(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", pgettext_lazy("flag", "Acknowledged")
        SNOOZE = "snooze", pgettext_lazy("flag", "Snoozed")
        ASSIGN = "assign", pgettext_lazy("flag", "Assigned")
        ESCALATE = "escalate", pgettext_lazy("flag", "Escalated")
        REOPEN = "reopen", pgettext_lazy("flag", "Opened again")
        WORSEN = "worsen", pgettext_lazy("flag", "Got worse")
        RESOLVE = "resolve", pgettext_lazy("flag", "Resolved")
        UNDO = "undo", pgettext_lazy("flag", "Undone")

    flag = models.ForeignKey(Flag, verbose_name=_("flag"), on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(_("act"), max_length=12, choices=Act)
    at = models.DateTimeField(_("date and time"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("to"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateField(_("until"), null=True)
    note = ProseField(_("note"), blank=True)
    before = models.JSONField(_("before"), default=dict, editable=False)

    leaves_no_event = "it is the record of an act itself"

    class Meta:
        verbose_name = _("act on a flag")
        verbose_name_plural = _("acts on flags")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    act__in=["acknowledge", "snooze", "assign", "escalate", "reopen", "worsen", "resolve", "undo"]
                ),
                name="flag_act_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.at:%Y-%m-%d}"
