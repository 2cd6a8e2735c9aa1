"""The outbox: e-mails and webhook requests to be sent, and the mailboxes and webhooks that subscribe to flags."""

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

from foundation.text import LineField
from foundation.writes import TellingQuerySet


def new_key() -> str:
    """A random key for a new subscriber; `Subscriber.secret` is derived from it."""
    return get_random_string(32)


class Subscriber(models.Model):
    """A mailbox or a webhook that is notified of new flags of its `kinds` within minutes; kept by administrators.

    A mailbox gets an e-mail; a webhook gets a signed request without any name in it (`outbox.webhooks`). `told_up_to`
    is the number of the last opening of a flag (`Flag.opening`) that it was notified of.
    """

    class Medium(models.TextChoices):
        MAILBOX = "mailbox", _("Mailbox")
        WEBHOOK = "webhook", _("Webhook")

    name = LineField(_("name"), max_length=100, unique=True)
    medium = models.CharField(_("medium"), max_length=8, choices=Medium)
    address = LineField(_("e-mail or web address"), max_length=300)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en-ca")
    kinds = models.JSONField(_("kinds of flags"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    key = models.CharField(_("key"), max_length=32, default=new_key, editable=False)
    told_up_to = models.PositiveBigIntegerField(_("last flag sent"), default=0, editable=False)

    untold_fields = ("address",)
    machine_fields = ("key", "told_up_to")
    objects = TellingQuerySet.as_manager()
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
        """The secret with which the receiver of a webhook verifies signatures, in the format of Standard Webhooks.

        Derived from `key` and `SECRET_KEY`, and stored nowhere: a copy of the database cannot sign requests.
        """
        digest = salted_hmac("outbox.webhook", self.key, algorithm="sha256").digest()
        return f"whsec_{base64.b64encode(digest).decode()}"


class DeliveryFailed(Exception):
    """One try to deliver a letter failed.

    `code` is stored in `Letter.error`; `outbox.letters.failure_reason` puts it into words. After a `permanent` failure
    the letter is given up instead of tried again. A failure that `affects_all_mail` comes from the mail server and not
    from this letter: no other e-mail is tried in the same run.
    """

    def __init__(self, code: str, *, permanent: bool = False, affects_all_mail: bool = False) -> None:
        super().__init__(code)
        self.code, self.permanent, self.affects_all_mail = code, permanent, affects_all_mail


class LetterQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Neither sent nor given up: still to be delivered."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True)

    def due(self, now: dt.datetime) -> Self:
        """Waiting letters whose next try has come, and that no worker has claimed."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.waiting().filter(free, next_try_at__lte=now)

    def undeliverable(self) -> Self:
        """Letters that were given up, and that no administrator has sent again or put aside."""
        return self.filter(given_up_at__isnull=False, put_aside_at__isnull=True)


class Letter(models.Model):
    """One e-mail, or one webhook request, to one receiver. Saved in the same transaction as what it reports.

    `key` says what it is about: a second letter with the same key is not saved. `number` is sent with every try (as the
    Message-ID, or as `webhook-id`), so that a receiver can recognize a duplicate. `scope` is what the user was allowed
    to see when it was written (`outbox.letters.scope_of`). A worker that sends it holds it until `claimed_until`.
    `error` is the code of the last failure (`DeliveryFailed.code`). Written by `outbox.letters` only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("letter", "Waiting")
        SENT = "sent", pgettext_lazy("letter", "Sent")
        GIVEN_UP = "given_up", pgettext_lazy("letter", "Not delivered")
        PUT_ASIDE = "put_aside", pgettext_lazy("letter", "Archived")

    key = models.CharField(_("key"), max_length=100, unique=True)
    number = models.UUIDField(_("number"), default=uuid.uuid4, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    scope = models.CharField(_("scope"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject line"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML text"), blank=True)
    written_at = models.DateTimeField(_("written at"))
    next_try_at = models.DateTimeField(_("next try at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_until = models.DateTimeField(_("being sent until"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True)
    put_aside_at = models.DateTimeField(_("archived at"), null=True)
    error = models.CharField(_("error"), max_length=60, blank=True)

    leaves_no_event = "a message of the machine; what people do with it is recorded"
    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-id"]
        indexes = [
            # What is due, the longest first: `waiting`, `due`.
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
        """The account, mailbox or webhook that it is sent to."""
        return self.user or self.subscriber

    @property
    def is_webhook_request(self) -> bool:
        """Whether it is a webhook request; otherwise it is an e-mail."""
        return self.subscriber is not None and self.subscriber.medium == Subscriber.Medium.WEBHOOK

    @property
    def address(self) -> str:
        """The address as it is now, not as it was when the letter was written: a corrected one serves the next try."""
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
