"""The outbox: saving letters (e-mails and webhook requests), sending them, retrying and giving up.

A letter is a row, saved in the same transaction as what it reports, so that neither exists without the other. A task
sends what is due: at once after a change, and every minute.

A worker claims a letter before it sends it, so that no two workers send the same one. The claim of a worker that dies
ends after `LETTER_CLAIM_SECONDS`; the next worker then tries again with the same number, so that a receiver who already
has the letter sees the same Message-ID or `webhook-id`.
"""

import datetime as dt
import hashlib
import logging
import smtplib
import time

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.links import with_key
from accounts.models import User
from audit.log import record
from audit.models import Verb
from background.enqueue import after_change_of
from background.jobs import Counts
from outbox import mail_files, webhooks
from outbox.models import DeliveryFailed, Letter, Subscriber

log = logging.getLogger(__name__)
RETRY_DELAYS = [dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720, 1440)]
"""How long to wait after the first, second, … failed try; when the try after the last delay fails, it is given up."""
RUN_SECONDS = 300
"""How long one task sends; the task of the next minute sends the rest."""
STUCK_AFTER = dt.timedelta(minutes=15)
"""How long a letter may stay unsent before `/readyz` reports a problem (`is_stuck`)."""


def write(key: str, to: User | Subscriber, *, language: str, subject: str, text: str, html: str = "") -> None:
    """Save a letter to be sent; does nothing when there is one with this `key` already.

    Call it in the transaction of the change that it reports. The caller then enqueues the sender, once for all letters
    that it wrote: `after_change_of(Letter)`.
    """
    now = timezone.now()
    row = Letter(
        scope=scope_of(to) if isinstance(to, User) else "",
        key=key, language=language, subject=subject, text=text, html=html, written_at=now, next_try_at=now,
        user=to if isinstance(to, User) else None, subscriber=to if isinstance(to, Subscriber) else None,
    )  # fmt: skip
    # Not `get_or_create`: two workers may write the same key at once; an IntegrityError would break the transaction.
    Letter.objects.bulk_create([row], ignore_conflicts=True)


def scope_of(user: User) -> str:
    """A hash of what the user may see (role, and services of a liaison).

    When it changes before a letter is sent, the letter is given up: it may name people whom the user may no longer see.
    """
    services = "" if user.sees_every_service else sorted(user.services.values_list("pk", flat=True))
    return hashlib.sha256(f"{user.role} {services}".encode()).hexdigest()


def send_due() -> Counts:
    """Send the letters that are due, for `RUN_SECONDS` at most; returns how many were `tried` and `sent`."""
    counts, began, mail_server_ok = Counts(), time.monotonic(), True
    while time.monotonic() - began < RUN_SECONDS and (letter := _claim(timezone.now(), with_mail=mail_server_ok)):
        counts["tried"] += 1
        try:
            _deliver(letter)
        except DeliveryFailed as failure:
            _schedule_retry(letter, failure)
            mail_server_ok = mail_server_ok and not failure.affects_all_mail
        except Exception:
            # An unexpected error must not end the run: it would come back with this letter, and block those behind it.
            log.exception("letter_failed")
            _schedule_retry(letter, DeliveryFailed("failed"))
        else:
            # Without `_still_claimed`: it was delivered, even if the claim ran out and another worker has it by now.
            sent = {"sent_at": timezone.now(), "given_up_at": None, "claimed_until": None, "error": ""}
            Letter.objects.filter(pk=letter.pk).update(**sent)
            counts["sent"] += 1
            _retry_unreachable_now(letter)
    return counts


def _retry_unreachable_now(sent: Letter) -> None:
    """After an e-mail was sent: the mail server is back, so retry at once what failed only because it was away."""
    if not sent.is_webhook_request:
        waiting = Letter.objects.waiting().filter(error="unreachable", claimed_until__isnull=True)
        waiting.update(next_try_at=timezone.now(), error="")


@transaction.atomic
def _claim(now: dt.datetime, *, with_mail: bool) -> Letter | None:
    """Claim and return the letter that is due the longest, or None; without `with_mail` only a webhook request."""
    due = Letter.objects.due(now).order_by("next_try_at", "id")
    if not with_mail:
        due = due.filter(subscriber__medium=Subscriber.Medium.WEBHOOK)
    # Workers skip each other's locked rows instead of waiting for them. `of`: the filter may join the subscriber, which
    # must not be locked. SQLite has neither, and needs neither: its transactions take turns.
    skip = connection.features.has_select_for_update_skip_locked
    letter = due.select_for_update(of=("self",) if skip else (), skip_locked=skip).first()
    if letter is None:
        return None
    letter.claimed_until = now + dt.timedelta(seconds=settings.LETTER_CLAIM_SECONDS)
    letter.tries += 1
    letter.save(update_fields=["claimed_until", "tries"])
    return letter


def _still_claimed(letter: Letter) -> QuerySet[Letter]:
    """The row of the letter; empty when our claim ran out and another worker claimed it, which counts `tries` up."""
    return Letter.objects.filter(pk=letter.pk, tries=letter.tries, sent_at__isnull=True)


def _schedule_retry(letter: Letter, failure: DeliveryFailed) -> None:
    """Record a failed try: set the time of the next one, or give the letter up."""
    now = timezone.now()
    if failure.permanent or letter.tries > len(RETRY_DELAYS):
        _still_claimed(letter).update(given_up_at=now, claimed_until=None, error=failure.code)
        return
    next_try_at = now + RETRY_DELAYS[letter.tries - 1]
    _still_claimed(letter).update(next_try_at=next_try_at, claimed_until=None, error=failure.code)


def _deliver(letter: Letter) -> None:
    """Send one letter. Raises `DeliveryFailed`, also when the receiver may not get it any more.

    That is so when the account or subscription was closed, or when the user's role or services changed (`scope_of`).
    """
    if not letter.receiver.is_active:
        raise DeliveryFailed("closed", permanent=True)
    if letter.user and letter.scope != scope_of(letter.user):
        raise DeliveryFailed("moved", permanent=True)
    if letter.is_webhook_request and letter.subscriber:
        webhooks.deliver(letter.subscriber, letter.number, letter.text)
        return
    text, html = (with_key(part, letter.user) if letter.user else part for part in (letter.text, letter.html))
    message = EmailMultiAlternatives(
        letter.subject,
        text,
        to=[letter.address],
        headers={
            "Message-ID": f"<{letter.number}@{settings.LETTERS_HOST}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except (
        smtplib.SMTPAuthenticationError,
        smtplib.SMTPConnectError,
        smtplib.SMTPHeloError,
        smtplib.SMTPSenderRefused,
    ) as error:
        # The server refuses us as a client or sender: not the fault of this letter, and the next one would fail, too.
        raise DeliveryFailed("unreachable", affects_all_mail=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _message in error.recipients.values())
        raise DeliveryFailed(f"refused {code}", permanent=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise DeliveryFailed(f"refused {error.smtp_code}", permanent=error.smtp_code >= 500) from error
    except OSError as error:  # also timeouts, and the other exceptions of smtplib, which derive from OSError
        raise DeliveryFailed("unreachable", affects_all_mail=True) from error


def failure_reason(letter: Letter) -> str:
    """Why the last try failed, as a sentence in the reader's language; empty when it did not fail."""
    # Stored as "<code>" or "<code> <status>", see `DeliveryFailed.code`.
    code, _space, number = letter.error.partition(" ")
    return {
        "": "",
        "closed": _("The account or subscription is closed."),
        "moved": _("The receiver has another role or other services since it was written."),
        "failed": _("An unexpected error occurred; see the log."),
        "unreachable": _("The mail server could not be reached, or broke off."),
        "refused": _("The mail server refused it (%(number)s)."),
        "answered": _("The receiving program answered %(number)s."),
        "silent": _("The receiving program did not answer."),
        "forbidden": _("Its address is inside a private network."),
    }[code] % {"number": number}


def send_again(letter: Letter, *, by: User) -> bool:
    """Send a letter that was given up or put aside again, with all its tries; False when somebody decided before."""
    reset = {"given_up_at": None, "put_aside_at": None, "next_try_at": timezone.now(), "tries": 0, "error": ""}
    return _decide(Letter.objects.filter(given_up_at__isnull=False), letter, by, "again", **reset)


def put_aside(letter: Letter, *, by: User) -> bool:
    """Archive a letter that was given up, so that it is flagged no more; False when somebody decided before."""
    return _decide(Letter.objects.undeliverable(), letter, by, "put_aside", put_aside_at=timezone.now())


@transaction.atomic
def _decide(allowed: QuerySet[Letter], letter: Letter, by: User, what: str, **values) -> bool:
    """Update the letter if it is still among those `allowed`, and record who did; False when it is not."""
    # One conditional UPDATE instead of a look and a write: two administrators may press the button at once.
    if not allowed.filter(pk=letter.pk).update(**values):
        return False
    record(by, Verb.DECIDED, letter, what=what)
    after_change_of(Letter)
    return True


def is_stuck(now: dt.datetime) -> bool:
    """Whether no worker sends due letters, or the mail server has not been reached, for `STUCK_AFTER`."""
    overdue = Letter.objects.due(now - STUCK_AFTER)
    unreachable = Letter.objects.waiting().filter(error="unreachable", written_at__lt=now - STUCK_AFTER)
    sent_recently = Letter.objects.filter(sent_at__gt=now - STUCK_AFTER)
    return overdue.exists() or (unreachable.exists() and not sent_recently.exists())


def delete_old(now: dt.datetime) -> Counts:
    """Delete letters that were sent or given up `LETTER_DAYS` ago, and their files: their texts name people."""
    before = now - dt.timedelta(days=settings.LETTER_DAYS)
    mail_files.delete_older_than(before)
    old = Letter.objects.filter(sent_at__lt=before) | Letter.objects.filter(given_up_at__lt=before)
    return Counts(removed=old.delete()[0])
