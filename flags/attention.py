"""What needs the reader today: open flags with their sentences."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import QuerySet

from accounts.models import User
from deployments.models import Deployment
from flags.models import Flag
from flags.sentences import tell
from missions.models import Area, Ceiling

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
    flags = Flag.objects.visible_to(user).open()
    return Attention(told(flags[:SHOWN_FIRST], today=today), flags.count())


def told(flags: QuerySet[Flag], *, today: dt.date) -> list[Notice]:
    """Flags with their sentences, their subjects fetched at once."""
    subjects = GenericPrefetch(
        "subject",
        [Deployment.objects.select_related("person__rank", "mission"), Area.objects.all(), Ceiling.objects.all()],
    )
    return [Notice(flag, tell(flag, today=today)) for flag in flags.prefetch_related(subjects)]
