"""The kind that suits most records: its columns are attributes, and a row is found by the columns of a key."""

import copy
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from foundation.text import NormalisedField, look_the_same
from records.columns import Column
from records.in_use import remove
from records.kinds.base import Kind
from records.rows import JudgedRow, Outcome, in_words
from records.values import References
from records.world import World, identity

BATCH = 500


class RecordKind(Kind):
    """A kind whose columns are attributes of its records, which are found by the columns of their `key`."""

    asks_constraints = True
    """Whether each row asks the constraints of the model, one query each; too slow for kinds of many thousands."""

    def judge(self, row: JudgedRow, world: World) -> None:
        if row.reasons:
            return
        self.refuse_repeated(row, world)
        existing = None if row.reasons else self.find(row, world)
        if row.reasons:
            return
        if existing is None:
            self._judge_new(row, world)
        else:
            self._judge_changes(row, existing, world)
        if row.record is not None and row.changes:
            self.validate(row, world)

    def refuse_repeated(self, row: JudgedRow, world: World) -> None:
        """Refuse a row about the record of an earlier row of the list."""
        key = tuple(identity(row.values.get(name)) for name in self.key)
        if (line := world.first_line_with(self.code, key, (row.table, row.line))) is not None:
            row.refuse(_("The same record stands in line %(line)s already."), line=line)

    def find(self, row: JudgedRow, world: World) -> Any:
        """The record that the row is about; None for a new one."""
        return world.with_key(self.code, tuple(identity(row.values.get(name)) for name in self.key))

    def attributes(self, row: JudgedRow) -> dict[str, Any]:
        """What the row says of its record, by attribute."""
        return {
            column.field: row.values[column.field]
            for column in self.columns
            if column.stored and column.field in row.values and not isinstance(column.value, References)
        }

    def _judge_new(self, row: JudgedRow, world: World) -> None:
        row.outcome = Outcome.NEW
        for column in self.columns:
            if (column.needed_for_new or column.required) and row.values.get(column.field) is None:
                row.refuse(_("This is needed for a new record."), column)
        if any(column.required and row.values.get(column.field) is None for column in self.columns):
            return
        defaults = {column.field: column.default for column in self.columns if column.default is not None}
        values = self.attributes(row)
        row.record = self.model(**{**defaults, **values, **self.given(row, world)})
        fields = self.fields
        many = [column.field for column in self.columns if self._is_many(column) and column.field in row.values]
        shown = {**values, **{name: row.values[name] for name in many}}
        row.changes += [
            [name, in_words(None, fields[name]), in_words(value, fields[name])] for name, value in shown.items()
        ]

    def given(self, row: JudgedRow, world: World) -> dict[str, Any]:
        """What a new record has beside what its row says."""
        return {}

    def _judge_changes(self, row: JudgedRow, existing: Any, world: World) -> None:
        row.record = copy.copy(existing)  # what is on record is shared by all rows
        for name, value in self.attributes(row).items():
            self._change(row, existing, name, value)
        for column in self.columns:
            if self._is_many(column) and column.field in row.values:
                self._change_many(row, existing, column)
        if row.changes and row.outcome == Outcome.UNCHANGED:
            row.outcome = Outcome.CHANGED

    def _change(self, row: JudgedRow, existing: Any, name: str, value: Any) -> None:
        before = getattr(existing, name)
        if identity(before) == identity(value) or look_the_same(before, value):
            return
        setattr(row.record, name, value)
        row.before[name] = before.pk if isinstance(before, models.Model) else before
        column = self.fields[name]
        row.changes.append([name, in_words(before, column), in_words(value, column)])

    @staticmethod
    def _is_many(column: Column) -> bool:
        return isinstance(column.value, References) and column.stored

    def _change_many(self, row: JudgedRow, existing: Any, column: Column) -> None:
        before = list(getattr(existing, column.field).all()) if existing.pk else []
        value = row.values[column.field]
        if {identity(each) for each in before} != {identity(each) for each in value}:
            row.before[column.field] = [each.pk for each in before]
            row.changes.append([column.field, in_words(before or None, column), in_words(value, column)])

    def validate(self, row: JudgedRow, world: World) -> None:
        """Refuse what the model would refuse."""
        relations = {field.name for field in self.model._meta.concrete_fields if field.is_relation}
        try:
            row.record.clean_fields(exclude=relations | {"id"})
        except ValidationError as error:
            self._refuse(row, error)
        try:
            row.record.clean()
            if self.asks_constraints:
                row.record.validate_constraints(exclude=self._unsaved(row.record))
        except ValidationError as error:
            self._refuse(row, error)

    @staticmethod
    def _unsaved(record: models.Model) -> set[str]:
        """Relations to records that are not saved yet, of which no constraint can ask."""
        found = set()
        for field in record._meta.concrete_fields:
            other = field.is_relation and record._state.fields_cache.get(field.name)
            if other and other.pk is None:
                found.add(field.name)
        return found

    def _refuse(self, row: JudgedRow, error: ValidationError) -> None:
        errors = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, reasons in errors.items():
            for reason in reasons:
                row.refuse(ValidationError([reason]), self.fields.get(name))

    # --- Saving -------------------------------------------------------------------------------------------------------

    def save(self, rows: list[JudgedRow], world: World) -> None:
        new = [row.record for row in rows if row.record.pk is None]
        changed = [row for row in rows if row.record.pk is not None and self.changed_columns(row)]
        if new:
            self.create(new, world)
        if changed:
            self.update(changed, world)
        for row in rows:
            for column in self.columns:
                if self._is_many(column) and column.field in row.values:
                    getattr(row.record, column.field).set(row.values[column.field])

    def changed_columns(self, row: JudgedRow) -> list[str]:
        fields = self.fields
        return [
            name for name, _before, _after in row.changes if fields[name].stored and not self._is_many(fields[name])
        ]

    def create(self, records: list[Any], world: World) -> None:
        bulk_create_with_history(
            records, self.model, batch_size=BATCH, default_user=world.by, default_change_reason=world.why
        )

    def update(self, rows: list[JudgedRow], world: World) -> None:
        records = [row.record for row in rows]
        follow = [field for field in self.model._meta.concrete_fields if isinstance(field, NormalisedField)]
        for record in records:
            for field in follow:
                field.pre_save(record, add=False)  # which a bulk update does not call
        columns = sorted({name for row in rows for name in self.changed_columns(row)})
        names = [*columns, *(field.name for field in follow)]
        bulk_update_with_history(
            records, self.model, names, batch_size=BATCH, default_user=world.by, default_change_reason=world.why
        )

    # --- Writing out --------------------------------------------------------------------------------------------------

    def to_write(self, reader: User) -> models.QuerySet:
        """The records that an export holds, in an order that does not change."""
        related = [
            column.field
            for column in self.columns
            if column.stored and self._relation(column.field) and not self._is_many(column)
        ]
        many = [column.field for column in self.columns if self._is_many(column)]
        return self.model._default_manager.select_related(*related).prefetch_related(*many).order_by("pk")

    def _relation(self, name: str) -> bool:
        return any(field.name == name and field.is_relation for field in self.model._meta.get_fields())

    def written(self, reader: User) -> Iterator[dict[str, Any]]:
        for record in self.to_write(reader).iterator(BATCH):
            yield self.row(record)

    def row(self, record: Any) -> dict[str, Any]:
        """A record as a row of the template, without its empty cells."""
        return {column.field: value for column in self.columns if (value := self.cell(record, column)) is not None}

    def cell(self, record: Any, column: Column) -> Any:
        """What an export writes of a record into a column; None for an empty cell."""
        value: Any = getattr(record, column.field, None)
        if self._is_many(column):
            value = list(value.all())
        return None if value in (None, "", []) else column.value.written(value)

    # --- Taking back --------------------------------------------------------------------------------------------------

    def take_back(self, added: dict[int, dict[str, Any]], changed: dict[int, dict[str, Any]], *, by: User) -> None:
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
            self.restore(list(rows.values()), sorted(columns), by)
        remove(self.model._default_manager.filter(pk__in=list(added)), self.parts)

    def restore(self, records: list[Any], columns: list[str], by: User) -> None:
        bulk_update_with_history(records, self.model, columns, batch_size=BATCH, default_user=by)
