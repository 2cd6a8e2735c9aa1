"""News: written with its cause or noticed later, numbered for the letters, read, and forgotten.

A rule calls `tell` in the transaction of its act, so that neither exists without the other. The rows are numbered by
the job that writes letters, not there: giving numbers in their order needs a lock that would hold up every other act.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import User
from background.jobs import Counts
from flags import news_kinds, subjects
from flags.models import News
from flags.news_kinds import Audience, NewsKind
from personnel.models import Person, PoliceService


@dataclass(frozen=True)
class Told:
    """A piece of news with its sentence, what the reader is asked to do, and its page, for one reader."""

    news: News
    sentence: str
    to_do: str
    urgent: bool
    page: str | None


def tell(
    kind: NewsKind,
    subject: models.Model,
    *,
    by: User | None,
    service: PoliceService | None = None,
    person: Person | None = None,
    facts: dict | None = None,
) -> None:
    """Save a piece of news; call it in the transaction of the act that it tells of.

    Nothing is saved for a service that the person has left: nobody may be told of it any more.
    """
    if kind.audience is Audience.SERVICE and person and service and person.service_id != service.pk:
        return
    News.objects.create(
        kind=kind.code,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        service=service,
        person=person,
        at=timezone.now(),
        by=by,
        facts=facts or {},
    )


def notice(*, now: dt.datetime) -> Counts:
    """Save the news that no rule writes and that was not told before; returns how many were `noticed`."""
    counts = Counts(noticed=0)
    for find in news_kinds.NOTICING:
        found = list(find(now))
        known = News.objects.filter(kind__in={one.kind.code for one in found}).exclude(once="")
        told = set(known.values_list("kind", "subject_id", "once")) if found else set()
        new = [one for one in found if (one.kind.code, one.subject.pk, one.once) not in told]
        # Two workers may notice the same: the constraint keeps one.
        News.objects.bulk_create((_noticed(one, now) for one in new), ignore_conflicts=True, batch_size=500)
        counts["noticed"] += len(new)
    return counts


def _noticed(one: news_kinds.Noticed, now: dt.datetime) -> News:
    return News(
        kind=one.kind.code,
        subject_type=ContentType.objects.get_for_model(one.subject),
        subject_id=one.subject.pk,
        once=one.once,
        service_id=one.service_id,
        person_id=one.person_id,
        by_id=one.by_id,
        facts=one.facts,
        at=now,
    )


def number_new() -> int:
    """Give every row without a number the next ones; returns the greatest number, 0 when there is none.

    The numbers are committed under one lock, so that other transactions see them in ascending order: a row that is
    committed later gets a greater number than any that a reader was told of.
    """
    seen = News.objects.aggregate(newest=Max("number"), waiting=Count("pk", filter=Q(number__isnull=True)))
    if not seen["waiting"]:
        return seen["newest"] or 0
    with transaction.atomic():
        # This row serves as the lock of the numbers. `no_key`: others may go on writing rows that refer to it.
        ContentType.objects.select_for_update(no_key=True).get(pk=ContentType.objects.get_for_model(News).pk)
        newest = newest_number()
        waiting = list(News.objects.filter(number__isnull=True).order_by("pk").only("pk"))
        for number, row in enumerate(waiting, start=newest + 1):
            row.number = number
        News.objects.bulk_update(waiting, ["number"], batch_size=500)
        return newest + len(waiting)


def newest_number(*, kinds: Iterable[str] | None = None) -> int:
    """The greatest number of these kinds, of all kinds by default; 0 when there is none."""
    rows = News.objects.all() if kinds is None else News.objects.filter(kind__in=kinds)
    return rows.aggregate(newest=Max("number"))["newest"] or 0


def with_sentences(rows: Iterable[News], reader: User, *, today: dt.date) -> list[Told]:
    """News with its sentences for a reader, in one query for the news and one for each model of its subjects."""
    rows = list(rows)
    subjects.fetch(rows, [(kind.subject, kind.related) for kind in news_kinds.KINDS.values()])
    return [_told(row, news_kinds.KINDS[row.kind], reader, today) for row in rows]


def _told(row: News, kind: NewsKind, reader: User, today: dt.date) -> Told:
    return Told(row, kind.say(row), str(kind.to_do), kind.urgent, kind.page(row, reader, today))


def delete_old(now: dt.datetime) -> Counts:
    """Delete news older than `NEWS_DAYS`; returns how many were `forgotten`."""
    return Counts(forgotten=News.objects.filter(at__lt=now - dt.timedelta(days=settings.NEWS_DAYS)).delete()[0])
