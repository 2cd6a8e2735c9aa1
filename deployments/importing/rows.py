"""One row of a list with its result, and what is said of it in both languages."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from deployments.importing.columns import FIELDS
from deployments.importing.reading import Cell
from deployments.models import ImportedRow, Nomination
from personnel.models import Person

T = TypeVar("T")
Outcome = ImportedRow.Outcome
CHOICES = {
    "category": Person.Category,
    "gender": Person.Gender,
    "first_language": Person.OfficialLanguage,
}


@dataclass
class Judged:
    """One row with its result. `person` is not saved yet when it is new; `nomination` is a draft to be made."""

    line: int
    cells: dict[str, Cell]
    outcome: str = Outcome.UNCHANGED
    person: Person | None = None
    nomination: Nomination | None = None
    changes: list[list[str]] = field(default_factory=list)
    reasons: list = field(default_factory=list)
    values: dict = field(default_factory=dict)

    def refuse(self, reason, name: str = "") -> None:
        label = FIELDS[name].label if name else None
        self.reasons.append((label, reason))
        self.outcome = Outcome.REFUSED

    @property
    def shown(self) -> str:
        if self.person:
            return self.person.full_name[:250]
        return f"{self.cells.get('given_name') or ''} {self.cells.get('family_name') or ''}".strip()[:250]

    def reasons_told(self) -> dict[str, list[str]]:
        """All reasons in both languages."""

        def say() -> list[str]:
            return [
                str(_("%(field)s: %(reason)s")) % {"field": label, "reason": sentence} if label else sentence
                for label, reason in self.reasons
                for sentence in (reason.messages if isinstance(reason, ValidationError) else [str(reason)])
            ]

        return in_both(say)


class Lazy:
    """A row whose name follows the reader's language when it is put into a sentence."""

    def __init__(self, row):
        self.row = row

    def __str__(self) -> str:
        return str(self.row)


class Told:
    """A sentence that a rule has said in both languages already."""

    def __init__(self, sentences: dict[str, str]):
        self.sentences = sentences

    def __str__(self) -> str:
        return self.sentences["fr" if (translation.get_language() or "").startswith("fr") else "en"]


def in_both(say: Callable[[], T]) -> dict[str, T]:
    """What is said, in English and in French."""
    told = {}
    for short, language in (("en", "en-ca"), ("fr", "fr-ca")):
        with translation.override(language):
            told[short] = say()
    return told


def in_words(value: object, name: str = "") -> dict[str, str]:
    """A value as it is shown, in both languages."""
    if isinstance(value, dt.date):
        value = value.isoformat()
    if value in {None, ""}:
        value = "–"
    labels = dict(CHOICES[name].choices) if name in CHOICES else {}
    return in_both(lambda: str(labels.get(value, value)))
