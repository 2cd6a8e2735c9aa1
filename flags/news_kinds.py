"""The registry of the kinds of news: what was done or came about, told to whom it concerns.

A flag says what is so and needs attention until it is not so any more; a piece of news says what happened, once. An app
declares its kinds in its package `news`, one module per subject, which `flags.kinds.discover` imports.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise

from accounts.access import Role

if TYPE_CHECKING:
    from accounts.models import User
    from flags.models import News


class Audience(Enum):
    """Who is told of a kind of news. Auditors and administrators may read all of it, and get no letters about it."""

    SERVICE = "service"
    """The liaisons of the service that it concerns."""
    EVERY_SERVICE = "every_service"
    """All liaisons: it is about no service."""
    OFFICE = "office"
    """Coordinators."""
    BOTH = "both"
    """Coordinators and the liaisons of the service."""


TOLD: dict[Role, tuple[Audience, ...]] = {
    Role.LIAISON: (Audience.SERVICE, Audience.EVERY_SERVICE, Audience.BOTH),
    Role.COORDINATOR: (Audience.OFFICE, Audience.BOTH),
    Role.AUDITOR: tuple(Audience),
    Role.ADMINISTRATOR: tuple(Audience),
}
"""The news of which audiences each role may read."""


def no_page(_news: "News", _reader: "User", _today: dt.date) -> str | None:
    """For kinds whose subject nobody but its owner may open."""
    return None


@dataclass(frozen=True)
class NewsKind:
    """One kind of news.

    - `code`: what is stored in `News.kind`.
    - `subject`: the model of the row that it is about; `related`: its relations that the sentence reads.
    - `say(news)`: its sentence in the reader's language; `to_do`: what the reader is asked to do about it, empty where
      there is nothing to do.
    - `urgent`: told at once to everybody who wants it, whatever their rhythm.
    - `page(news, reader, today)`: the URL of its subject's page, or None when the reader may not open it.
    """

    code: str
    label: str | Promise
    subject: type[models.Model]
    say: Callable[["News"], str]
    audience: Audience
    page: Callable[["News", "User", dt.date], str | None]
    related: tuple[str, ...] = ()
    to_do: str | Promise = ""
    urgent: bool = False

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Noticed:
    """One piece of news that was not written with its cause, because nobody did it through a rule.

    `once` tells it apart from others of its kind about the same subject: with the same word it is told once.
    """

    kind: NewsKind
    subject: models.Model
    once: str
    service_id: int | None = None
    person_id: int | None = None
    by_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


KINDS: dict[str, NewsKind] = {}
NOTICING: list[Callable[[dt.datetime], Iterable[Noticed]]] = []
"""Functions `find(now)` that return news of the last `NEWS_DAYS` which no rule writes; those told before too."""


def declare(*kinds: NewsKind) -> None:
    """Register kinds. Raises `ValueError` when another has the same code."""
    for kind in kinds:
        if kind.code in KINDS:
            raise ValueError(f"Two kinds of news are called {kind.code}.")
        KINDS[kind.code] = kind


def notices(find: Callable[[dt.datetime], Iterable[Noticed]]) -> Callable[[dt.datetime], Iterable[Noticed]]:
    """Register the decorated function in `NOTICING`."""
    NOTICING.append(find)
    return find


def choices() -> list[tuple[str, str | Promise]]:
    """(code, label) of every kind. Fields take the function itself: when models load, no kind is registered yet."""
    return [(kind.code, kind.label) for kind in KINDS.values()]


def for_role(role: str) -> list[NewsKind]:
    """The kinds that somebody with this role may read."""
    return [kind for kind in KINDS.values() if kind.audience in TOLD[Role(role)]]


def codes(*, audience: Audience | None = None, urgent: bool | None = None, to_do: bool | None = None) -> list[str]:
    """The codes of the kinds of which all this is true."""
    return [
        kind.code
        for kind in KINDS.values()
        if audience in {None, kind.audience} and urgent in {None, kind.urgent} and to_do in {None, bool(kind.to_do)}
    ]
