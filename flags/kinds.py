"""The registry of the kinds of flags and of the detectors that find them.

An app declares its kinds and detectors in its package `watch`, one module per subject; `discover()` imports them all
when Django starts. So this app knows no other, and a new kind is one new module.
"""

import datetime as dt
import importlib.util
import itertools
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.models import User
    from flags.found import Found
    from flags.models import Flag


class Audience(Enum):
    """Who gets letters about a kind of flag by default; each reader may choose otherwise (`LetterChoice`)."""

    OFFICE = "office"
    """Coordinators."""
    SERVICES = "services"
    """Coordinators and the liaisons of the service that it is about."""
    SERVICES_BY_CHOICE = "services_by_choice"
    """Coordinators. A liaison sees such flags, but gets letters about them only by choice."""
    ADMINISTRATORS = "administrators"


class Sweep(Enum):
    """A group of detectors that run together, as one job of `flags.tasks`."""

    CAPS = "caps"
    POSTINGS = "postings"
    PAPERS = "papers"
    APPROVALS = "approvals"
    WAITING = "waiting"
    BACKGROUND = "background"
    TRAIL = "trail"


def own_page(subject: Any, _reader: "User") -> str | None:
    """The URL of the subject's own page, the same for every reader; None when it has none."""
    return subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else None


@dataclass(frozen=True)
class NextAct:
    """What closes a flag: what its button says, and where it leads."""

    says: str
    url: str


@dataclass(frozen=True)
class Kind:
    """One kind of flag.

    - `code`: what is stored in `Flag.kind`.
    - `subjects`: the models of the rows that it may be about; `related`: their relations that its sentence reads, for
      `select_related`.
    - `say(flag, params)`: its sentence in the reader's language. `params` are `subject`, `day` (in words), `days` (from
      or to that day, never negative) and the flag's `facts`.
    - `page(subject, reader)`: the URL of the subject's page, or None when the reader may not open it.
    - `name_of(subject)`: the words that name the subject, the first of them alone or all with commas, as its sentences
      begin.
    - `closes`: what closes such a flag, as a sentence. `next_acts`: each (flag, reader) → what the button says that
      does it, and its URL; None where the reader may not.
    - `urgent_on(flag, stages)`: the day on which a flag that is to be planned becomes urgent, by the thresholds of its
      kind, ascending; None for never, or when nobody can say.
    - `threshold_label`: what its thresholds count; empty for a kind without thresholds. `default_thresholds` are those
      of a new installation. A kind with a label whose thresholds were all deleted is not looked for.
    - `lists`: the name of the fact that lists what is wrong, where one flag says several things. When something joins
      the list, the flag counts as opened anew.
    - `only_plans`: its flags are never urgent, so no rule hands them on in a new installation.
    """

    code: str
    label: str | Promise
    subjects: tuple[type[models.Model], ...]
    say: Callable[["Flag", dict[str, Any]], str]
    audience: Audience = Audience.OFFICE
    related: tuple[str, ...] = ()
    page: Callable[[Any, "User"], str | None] = own_page
    name_of: Callable[[Any], tuple[object, ...]] = lambda subject: (subject,)
    closes: str | Promise = ""
    next_acts: tuple[Callable[["Flag", "User"], "NextAct | None"], ...] = ()
    urgent_on: Callable[["Flag", list[int]], dt.date | None] = lambda _flag, _stages: None
    threshold_label: str | Promise = ""
    default_thresholds: tuple[int, ...] = ()
    lists: str = ""
    only_plans: bool = False

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Detector:
    """A function `find(today)` that returns every cause for a flag of `kinds` in the whole database as it is now."""

    find: Callable[[dt.date], Iterable["Found"]]
    kinds: tuple[Kind, ...]
    sweep: Sweep


KINDS: dict[str, Kind] = {}
_DETECTORS: list[Detector] = []


def detects(*kinds: Kind, sweep: Sweep) -> Callable[[Callable], Callable]:
    """Register the decorated `find(today)` as the detector of these kinds, to be run as part of `sweep`.

    Raises `ValueError` when another kind has the same code.
    """

    def declare(find: Callable) -> Callable:
        for kind in kinds:
            if kind.code in KINDS:
                raise ValueError(f"Two kinds of flags are called {kind.code}.")
            KINDS[kind.code] = kind
        _DETECTORS.append(Detector(find, kinds, sweep))
        return find

    return declare


def discover() -> None:
    """Import the modules in the packages `watch` and `news` of every app, which registers their kinds and detectors."""
    for app, name in itertools.product(apps.get_app_configs(), ("watch", "news")):
        package = f"{app.name}.{name}"
        if importlib.util.find_spec(package) is None:
            continue
        for module in pkgutil.iter_modules(getattr(import_module(package), "__path__", [])):
            import_module(f"{package}.{module.name}")


def detectors(sweep: Sweep) -> list[Detector]:
    """The detectors of one sweep."""
    return [detector for detector in _DETECTORS if detector.sweep == sweep]


def in_order() -> list[Kind]:
    """Every kind, grouped by sweep: the order in which forms list them."""
    return [kind for sweep in Sweep for detector in detectors(sweep) for kind in detector.kinds]


def for_audiences(*audiences: Audience) -> list[str]:
    """The codes of the kinds whose audience is one of these."""
    return [kind.code for kind in in_order() if kind.audience in audiences]


def choices() -> list[tuple[str, str | Promise]]:
    """(code, label) of every kind. Fields take the function itself: when models load, no kind is registered yet."""
    return [(kind.code, kind.label) for kind in in_order()]


def watched_choices() -> list[tuple[str, str | Promise]]:
    """(code, what its thresholds count) of every kind that has thresholds."""
    return [(kind.code, kind.threshold_label) for kind in in_order() if kind.threshold_label]
