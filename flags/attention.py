"""The open flags that a reader may see, with their sentences, for pages and letters."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Q

from accounts.models import User
from flags import subjects
from flags.kinds import KINDS
from flags.models import Flag, Severity
from flags.sentences import sentence_of
from foundation.lists import COUNTED_AT_MOST, bounded_count

SHOWN_FIRST = 8


@dataclass(frozen=True)
class Notice:
    """A flag and its sentence in the reader's language."""

    flag: Flag
    sentence: str


@dataclass(frozen=True)
class Attention:
    """What is in a reader's box: the first of it, and how much there is (bounded counts).

    `to_act` is to be acted on now and is the number in the menu, `to_plan` is to be planned ahead; `total` is both.
    """

    notices: list[Notice]
    to_act: int
    to_plan: int

    @property
    def total(self) -> int:
        return self.to_act + self.to_plan


def for_user(user: User, *, today: dt.date, shown: int | None = None) -> Attention:
    """The reader's box for a page: what is assigned to the reader first, then the most urgent.

    Call it once for the box on a first page: `notices` are the first `shown` (`SHOWN_FIRST` without a number), with
    their sentences; `to_act` and `to_plan` count it all, and lead to the lists `?state=act` and `?state=mine`.
    What the box is says `FlagQuerySet.in_box_of`, for this, the menu, the list and the letters alike.
    """
    box = Flag.objects.visible_to(user).in_box_of(user, today)
    first = box.by_subject(user)[: SHOWN_FIRST if shown is None else shown]
    # In the order of their urgency, so that a bound cuts off what is to be planned.
    counted = box.order_by("severity").values("severity")[: COUNTED_AT_MOST + 1]
    is_urgent = Q(severity=Severity.ACT)
    counts = counted.aggregate(to_act=Count("severity", filter=is_urgent), to_plan=Count("severity", filter=~is_urgent))
    return Attention(with_sentences(first, today=today), **counts)


def next_to_plan(user: User, *, today: dt.date) -> Notice | None:
    """What in the reader's box has its day first, of what is to be planned ahead."""
    coming = Flag.objects.visible_to(user).in_box_of(user, today).to_plan().filter(day__gte=today)
    notices = with_sentences(coming.order_by("day", "pk")[:1], today=today)
    return notices[0] if notices else None


def count_to_act(user: User, today: dt.date) -> int:
    """How much is in the reader's box to be acted on now: the number in the menu; bounded."""
    return bounded_count(Flag.objects.visible_to(user).in_box_of(user, today).to_act_on())


def about(rows: list[models.Model], user: User, *, today: dt.date) -> list[Notice]:
    """The open flags about any of these rows that the reader may see, snoozed ones included."""
    about_them = Q(pk__in=[])
    for row in rows:
        about_them |= Q(subject_type=ContentType.objects.get_for_model(row), subject_id=row.pk)
    return with_sentences(Flag.objects.visible_to(user).open().filter(about_them), today=today)


def with_sentences(flags: Iterable[Flag], *, today: dt.date) -> list[Notice]:
    """These flags with their sentences, in one query for the flags and one for each model of their subjects."""
    rows = list(flags)
    subjects.fetch(rows, [(model, kind.related) for kind in KINDS.values() for model in kind.subjects])
    return [Notice(flag, sentence_of(flag, today=today)) for flag in rows]


def subject_page(flag: Flag, reader: User) -> str | None:
    """The URL of the page of what a flag is about; None when it has none or this reader may not open it."""
    return KINDS[flag.kind].page(flag.subject, reader)
