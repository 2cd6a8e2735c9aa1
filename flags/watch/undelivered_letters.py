"""Flags accounts, mailboxes and webhooks whose letters could not be delivered."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from accounts.access import Permission
from accounts.models import User
from flags.found import Found
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity
from outbox.models import Letter, Subscriber


def _say(_flag: Flag, params: dict[str, Any]) -> str:
    return (
        ngettext(
            "%(letters)s e-mail to %(subject)s could not be delivered since %(day)s.",
            "%(letters)s e-mails to %(subject)s could not be delivered since %(day)s.",
            params["letters"],
        )
        % params
    )


def _page(_subject: User | Subscriber, reader: User) -> str | None:
    return reverse("letter_list") + "?state=given_up" if reader.may(Permission.BACKGROUND_RUN) else None


LETTER_UNDELIVERABLE = Kind(
    "letter_undeliverable",
    _lazy("E-mails not delivered"),
    (User, Subscriber),
    _say,
    Audience.ADMINISTRATORS,
    page=_page,
    closes=_lazy("It closes when the e-mails are sent again or archived."),
)


@detects(LETTER_UNDELIVERABLE, sweep=Sweep.BACKGROUND)
def find(today: dt.date) -> Iterator[Found]:
    """Each receiver with undeliverable letters; `day` is that of the first one."""
    for model, field in ((User, "user_id"), (Subscriber, "subscriber_id")):
        given_up = Letter.objects.undeliverable().filter(**{f"{field}__isnull": False}).order_by()
        for row in given_up.values(field).annotate(letters=Count("pk"), since=Min("given_up_at")):
            yield Found(
                kind=LETTER_UNDELIVERABLE,
                subject=model(pk=row[field]),  # only its key is stored, so it need not be read
                stage="",
                severity=Severity.ACT,
                day=timezone.localdate(row["since"]),
                facts={"letters": row["letters"]},
            )
