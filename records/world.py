"""What the rows of a list may refer to: what is on record, and what the list itself adds before them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy

from accounts.models import User
from deployments.models import reasons
from foundation.text import normalised
from records.shelf import Shelf

Place = tuple[int, int]
"""A table and a line: two sheets may hold records of the same kind."""
PLACE = "_place_in_list"


class World:
    """The records that a list of the user `by` may name, as of `today`; `number` is that of the list.

    Records of one kind are looked up once, when a row first names one. What a row adds is named from then on, so that
    rows after it may refer to it: in a preview it is not saved, while a list is saved it is.
    """

    def __init__(self, *, by: User, today: dt.date, number: int = 0, is_preview: bool = True) -> None:
        self.by, self.today, self.number, self.is_preview = by, today, number, is_preview
        self._named: dict[str, dict[str, list[Any]]] = {}
        self._former: dict[str, dict[str, list[Any]]] = {}
        self._keyed: dict[str, dict[tuple, Any]] = {}
        self._records: dict[str, dict[Any, Any]] = defaultdict(dict)
        self.excesses: list[dict[str, Any]] = []
        """The days above a cap of the stays that the list adds, as the preview shows them."""
        self._facts: dict[type, Any] = {}
        self._places = Shelf()

    @property
    def why(self) -> str:
        """What the history of a record keeps of why it was saved; steps and excesses keep the same."""
        return reasons.of_list(self.number)

    def named(self, kind: str, text: str) -> Any:
        """The record of a kind that is called so. Raises `ValidationError` for none and for several."""
        found = self.all_named(kind, text)
        if len(found) > 1:
            raise ValidationError(gettext_lazy("Several records are called “%(value)s”."), params={"value": text[:60]})
        if not found:
            raise ValidationError(gettext_lazy("No record is called “%(value)s”."), params={"value": text[:60]})
        return found[0]

    def all_named(self, kind: str, text: str) -> list[Any]:
        """The records of a kind that are called so, or else were called so before."""
        return self._names_of(kind).get(normalised(text)) or self._former[kind].get(normalised(text), [])

    def with_key(self, kind: str, key: tuple) -> Any:
        """The record of a kind with this key; None where there is none."""
        self._names_of(kind)
        return self._keyed[kind].get(key)

    def add(self, kind: str, record: Any) -> None:
        """Let later rows refer to a record that a row of this list adds or changes."""
        self._names_of(kind)
        self._enter(kind, record)

    def only(self, kind: str, records: Iterable[Any]) -> None:
        """Let rows refer to these records of a kind and to no others: of kinds that are looked up piece by piece."""
        self._named[kind], self._former[kind], self._keyed[kind] = defaultdict(list), defaultdict(list), {}
        self._records[kind] = {}
        for record in records:
            self._enter(kind, record)

    def first_place_with(self, kind: str, key: tuple, place: Place) -> Place:
        """Where the first row with this key stands: at `place` where no row before had it."""
        return self._places.first((kind, *key), place)

    def records(self, kind: str) -> list[Any]:
        """Every record of a kind: those on record, and those that the list adds or changes, as it changes them."""
        self._names_of(kind)
        return list(self._records[kind].values())

    def facts(self, of: type) -> Any:
        """The facts of a class that knows more than names, made once for the list: `of(world)`."""
        if of not in self._facts:
            self._facts[of] = of(self)
        return self._facts[of]

    def _names_of(self, kind: str) -> dict[str, list[Any]]:
        from records.kinds import KINDS  # noqa: PLC0415 (kinds read their rows in a world)

        if kind not in self._named:
            self.only(kind, KINDS[kind].on_record(self))
        return self._named[kind]

    def _enter(self, kind: str, record: Any) -> None:
        from records.kinds import KINDS  # noqa: PLC0415 (kinds read their rows in a world)

        for names, of_record in (
            (self._named[kind], KINDS[kind].names(record)),
            (self._former[kind], KINDS[kind].former_names(record)),
        ):
            for name in of_record:
                others = [row for row in names[normalised(name)] if identity(row) != identity(record)]
                names[normalised(name)] = [*others, record]
        self._keyed[kind][KINDS[kind].key_of(record)] = record
        self._records[kind][identity(record)] = record


def put_in_place(record: models.Model, place: Place) -> None:
    """Note where in the list the row stands that adds a record: what tells the record from others until it is saved."""
    vars(record)[PLACE] = place


def place_of(record: models.Model) -> Place | None:
    """Where in the list the row stands that adds a record; None for one that was on record."""
    return vars(record).get(PLACE)


def identity(value: Any) -> Any:
    """What tells a value of a key from others: of a record its id, or its place in the list while it has none."""
    if isinstance(value, models.Model):
        return (type(value).__name__, value.pk or place_of(value) or id(value))
    return value
