"""What a cell may hold, and how it is written between the process that reads a file and all others."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from foundation.reading.limits import LONGEST_CELL


@dataclass(frozen=True)
class NumberCell:
    """A number, plainly written ("88002", "12.5"), and as the number format of its cell shows it ("0088002")."""

    number: str
    shown: str


@dataclass(frozen=True)
class ErrorCell:
    """What a spreadsheet shows where a formula failed: "#N/A"."""

    text: str


@dataclass(frozen=True)
class FormulaCell:
    """A formula; its result is not read, because it may be older than what it is computed from."""


Cell = str | dt.date | NumberCell | ErrorCell | FormulaCell | None

_ERROR = re.compile(
    r"#(?:N/A|N/D|NA|REF|VALUE|VALEUR|NAME|NOM|NUM|NOMBRE|NULL|NUL|DIV/0|SPILL|EPARS|ÉPARS|PROPAGATION|CALC|CALCUL|FIELD|"
    r"CHAMP|BLOCKED|BLOQUE|BLOQUÉ|CONNECT|CONNEXION|UNKNOWN|INCONNU|GETTING_DATA|BUSY!?)[!?]?$|#{3,}$",
    re.IGNORECASE,
)
"""Errors of Excel and LibreOffice in both languages, and the signs of a column that is too narrow for its number."""


def cell_of_text(text: str) -> Cell:
    """The cell that a text makes: nothing, an error, or the text without space around it."""
    text = text.strip()
    if not text:
        return None
    if text[0] == "#" and _ERROR.match(text):
        return ErrorCell(text)
    return text[: LONGEST_CELL + 1]


def in_words(cell: Cell) -> str:
    """The cell as people see it on their screen."""
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, NumberCell):
        return cell.shown
    if isinstance(cell, ErrorCell):
        return cell.text
    return "=" if isinstance(cell, FormulaCell) else cell or ""


def to_json(cell: Cell) -> Any:
    if isinstance(cell, dt.date):
        return {"day": cell.isoformat()}
    if isinstance(cell, NumberCell):
        return {"number": cell.number, "shown": cell.shown}
    if isinstance(cell, ErrorCell):
        return {"error": cell.text}
    return {"formula": True} if isinstance(cell, FormulaCell) else cell


def from_json(value: Any) -> Cell:
    if not isinstance(value, dict):
        return value
    if "day" in value:
        return dt.date.fromisoformat(value["day"])
    if "number" in value:
        return NumberCell(value["number"], value["shown"])
    return ErrorCell(value["error"]) if "error" in value else FormulaCell()
