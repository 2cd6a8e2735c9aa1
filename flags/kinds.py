"""The kinds of flags, by registry: each kind is one object beside the detector that finds it.

An app keeps its detectors in its folder `watch`, one module a matter; `discover()` imports them all when Django starts.
"""

import datetime as dt
import importlib.util
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
    """Who is told of a kind as long as the readers choose nothing else."""

    OFFICE = "office"
    """Coordinators."""
    SERVICES = "services"
    """Coordinators and the liaisons of the service that it is about."""
    SERVICES_BY_CHOICE = "services_by_choice"
    """Coordinators; a liaison sees it, and gets e-mails about it by choice."""
    ADMINISTRATORS = "administrators"


class Sweep(Enum):
    """Looks over the whole database that are taken together, each by one job of `flags.tasks`."""

    CAPS = "caps"
    POSTINGS = "postings"
    PAPERS = "papers"
    WAITING = "waiting"
    BACKGROUND = "background"


def own_page(subject: Any, _reader: "User") -> str | None:
    """The page of what a flag is about, for everybody who sees the flag."""
    return subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else None


@dataclass(frozen=True)
class Kind:
    """One cause for attention.

    `code` is what is stored. `subjects` are the models that it may be about, and `related` what its sentence asks of
    them. `say` tells a flag in the reader's language: it gets the flag and `subject`, `day` in words, `days` from or
    to that day, and the flag's facts. `page` answers the address of the subject for a reader, None when it is not
    theirs. `numbers` says what its thresholds count, `begins_with` are those that the office begins with; a kind with
    `numbers` and no thresholds is not watched.
    """

    code: str
    label: str | Promise
    subjects: tuple[type[models.Model], ...]
    say: Callable[["Flag", dict[str, Any]], str]
    audience: Audience = Audience.OFFICE
    related: tuple[str, ...] = ()
    page: Callable[[Any, "User"], str | None] = own_page
    numbers: str | Promise = ""
    begins_with: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Detector:
    """A look over the whole database that finds every flag of its kinds as things stand today."""

    find: Callable[[dt.date], Iterable["Found"]]
    kinds: tuple[Kind, ...]
    sweep: Sweep


KINDS: dict[str, Kind] = {}
_DETECTORS: list[Detector] = []


def detects(*kinds: Kind, sweep: Sweep) -> Callable[[Callable], Callable]:
    """Declare that the decorated `find(today)` finds these kinds, as part of a sweep. Raises on a code used twice."""

    def declare(find: Callable) -> Callable:
        for kind in kinds:
            if kind.code in KINDS:
                raise ValueError(f"Two kinds of flags are called {kind.code}.")
            KINDS[kind.code] = kind
        _DETECTORS.append(Detector(find, kinds, sweep))
        return find

    return declare


def discover() -> None:
    """Import every detector of every app."""
    for app in apps.get_app_configs():
        folder = f"{app.name}.watch"
        if importlib.util.find_spec(folder) is None:
            continue
        for module in pkgutil.iter_modules(import_module(folder).__path__):
            import_module(f"{folder}.{module.name}")


def detectors(sweep: Sweep) -> list[Detector]:
    """The detectors of one sweep."""
    return [detector for detector in _DETECTORS if detector.sweep == sweep]


def in_order() -> list[Kind]:
    """Every kind, in the order of the sweeps."""
    return [kind for sweep in Sweep for detector in detectors(sweep) for kind in detector.kinds]


def for_audiences(*audiences: Audience) -> list[str]:
    """The codes of the kinds that are for these readers."""
    return [kind.code for kind in in_order() if kind.audience in audiences]


def choices() -> list[tuple[str, str | Promise]]:
    """Every kind, for a field or a form."""
    return [(kind.code, kind.label) for kind in in_order()]


def watched_choices() -> list[tuple[str, str | Promise]]:
    """The kinds that wait for a number, with what the number counts."""
    return [(kind.code, kind.numbers) for kind in in_order() if kind.numbers]
