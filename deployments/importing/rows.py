"""One row of a list with its result, and its sentences in both languages."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deployments.importing.columns import FIELDS
from deployments.importing.reading import Cell
from deployments.models import ImportedRow, Nomination
from foundation.bilingual import in_both_languages, reader_language
from foundation.text import printable
from missions.models import Position
from personnel.models import Person, PoliceService

Outcome = ImportedRow.Outcome
CHOICES: dict[str, type[models.TextChoices]] = {
    "category": Person.Category,
    "gender": Person.Gender,
    "first_language": Person.OfficialLanguage,
}


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


Reason = ValidationError | Promise | BilingualSentence | str


@dataclass
class JudgedRow:
    """One row with its result. `person` is not saved yet when it is new; `nomination` is a draft to be made.

    `values` are attributes of the person, by name, as read from the cells. `changes` are [field, before, after], the
    values in both languages: lists, not tuples, because they are compared with what was stored as JSON. `reasons` are
    (label of the field or None, reason).
    """

    line: int
    cells: dict[str, Cell]
    outcome: str = Outcome.UNCHANGED
    service: PoliceService | None = None
    position: Position | None = None
    values: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    nomination: Nomination | None = None
    changes: list[list[Any]] = field(default_factory=list)
    reasons: list[tuple[Promise | None, Reason]] = field(default_factory=list)

    def refuse(self, reason: Reason, name: str = "") -> None:
        """Add a reason, about the field `name` or about the row as a whole."""
        self.reasons.append((FIELDS[name].label if name else None, reason))
        self.outcome = Outcome.REFUSED

    @property
    def shown_name(self) -> str:
        if self.person:
            return self.person.full_name[:250]
        typed = f"{self.cells.get('given_name') or ''} {self.cells.get('family_name') or ''}"
        return printable(typed)[:250]

    def reasons_in_both_languages(self) -> dict[str, list[str]]:
        return in_both_languages(
            lambda: [
                str(_("%(field)s: %(reason)s")) % {"field": label, "reason": sentence} if label else sentence
                for label, reason in self.reasons
                for sentence in (reason.messages if isinstance(reason, ValidationError) else [str(reason)])
            ]
        )


def in_words(value: object, name: str = "") -> dict[str, str]:
    """A value of the field `name` as it is shown, in both languages."""
    if value in {None, ""}:
        value = "–"
    if isinstance(value, dt.date):
        value = value.isoformat()
    labels: dict[object, object] = dict(CHOICES[name].choices) if name in CHOICES else {}
    return in_both_languages(lambda: str(labels.get(value, value)))
