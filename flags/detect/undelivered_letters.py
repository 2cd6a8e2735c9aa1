"""Accounts, mailboxes and webhooks whose letters cannot be delivered."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone

from accounts.models import User
from flags.detect.found import Found
from flags.models import Kind, Severity
from outbox.models import Letter, Subscriber

KINDS = [Kind.LETTER_UNDELIVERABLE]


def find(today: dt.date) -> Iterator[Found]:
    """One for each receiver whose letters were given up, and nobody has sent them again or put them aside."""
    for model, field in ((User, "user_id"), (Subscriber, "subscriber_id")):
        given_up = Letter.objects.undeliverable().filter(**{f"{field}__isnull": False}).order_by()
        for row in given_up.values(field).annotate(letters=Count("pk"), since=Min("given_up_at")):
            yield Found(
                kind=Kind.LETTER_UNDELIVERABLE,
                subject=model(pk=row[field]),
                stage="",
                severity=Severity.ACT,
                day=timezone.localdate(row["since"]),
                facts={"letters": row["letters"]},
            )
