"""E-mails as files, for an installation without a mail server: `DATA_DIR/mail/<number>.eml`."""

import datetime as dt
import os
import re
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Django e-mail backend: one file per letter, named by its Message-ID, so that a letter sent twice is one file.

    Django's own file backend names files by the time: a second try would leave a second file.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = settings.DATA_DIR / "mail"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message()
            name = re.sub(r"[^\w.@-]", "", content["Message-ID"]).split("@")[0]
            # Written beside and renamed, so that nobody reads half a file; the process id keeps two workers apart.
            part = folder / f".{name}.{os.getpid()}"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content.as_bytes())
            part.replace(folder / f"{name}.eml")
        return len(email_messages)


def delete_older_than(before: dt.datetime) -> None:
    """Delete the files of e-mails that were written before this moment."""
    for file in (settings.DATA_DIR / "mail").glob("*.eml"):
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)  # another worker may delete the same files
