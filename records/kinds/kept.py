"""How records of a kind are kept: saved with their history, written out again, and taken back."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from foundation.text import NormalisedField
from records.columns import Column
from records.in_use import remove
from records.rows import JudgedRow
from records.values import References
from records.world import World

BATCH = 500


class Kept:
    """The half of a kind that writes: `Kind` is the other, which reads and judges."""

    model: ClassVar[type[models.Model]]
    columns: list[Column]
    kept_by_the_database: ClassVar[bool] = False
    """Whether the database refuses to remove its records: only to undo a list are its guards lifted for a moment."""
    parts: ClassVar[tuple[type[models.Model], ...]] = ()
    """Models whose rows belong to a record and are removed with it."""

    @cached_property
    def fields(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    @staticmethod
    def is_many(column: Column) -> bool:
        """Whether a column holds several records."""
        return isinstance(column.value, References) and column.stored

    def save(self, rows: list[JudgedRow], world: World) -> None:
        """Save rows that are worth it, in the transaction of the list; each `record` has its id afterwards."""
        new = [row.record for row in rows if row.record.pk is None]
        changed = [row for row in rows if row.record.pk is not None and self.changed_columns(row)]
        if new:
            self.create(new, world)
        if changed:
            self.update(changed, world)
        for row in rows:
            for column in self.columns:
                if self.is_many(column) and column.field in row.values:
                    getattr(row.record, column.field).set(row.values[column.field])

    def changed_columns(self, row: JudgedRow) -> list[str]:
        fields = self.fields
        return [name for name, _before, _after in row.changes if fields[name].stored and not self.is_many(fields[name])]

    def create(self, records: list[Any], world: World) -> None:
        bulk_create_with_history(
            records, self.model, batch_size=BATCH, default_user=world.by, default_change_reason=world.why
        )

    def lock(self) -> None:
        """Make others wait who write what the rules of this kind judge by, until the transaction ends."""

    def update(self, rows: list[JudgedRow], world: World) -> None:
        columns = sorted({name for row in rows for name in self.changed_columns(row)})
        self._write([row.record for row in rows], columns, world.by, world.why)

    def _write(self, records: list[Any], columns: list[str], by: User, why: str | None = None) -> None:
        """Save these columns of records, and what follows them, with their history."""
        follow = [field for field in self.model._meta.concrete_fields if isinstance(field, NormalisedField)]
        for record in records:
            for field in follow:
                field.pre_save(record, add=False)  # which a bulk update does not call
        names = [*columns, *(field.name for field in follow)]
        bulk_update_with_history(
            records, self.model, names, batch_size=BATCH, default_user=by, default_change_reason=why
        )

    # --- Writing out --------------------------------------------------------------------------------------------------

    def to_write(self, reader: User) -> models.QuerySet:
        """The records that an export holds, in an order that does not change."""
        related = [
            column.field
            for column in self.columns
            if column.stored and self._relation(column.field) and not self.is_many(column)
        ]
        many = [column.field for column in self.columns if self.is_many(column)]
        return self.model._default_manager.select_related(*related).prefetch_related(*many).order_by("pk")

    def _relation(self, name: str) -> bool:
        return any(field.name == name and field.is_relation for field in self.model._meta.get_fields())

    def written(self, reader: User) -> Iterator[dict[str, Any]]:
        """Each record as a row of the template: values by field."""
        for record in self.to_write(reader).iterator(BATCH):
            yield self.row(record)

    def row(self, record: Any) -> dict[str, Any]:
        """A record as a row of the template, without its empty cells."""
        return {column.field: value for column in self.columns if (value := self.cell(record, column)) is not None}

    def cell(self, record: Any, column: Column) -> Any:
        """What an export writes of a record into a column; None for an empty cell."""
        value: Any = getattr(record, column.field, None)
        if self.is_many(column):
            value = list(value.all())
        return None if value in (None, "", []) else column.value.written(value)

    # --- Taking back --------------------------------------------------------------------------------------------------

    def take_back(self, added: dict[int, dict[str, Any]], changed: dict[int, dict[str, Any]], *, by: User) -> None:
        """Remove the records `added`, and give those `changed` their values back: by id, what was noted `before`.

        Raises `StillInUse` when something was built upon one of them.
        """
        rows = self.model._default_manager.in_bulk(list(changed))
        columns = set()
        for pk, before in changed.items():
            for name, value in before.items():
                if name not in self.fields:
                    continue  # of a record of another kind that the row added, too
                if isinstance(self.fields[name].value, References):
                    getattr(rows[pk], name).set(value)
                    continue
                field: Any = self.model._meta.get_field(name)
                setattr(rows[pk], field.attname, field.to_python(value))
                columns.add(name)
        if columns:
            self._write(list(rows.values()), sorted(columns), by)
        remove(self.model._default_manager.filter(pk__in=list(added)), self.parts)
