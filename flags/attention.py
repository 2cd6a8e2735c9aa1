"""What needs the reader today: open flags with their sentences."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import User
from flags.kinds import KINDS
from flags.models import Flag
from flags.sentences import tell

SHOWN_FIRST = 8


@dataclass(frozen=True)
class Notice:
    """A flag and what it says."""

    flag: Flag
    sentence: str


@dataclass(frozen=True)
class Attention:
    """The most urgent open flags, and how many there are in all."""

    notices: list[Notice]
    total: int


def for_user(user: User, *, today: dt.date) -> Attention:
    flags = Flag.objects.visible_to(user).awake(today)
    return Attention(told(flags[:SHOWN_FIRST], today=today), flags.count())


def about(subjects: list[models.Model], user: User, *, today: dt.date) -> list[Notice]:
    """The open flags of these rows, for their own pages."""
    mine = Q(pk__in=[])
    for subject in subjects:
        mine |= Q(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)
    return told(Flag.objects.visible_to(user).open().filter(mine), today=today)


def told(flags: Iterable[Flag], *, today: dt.date) -> list[Notice]:
    """Flags with their sentences, their subjects fetched at once."""
    rows = list(flags)
    prefetch_related_objects(rows, GenericPrefetch("subject", _subjects()))
    return [Notice(flag, tell(flag, today=today)) for flag in rows]


def _subjects() -> list[QuerySet]:
    """The rows that flags may be about, each model once, with what the sentences of its kinds ask of them."""
    related: dict[type[models.Model], set[str]] = {}
    for kind in KINDS.values():
        for model in kind.subjects:
            related.setdefault(model, set()).update(kind.related)
    return [
        model._default_manager.select_related(*sorted(names)) if names else model._default_manager.all()
        for model, names in related.items()
    ]


def page_of(flag: Flag, reader: User) -> str | None:
    """The address of what a flag is about, unless it is not for this reader."""
    return KINDS[flag.kind].page(flag.subject, reader)
