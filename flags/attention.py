"""The open flags that a reader may see, with their sentences, for pages and letters."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from accounts.models import User
from flags import subjects
from flags.kinds import KINDS
from flags.models import Flag
from flags.sentences import sentence_of
from foundation.lists import bounded_count

SHOWN_FIRST = 8


@dataclass(frozen=True)
class Notice:
    """A flag and its sentence in the reader's language."""

    flag: Flag
    sentence: str


@dataclass(frozen=True)
class Attention:
    """The most urgent open flags, and how many there are in all (a bounded count)."""

    notices: list[Notice]
    total: int


def for_user(user: User, *, today: dt.date) -> Attention:
    """What needs attention on the reader's home page; flags that are snoozed or acknowledged do not."""
    flags = Flag.objects.visible_to(user).unseen(today)
    return Attention(with_sentences(flags[:SHOWN_FIRST], today=today), bounded_count(flags))


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
