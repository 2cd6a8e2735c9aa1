"""A kind of records: the columns of its sheet, how a row is found, and what it would change."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from foundation.bilingual import in_both_languages
from foundation.reading.dates import Order
from foundation.text import look_the_same
from missions.models.names import NamedOverTime
from records.columns import Column
from records.kinds.kept import Kept
from records.rows import BilingualSentence, JudgedRow, Outcome, in_words
from records.values import Reading, References
from records.world import World, identity, put_in_place


class Kind(Kept):
    """One kind of records, found by the columns of their `key`; one with rules of its own overrides what differs.

    `permission` is needed to bring it and to take it out. Its columns are attributes of its `model`, but for those that
    are not `stored`.
    """

    code: ClassVar[str]
    label: ClassVar[Promise]
    short_label: ClassVar[Promise | None] = None
    """What its sheet is called where the label is longer than the name of a sheet may be."""
    permission: ClassVar[Permission]
    example: ClassVar[dict[str, Any]] = {}
    """A filled row of the template, by field; texts in both languages as a pair."""
    key: ClassVar[tuple[str, ...]] = ()
    never_changed: ClassVar[Promise | None] = None
    """Why a row is refused that says other than what is on record, of a kind that is changed on its page only."""
    names_itself: ClassVar[bool] = False
    """Whether a row may refer to a row above it in the same sheet."""
    judged_whole: ClassVar[bool] = False
    """Whether all rows of a sheet are judged together, and not by pieces."""

    @property
    def sheet(self) -> Promise:
        return self.short_label or self.label

    # --- Which record is meant ----------------------------------------------------------------------------------------

    def on_record(self, world: World) -> Iterable[Any]:
        """The records that a row may refer to by name."""
        return self.model._default_manager.all()

    def names(self, record: Any) -> Iterator[str]:
        """What the office calls a record."""
        yield self.name_of(record)

    def former_names(self, record: Any) -> Iterator[str]:
        """What it was called before: it is found by these where nothing else is called so now."""
        if isinstance(record, NamedOverTime) and record.pk:
            for former in record.former_names.all():  # type: ignore[attr-defined]  # each such model has them
                if not former.withdrawn_at:
                    yield from (getattr(former, name) for name in record.NAME_FIELDS)

    def labels_missing(self, choice: dict[str, Any]) -> list[Any]:
        """The labels of the columns that no column of a table means, by what was chosen for it (`Import.choices`)."""
        return [column.label for column in self.columns if column.field not in choice["columns"].values()]

    def name_of(self, record: Any) -> str:
        """The one name under which exports refer to a record."""
        return str(record.code)

    def key_of(self, record: Any) -> tuple:
        return tuple(identity(getattr(record, name)) for name in self.key)

    def look_up(self, rows: list[JudgedRow], world: World) -> None:
        """Look up in few queries what `judge` needs of these rows; they are at most `judging.CHUNK`."""

    def enter(self, row: JudgedRow, world: World) -> None:
        """Let later rows refer to the record of a row that is saved."""
        world.add(self.code, row.record)

    def conclude(self, rows: list[JudgedRow], world: World) -> None:
        """Say what can only be said once all of these rows are judged."""

    # --- What a row changes -------------------------------------------------------------------------------------------

    def judge(self, row: JudgedRow, world: World) -> None:
        """Set what the row adds or changes, or why it is refused. Its `values` are read already."""
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
        if row.changes and existing is not None and self.never_changed:
            row.refuse(self.never_changed)
        elif row.record is not None and row.changes:
            self.validate(row, world)

    def refuse_repeated(self, row: JudgedRow, world: World) -> None:
        """Refuse a row about the record of an earlier row of the list."""
        key = tuple(identity(row.values.get(name)) for name in self.key)
        if (first := world.first_place_with(self.code, key, row.place)) != row.place:
            row.refuse(_("The same record is already in line %(line)s."), line=first[1])

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
        values = self.attributes(row)
        row.record = self.model(**{**values, **self.given(row, world)})
        put_in_place(row.record, row.place)
        fields = self.fields
        many = [column.field for column in self.columns if self.is_many(column) and column.field in row.values]
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
            if self.is_many(column) and column.field in row.values:
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
        except ValidationError as error:
            self._refuse(row, error)
        self._ask_constraints(row)

    def _ask_constraints(self, row: JudgedRow) -> None:
        """Refuse what the constraints say, one query each; in each language, for what they say is not lazy."""
        exclude = self._unsaved(row.record)

        def said() -> list[tuple[str, str]]:
            try:
                row.record.validate_constraints(exclude=exclude)
            except ValidationError as error:
                return [(name, sentence) for name, sentences in error.message_dict.items() for sentence in sentences]
            return []

        if said():
            found = in_both_languages(said)
            for (name, english), (_name, french) in zip(found["en"], found["fr"], strict=True):
                row.refuse(BilingualSentence(english, french), self.fields.get(name))

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
                if reason.code == "null" and row.reasons:
                    continue  # what is needed, or cannot be read, is said already, or it follows from that
                row.refuse(ValidationError([reason]), self.fields.get(name))


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
