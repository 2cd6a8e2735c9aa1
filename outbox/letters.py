"""The outbox: letters are rows, written with their cause; a task sends them, and each minute sends what was left.

A letter is claimed by one statement before anybody hands it over, so that two workers never send it both. A worker that
dies holding it loses its claim after a while, and the next one tries again under the same number: a mail server that
had taken it already sees the same Message-ID, a webhook the same delivery.
"""

import datetime as dt
import hashlib
import logging
import smtplib
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from audit.models import Verb
from background.enqueue import after_change_of
from background.jobs import Counts
from outbox import mail_files, webhooks
from outbox.models import Letter, Subscriber

log = logging.getLogger(__name__)
BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720, 1440)]
"""How long to wait after each try that failed; after the last the letter is given up."""
ROUND_SECONDS = 300
"""How long one task sends; what is left comes with the next minute."""
STUCK_AFTER = dt.timedelta(minutes=15)


@dataclass(eq=False)
class Undelivered(Exception):
    """A try failed: a code for `why`, and what follows from it."""

    code: str
    for_ever: bool = False
    everybody: bool = False


def write(key: str, to: User | Subscriber, *, language: str, subject: str, text: str, html: str = "") -> None:
    """Put a letter into the outbox, in the transaction of its cause; a second one with the same key is not written.

    Whoever wrote wakes the sender (`after_change_of(Letter)`), once for all letters.
    """
    now = timezone.now()
    row = Letter(
        scope=scope_of(to) if isinstance(to, User) else "",
        key=key, language=language, subject=subject, text=text, html=html, written_at=now, next_try_at=now,
        user=to if isinstance(to, User) else None, subscriber=to if isinstance(to, Subscriber) else None,
    )  # fmt: skip
    Letter.objects.bulk_create([row], ignore_conflicts=True)


def scope_of(user: User) -> str:
    """What somebody may see: a letter written for one scope is not sent to another."""
    services = "" if user.sees_every_service else sorted(user.services.values_list("pk", flat=True))
    return hashlib.sha256(f"{user.role} {services}".encode()).hexdigest()


def send_due() -> Counts:
    """Send what is due; answers how many were tried and sent."""
    counts, began, mail_server = Counts(), time.monotonic(), True
    while time.monotonic() - began < ROUND_SECONDS and (letter := _claim(timezone.now(), mail_server)):
        counts["tried"] += 1
        try:
            _hand_over(letter)
        except Undelivered as trouble:
            _put_off(letter, trouble)
            mail_server = mail_server and not trouble.everybody
        except Exception:
            # Whatever it is, this letter must not stand in the way of the others for ever.
            log.exception("letter_failed")
            _put_off(letter, Undelivered("failed"))
        else:
            # It is out, even when another worker holds it by now.
            sent = {"sent_at": timezone.now(), "given_up_at": None, "claimed_until": None, "error": ""}
            Letter.objects.filter(pk=letter.pk).update(**sent)
            counts["sent"] += 1
            _try_the_others_now(letter)
    return counts


def _try_the_others_now(sent: Letter) -> None:
    """The mail server is there: what waits only because it was not, waits no longer."""
    if not sent.is_call:
        waiting = Letter.objects.waiting().filter(error="unreachable", claimed_until__isnull=True)
        waiting.update(next_try_at=timezone.now(), error="")


@transaction.atomic
def _claim(now: dt.datetime, mail_server: bool) -> Letter | None:
    """The letter that has waited longest, held by us for a while; without the mail server only calls of webhooks."""
    due = Letter.objects.due(now).order_by("next_try_at", "id")
    if not mail_server:
        due = due.filter(subscriber__medium=Subscriber.Medium.WEBHOOK)
    skip = connection.features.has_select_for_update_skip_locked
    letter = due.select_for_update(of=("self",) if skip else (), skip_locked=skip).first()
    if letter is None:
        return None
    letter.claimed_until = now + dt.timedelta(seconds=settings.LETTER_CLAIM_SECONDS)
    letter.tries += 1
    letter.save(update_fields=["claimed_until", "tries"])
    return letter


def _mine(letter: Letter):
    """The row, unless the claim ran out and another worker holds it now."""
    return Letter.objects.filter(pk=letter.pk, tries=letter.tries, sent_at__isnull=True)


def _put_off(letter: Letter, trouble: Undelivered) -> None:
    now = timezone.now()
    if trouble.for_ever or letter.tries > len(BACK_OFF):
        _mine(letter).update(given_up_at=now, claimed_until=None, error=trouble.code)
        return
    later = now + BACK_OFF[letter.tries - 1]
    _mine(letter).update(next_try_at=later, claimed_until=None, error=trouble.code)


def _hand_over(letter: Letter) -> None:
    """Raises `Undelivered`. Somebody whose account or subscription was closed meanwhile gets nothing more."""
    if not letter.receiver.is_active:
        raise Undelivered("closed", for_ever=True)
    if letter.user and letter.scope != scope_of(letter.user):
        raise Undelivered("moved", for_ever=True)
    if letter.is_call and letter.subscriber:
        try:
            webhooks.call(letter.subscriber, letter.number, letter.text)
        except webhooks.NotTaken as trouble:
            raise Undelivered(trouble.code, for_ever=trouble.for_ever) from trouble
        return
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[letter.address],
        headers={
            "Message-ID": f"<{letter.number}@{settings.LETTERS_HOST}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    try:
        message.send()
    except (
        smtplib.SMTPAuthenticationError,
        smtplib.SMTPConnectError,
        smtplib.SMTPHeloError,
        smtplib.SMTPSenderRefused,
    ) as error:
        # These answer for the server or for us as the sender, not for the receiver.
        raise Undelivered("unreachable", everybody=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _said in error.recipients.values())
        raise Undelivered(f"refused {code}", for_ever=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise Undelivered(f"refused {error.smtp_code}", for_ever=error.smtp_code >= 500) from error
    except OSError as error:  # of which smtplib makes its own, and so are time-outs
        raise Undelivered("unreachable", everybody=True) from error


def why(letter: Letter) -> str:
    """Why the last try failed, for people."""
    code, _space, number = letter.error.partition(" ")
    return {
        "": "",
        "closed": _("The account or subscription is closed."),
        "moved": _("The receiver has another role or other services since it was written."),
        "failed": _("Something unexpected happened; the log tells."),
        "unreachable": _("The mail server could not be reached, or broke off."),
        "refused": _("The mail server refused it (%(number)s)."),
        "answered": _("The receiving program answered %(number)s."),
        "silent": _("The receiving program did not answer."),
        "forbidden": _("Its address is inside a private network."),
    }[code] % {"number": number}


def send_again(letter: Letter, *, by: User) -> bool:
    """Try a letter that was given up, or put aside, from the beginning; False when somebody has seen to it already."""
    anew = {"given_up_at": None, "put_aside_at": None, "next_try_at": timezone.now(), "tries": 0, "error": ""}
    return _decide(Letter.objects.filter(given_up_at__isnull=False), letter, by, "again", **anew)


def put_aside(letter: Letter, *, by: User) -> bool:
    """Let a letter that was given up be; False when somebody has seen to it already."""
    return _decide(Letter.objects.undeliverable(), letter, by, "put_aside", put_aside_at=timezone.now())


@transaction.atomic
def _decide(those: QuerySet[Letter], letter: Letter, by: User, what: str, **values) -> bool:
    if not those.filter(pk=letter.pk).update(**values):
        return False
    record(by, Verb.DECIDED, letter, what=what)
    after_change_of(Letter)
    return True


def is_stuck(now: dt.datetime) -> bool:
    """Whether letters lie about that nobody tries to send, or the mail server has not been reached for as long."""
    untried = Letter.objects.due(now - STUCK_AFTER)
    unreachable = Letter.objects.waiting().filter(error="unreachable", written_at__lt=now - STUCK_AFTER)
    lately = Letter.objects.filter(sent_at__gt=now - STUCK_AFTER)
    return untried.exists() or (unreachable.exists() and not lately.exists())


def forget(now: dt.datetime) -> Counts:
    """Remove letters that were sent or given up long ago, and their files: their texts name people."""
    before = now - dt.timedelta(days=settings.LETTER_DAYS)
    mail_files.forget(before)
    old = Letter.objects.filter(sent_at__lt=before) | Letter.objects.filter(given_up_at__lt=before)
    return Counts(removed=old.delete()[0])
