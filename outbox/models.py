"""Letters and calls of other programs on their way, and the mailboxes and programs that get them."""

import base64
import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords


def new_key() -> str:
    return get_random_string(32)


class Subscriber(models.Model):
    """A mailbox or another program that is told of kinds of flags within minutes; kept by administrators.

    Such a program gets a signed request (`outbox.webhooks`) without any name in it.
    """

    class Medium(models.TextChoices):
        MAILBOX = "mailbox", _("Mailbox")
        WEBHOOK = "webhook", _("Webhook")

    name = models.CharField(_("name"), max_length=100, unique=True)
    medium = models.CharField(_("medium"), max_length=8, choices=Medium)
    address = models.CharField(_("e-mail or web address"), max_length=300)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en-ca")
    kinds = models.JSONField(_("kinds of flags"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    key = models.CharField(max_length=32, default=new_key, editable=False)
    told_up_to = models.PositiveBigIntegerField(default=0, editable=False)

    history = HistoricalRecords(excluded_fields=["key", "told_up_to"])

    class Meta:
        verbose_name = _("subscriber to flags")
        verbose_name_plural = _("subscribers to flags")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(medium__in=["mailbox", "webhook"]), name="subscriber_medium_known")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        check = validate_email if self.medium == self.Medium.MAILBOX else URLValidator(schemes=["https"])
        check(self.address)

    @property
    def secret(self) -> str:
        """What a webhook's receiver checks the signature with, in the form of Standard Webhooks.

        Made from the key of the installation and stored nowhere: a copy of the database signs nothing.
        """
        digest = salted_hmac("outbox.webhook", self.key, algorithm="sha256").digest()
        return f"whsec_{base64.b64encode(digest).decode()}"


class LetterQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Not sent, not given up: on their way."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True)

    def due(self, now: dt.datetime) -> Self:
        """To be tried now, and in nobody's hands."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.waiting().filter(free, next_try_at__lte=now)

    def undeliverable(self) -> Self:
        """Given up, and nobody has sent them again or put them aside."""
        return self.filter(given_up_at__isnull=False, put_aside_at__isnull=True)


class Letter(models.Model):
    """One letter, or one call of a webhook, on its way to one receiver. Written with its cause, in one transaction.

    `key` says what it is about: it is written once. `number` goes with every try, so that a receiver who got it twice
    can tell. Written by `outbox.letters` only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("letter", "Waiting")
        SENT = "sent", pgettext_lazy("letter", "Sent")
        GIVEN_UP = "given_up", pgettext_lazy("letter", "Not delivered")
        PUT_ASIDE = "put_aside", pgettext_lazy("letter", "Put aside")

    key = models.CharField(max_length=100, unique=True)
    number = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    written_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    put_aside_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=60, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="letter_waiting",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, subscriber__isnull=True)
                | Q(user__isnull=True, subscriber__isnull=False),
                name="letter_to_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True), name="letter_sent_or_given_up"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(_("Call of a webhook"))

    def get_absolute_url(self) -> str:
        return reverse("letter_detail", args=[self.pk])

    @property
    def receiver(self):
        """The account, mailbox or webhook that it goes to."""
        return self.user or self.subscriber

    @property
    def is_call(self) -> bool:
        """A call of a webhook, not mail."""
        return self.subscriber is not None and self.subscriber.medium == Subscriber.Medium.WEBHOOK

    @property
    def address(self) -> str:
        """Where it goes: the address as it is now, so that a mended one is used by the next try."""
        return self.user.email if self.user else self.subscriber.address  # type: ignore[union-attr]  # letter_to_one_receiver

    @property
    def state(self) -> State:
        if self.sent_at:
            return self.State.SENT
        if self.given_up_at:
            return self.State.PUT_ASIDE if self.put_aside_at else self.State.GIVEN_UP
        return self.State.WAITING

    def get_state_display(self) -> str:
        return str(self.state.label)
