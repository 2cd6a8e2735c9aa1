"""One row of a list with its result, and its sentences in both languages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.bilingual import in_both_languages, reader_language
from foundation.reading.cells import Cell
from foundation.text import printable
from personnel.models import Person
from records.columns import Column
from records.models import ImportedRow

Outcome = ImportedRow.Outcome
WORTH_SAVING = ImportedRow.WORTH_SAVING


class LazyName:
    """A record whose name is taken in the language in which the lazy sentence around it is shown."""

    def __init__(self, row: models.Model):
        self.row = row

    def __str__(self) -> str:
        return str(self.row)


@dataclass(frozen=True)
class BilingualSentence:
    """A sentence that was computed in both languages; as text, the one in the reader's language."""

    english: str
    french: str

    def __str__(self) -> str:
        return self.french if reader_language() == "fr" else self.english


def in_both(compute: Callable[[], list[str]]) -> list[BilingualSentence]:
    """Sentences of rules that are computed at once, and so are asked for in each language."""
    found = in_both_languages(compute)
    return [BilingualSentence(*pair) for pair in zip(found["en"], found["fr"], strict=True)]


@dataclass(frozen=True)
class Reason:
    """Why a row is refused: a sentence with its params, about the field `about` with this label, or about the row.

    Rows with the same `cause` are shown as one group, whatever the params are.
    """

    message: Promise | BilingualSentence | str
    label: Promise | None = None
    about: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = str(self.message) % self.params if self.params else str(self.message)
        return str(_("%(field)s: %(reason)s")) % {"field": self.label, "reason": sentence} if self.label else sentence

    @property
    def cause(self) -> tuple[str, str]:
        return self.about, str(self.message)

    @property
    def in_general(self) -> str:
        """The sentence for many rows at once, with "…" in the place of what differs."""
        return str(Reason(self.message, self.label, params=dict.fromkeys(self.params, "…")))


@dataclass
class JudgedRow:
    """One row with its result.

    `values` are what its cells say, by field. `record` is what it adds or changes, not saved yet; `before` what it was.
    `shown` is whom it is about where that is not `record` itself: a name, or the record of somebody.
    `changes` are [field, before, after], the values in both languages: lists, not tuples, because they are compared
    with what was stored as JSON. `notes` are what a stay from a file would have broken. `more` is what else the kind of
    record keeps of the row until it is saved.
    """

    table: int
    line: int
    kind: str
    cells: dict[str, Cell]
    outcome: str = Outcome.UNCHANGED
    values: dict[str, Any] = field(default_factory=dict)
    record: Any = None
    before: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    changes: list[list[Any]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    chosen: bool = True
    shown: str | models.Model = ""

    def refuse(self, message: Any, column: Column | None = None, **params) -> None:
        """Add a reason, about a column or about the row as a whole."""
        label, name = (column.label, column.field) if column else (None, "")
        if isinstance(message, ValidationError):
            for error in message.error_list:
                self.reasons.append(Reason(error.message, label, name, dict(error.params or {})))
        else:
            self.reasons.append(Reason(message, label, name, params))
        self.outcome = Outcome.REFUSED

    def note(self, message: Any, **params) -> None:
        self.notes.append(Reason(message, params=params))

    @property
    def place(self) -> tuple[int, int]:
        return (self.table, self.line)

    @property
    def is_new(self) -> bool:
        return self.outcome == Outcome.NEW

    @property
    def is_saved(self) -> bool:
        return self.chosen and self.outcome in WORTH_SAVING

    @property
    def shown_name(self) -> dict[str, str]:
        """What the row is about, in both languages; nothing where nothing is known of it."""
        about = self.shown or self.record
        found = in_both_languages(lambda: printable(str(about or ""))[:250])
        return found if any(found.values()) else {}


def sentences(reasons: list[Reason]) -> dict[str, list[str]]:
    """The sentences in both languages, each once; nothing where there is none."""
    return in_both_languages(lambda: list(dict.fromkeys(str(reason) for reason in reasons))) if reasons else {}


def in_text(causes: list[int]) -> str:
    """Numbers of causes as `ImportedRow.causes` holds them, each between two commas: ",0,3,"; at most forty."""
    return f",{','.join(map(str, causes[:40]))}," if causes else ""


def in_words(value: Any, column: Column) -> dict[str, str]:
    """A value of a column as it is shown, in both languages."""
    is_empty = value is None or value in ("", [])
    return in_both_languages(lambda: "–" if is_empty else str(column.value.shown(value)))
