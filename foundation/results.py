"""What became of an act on many rows: kept for half an hour for whoever did it, to be shown at an address of its own.

In the cache, not in the session: two acts that end at the same moment do not overwrite each other there.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

KEPT = dt.timedelta(minutes=30)
TWICE_WITHIN = dt.timedelta(minutes=2)
"""The same form, sent twice within this time, is one act: a second click, or a page that was sent again."""
LENGTH = 22
UNDER_WAY = {"under_way": True}


def once(request: HttpRequest, act: Callable[[str], dict[str, Any]]) -> str:
    """Act, keep what came of it for the reader, and answer the name under which it is kept; `act` is told it, too.

    Of a form that is sent twice the second answers the name of the first, also while that one is still at work.
    """
    owner, name = request.user.pk, get_random_string(LENGTH)
    sent = repr(sorted(request.POST.lists())).encode()
    claim = f"sent:{owner}:{hashlib.sha256(request.get_full_path().encode() + sent).hexdigest()}"
    if not cache.add(claim, name, TWICE_WITHIN.total_seconds()):
        return cache.get(claim) or name
    cache.set(_key(owner, name), UNDER_WAY, KEPT.total_seconds())
    try:
        told = act(name)
    except BaseException:
        cache.delete_many([claim, _key(owner, name)])
        raise
    keep(owner, name, told)
    return name


def kept(request: HttpRequest, name: str) -> dict[str, Any] | None:
    """What is kept under this name for the reader; None where there is nothing, or no longer."""
    return cache.get(_key(request.user.pk, name))


def keep(owner: int | None, name: str, told: dict[str, Any]) -> None:
    """Keep what came of an act of this reader, with the moment."""
    cache.set(_key(owner, name), {**told, "at": timezone.now().isoformat()}, KEPT.total_seconds())


def _key(owner: int | None, name: str) -> str:
    return f"result:{owner}:{name}"


class ResultConverter:
    """The name of a result in an address."""

    regex = f"[A-Za-z0-9]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
