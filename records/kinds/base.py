"""A kind of records: the columns of its sheet, how a row is found, judged, saved, and written out again."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise

from accounts.access import Permission
from accounts.models import User
from foundation.reading.dates import Order
from records.columns import Column
from records.rows import JudgedRow
from records.values import Reading
from records.world import World, identity

BATCH = 500


class Kind:
    """One kind of records. `RecordKind` suits most; one with rules of its own overrides what differs.

    `permission` is needed to bring it and to take it out. A sheet comes after those of the kinds that it `refers_to`.
    """

    code: ClassVar[str]
    label: ClassVar[Promise]
    model: ClassVar[type[models.Model]]
    columns: list[Column]
    permission: ClassVar[Permission]
    example: ClassVar[dict[str, Any]] = {}
    """A filled row of the template, by field; texts in both languages as a pair."""
    key: ClassVar[tuple[str, ...]] = ()
    kept_by_the_database: ClassVar[bool] = False
    """Whether the database refuses to remove its records: only to undo a list are its guards lifted for a moment."""
    names_itself: ClassVar[bool] = False
    """Whether a row may refer to a row above it in the same sheet."""
    judged_whole: ClassVar[bool] = False
    """Whether all rows of a sheet are judged together, and not by pieces."""
    parts: ClassVar[tuple[type[models.Model], ...]] = ()
    """Models whose rows belong to a record and are removed with it."""

    def on_record(self, world: World) -> Iterable[Any]:
        """The records that a row may refer to by name."""
        return self.model._default_manager.all()

    def names(self, record: Any) -> Iterator[str]:
        """What the office calls a record."""
        yield self.name_of(record)

    def former_names(self, record: Any) -> Iterable[str]:
        """What it was called before: it is found by these where nothing else is called so now."""
        return ()

    def name_of(self, record: Any) -> str:
        """The one name under which exports refer to a record."""
        return str(record.code)

    def key_of(self, record: Any) -> tuple:
        return tuple(identity(getattr(record, name)) for name in self.key)

    def look_up(self, rows: list[JudgedRow], world: World) -> None:
        """Look up in few queries what `judge` needs of these rows; they are at most `judging.CHUNK`."""

    def judge(self, row: JudgedRow, world: World) -> None:
        """Set what the row adds or changes, or why it is refused. Its `values` are read already."""
        raise NotImplementedError

    def enter(self, row: JudgedRow, world: World) -> None:
        """Let later rows refer to the record of a row that is saved."""
        world.add(self.code, row.record)

    def conclude(self, rows: list[JudgedRow], world: World) -> None:
        """Say what can only be said once all of these rows are judged."""

    def save(self, rows: list[JudgedRow], world: World) -> None:
        """Save rows that are worth it, in the transaction of the list; each `record` has its id afterwards."""
        raise NotImplementedError

    def lock(self) -> None:
        """Make others wait who write what the rules of this kind judge by, until the transaction ends."""

    def take_back(self, added: dict[int, dict[str, Any]], changed: dict[int, dict[str, Any]], *, by: User) -> None:
        """Remove the records `added`, and give those `changed` their values back: by id, what was noted `before`.

        Raises `StillInUse` when something was built upon one of them.
        """
        raise NotImplementedError

    def written(self, reader: User) -> Iterator[dict[str, Any]]:
        """Each record as a row of the template: values by field."""
        raise NotImplementedError

    @property
    def fields(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}


def read(row: JudgedRow, kind: Kind, world: World, orders: dict[str, Order]) -> None:
    """Read the cells of a row into its `values`, or refuse it with every reason."""
    fields = kind.fields
    for name, cell in row.cells.items():
        column = fields[name]
        try:
            value = column.value.read(cell, Reading(world, orders.get(name, Order.UNKNOWN)))
        except ValidationError as error:
            row.refuse(error, column)
        else:
            if value is not None:
                row.values[name] = value
