"""The chain of seals: how it begins, and whether it is whole."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections, models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from audit.models import SEALED, Chain, Event, Verb, seal_of_event


class Fault(models.TextChoices):
    """What is wrong with the chain, at an event of this number."""

    HEAD_MISSING = "head_missing", pgettext_lazy("audit", "The head of the trail, which counts its events, is gone.")
    HEAD_CHANGED = "head_changed", pgettext_lazy("audit", "The head of the trail was changed outside PeaceOps.")
    CUT = "cut", pgettext_lazy("audit", "Event %(number)s and all after it are gone.")
    GAP = "gap", pgettext_lazy("audit", "Event %(number)s is gone.")
    CHANGED = "changed", pgettext_lazy("audit", "Event %(number)s was changed or moved.")
    ADDED = "added", pgettext_lazy("audit", "Event %(number)s stands beyond the end of the trail.")
    FORGOTTEN = "forgotten", pgettext_lazy("audit", "Event %(number)s is not the one that was noted down.")


@dataclass(frozen=True)
class Verdict:
    """What a look at the chain found: how many events hold from the first one on, and the seal of the last of them.

    `number` is that of the first event with a fault.
    """

    count: int
    last_hash: str
    fault: Fault | None = None
    number: int = 0

    @property
    def is_intact(self) -> bool:
        return self.fault is None

    @property
    def head(self) -> str:
        return f"{self.count}:{self.last_hash}"


def sentence(fault: str, number: int) -> str:
    """What is wrong, in the reader's language; that nothing is, for an empty `fault`."""
    if not fault:
        return _("Every seal is intact: no event was changed, moved or removed.")
    return str(Fault(fault).label) % {"number": number}


def begin(using: str, **_kwargs) -> None:
    """Make the head of an empty chain (a `post_migrate` receiver).

    Only before there is any account: in an installation that is used already, a head that is gone was removed.
    """
    tables = connections[using].introspection.table_names()
    if not {Chain._meta.db_table, User._meta.db_table} <= set(tables):
        return  # `post_migrate` is also sent when the migrations of this app were not run, or were undone
    began = (model.objects.using(using).exists() for model in (Chain, Event, User))
    if not any(began):
        head = Chain(pk=1)
        head.seal = head.sealed()
        head.save(using=using)


def verify(noted: Iterable[str] = ()) -> Verdict:
    """Whether every event stands where it was written, up to the head, with the seal that it was given.

    `noted` are heads that were written down elsewhere (`Chain.head`): each must be in the chain still, which tells of a
    database that was set back with its head. Events that are added meanwhile are left for the next look.
    """
    head = Chain.objects.filter(pk=1).first()  # read before the events: those that come later are beyond it
    wanted = dict(_parse(one) for one in noted)
    count, previous = 0, ""
    rows = Event.objects.order_by("id").values_list(*SEALED, "hash")
    for *values, hash_ in (rows.filter(id__lte=head.count) if head else rows).iterator():
        number = values[0]
        if number != count + 1:
            return Verdict(count, previous, Fault.GAP, count + 1)
        if values[1] != previous or hash_ != seal_of_event(values):
            return Verdict(count, previous, Fault.CHANGED, number)
        if wanted.pop(number, hash_) != hash_:
            return Verdict(count, previous, Fault.FORGOTTEN, number)
        count, previous = number, hash_
    return _judge_end(head, Verdict(count, previous), wanted)


def _judge_end(head: Chain | None, found: Verdict, wanted: dict[int, str]) -> Verdict:
    """Compare the last event that holds with the head, and with the `wanted` heads that were not met on the way."""

    def broken(fault: Fault, number: int) -> Verdict:
        return Verdict(found.count, found.last_hash, fault, number)

    if head is None:
        return broken(Fault.HEAD_MISSING, found.count + 1)
    if found.count < head.count:
        return broken(Fault.CUT, found.count + 1)
    if not head.holds() or head.last_hash != found.last_hash:
        return broken(Fault.HEAD_CHANGED, found.count)
    # One statement sees the head and the events of one moment.
    beyond = Event.objects.filter(id__gt=models.Subquery(Chain.objects.filter(pk=1).values("count")))
    if number := beyond.order_by("id").values_list("id", flat=True).first():
        return broken(Fault.ADDED, number)
    wanted.pop(0, None)  # the head of a trail that had not begun
    return broken(Fault.FORGOTTEN, min(wanted)) if wanted else found


def newest_check() -> Event | None:
    """The event of the newest check; its details are `events` that hold, `fault` and `number`."""
    return Event.objects.filter(verb=Verb.CHECKED).order_by("-id").first()


def broken_since() -> dt.datetime | None:
    """When the first of the checks since the last good one found something; None when the newest found nothing."""
    checks = Event.objects.filter(verb=Verb.CHECKED).order_by("id")
    good = checks.filter(details__fault="").values_list("id", flat=True).last() or 0
    return checks.filter(id__gt=good).values_list("at", flat=True).first()


def _parse(head: str) -> tuple[int, str]:
    """The number and the seal of a head as it is written down; raises `ValueError` for what is none."""
    number, hash_ = head.strip().split(":")
    return int(number), hash_
