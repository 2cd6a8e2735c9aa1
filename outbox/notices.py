"""E-mails about one thing: what happened, in a few sentences, and one link. The frame is that of all e-mails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from background.enqueue import after_change_of
from outbox import letters
from outbox.models import Letter


@dataclass(frozen=True)
class Notice:
    """What an e-mail says, in the active language. `quoted` is a line to be copied as it is; `path` is where it leads.

    `subject` names nobody: it is shown in lists and notifications, where others may read it.
    """

    subject: str
    sentences: Sequence[str]
    path: str
    link_says: str
    why: str
    quoted: str = ""


def send(key: str, to: User, compose: Callable[[], Notice]) -> None:
    """Write the e-mail that `compose` answers in the language of the receiver, and have it sent after this transaction.

    Does nothing when there is one with this `key` already.
    """
    with translation.override(to.language):
        notice = compose()
        context = {
            "notice": notice,
            "subject": heading(notice.subject),
            "language": to.language,
            "link": absolute_url(notice.path),
            "link_says": notice.link_says,
        }
        text = render_to_string("emails/notice.txt", context)
        html = render_to_string("emails/notice.html", context)
    letters.write(key, to, language=to.language, subject=notice.subject, text=text, html=html)
    after_change_of(Letter)


def heading(subject: str) -> str:
    """What an e-mail begins with: its subject without the name of this site, with a capital of its own."""
    said = subject.partition(":")[2].strip()
    return said[:1].upper() + said[1:]


def absolute_url(path: str) -> str:
    """The URL of a path on this site (`SITE_URL`): tasks have no request to take the host from."""
    return settings.SITE_URL.rstrip("/") + path
