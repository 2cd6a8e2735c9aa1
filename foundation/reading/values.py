"""From a cell to a value. Raises `ValidationError` with lazy sentences, because they are stored in both languages."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.reading.cells import Cell, ErrorCell, FormulaCell, NumberCell
from foundation.reading.limits import LONGEST_CELL
from foundation.spreadsheets import unescaped
from foundation.text import normalised, one_line, refuse_control

_SCIENTIFIC = re.compile(r"-?\d+(?:[.,]\d+)?E[+-]\d+$", re.IGNORECASE)
_DAY_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$")
_WHOLE = re.compile(r"([+-]?\d{1,15})(?:[.,]0+)?$")
_KEPT_DIGITS = 15
"""A spreadsheet keeps no more of them."""
_YES = frozenset(["yes", "y", "oui", "o", "x", "true", "vrai", "1", "✓", "✔", "☑", "☒"])
_NO = frozenset(["no", "n", "non", "false", "faux", "0", "☐"])


def words(cell: Cell) -> str:
    """The cell as people see it, without the apostrophe that `foundation.spreadsheets.escaped` put before a formula.

    Raises `ValidationError` for a formula, an error, a cell that is too long, and signs that cannot be shown.
    """
    if isinstance(cell, FormulaCell):
        raise ValidationError(_("This is a formula: paste its value instead."))
    if isinstance(cell, ErrorCell):
        raise ValidationError(
            _("This is an error of the spreadsheet, %(value)s: type the value instead."), params={"value": cell.text}
        )
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, NumberCell):
        return cell.shown
    return _typed(cell or "")


def _typed(text: str) -> str:
    if len(text) > LONGEST_CELL:
        raise ValidationError(_("The cell is too long."))
    refuse_control(text)
    return unescaped(text).strip()


def text(cell: Cell) -> str:
    """The text of a cell, "" when it is empty. A date is refused: a spreadsheet made it of something else."""
    if isinstance(cell, dt.date):
        raise ValidationError(
            _("This is a date, %(day)s: format the column as text and type it again."), params={"day": cell.isoformat()}
        )
    return words(cell)


def identifier(cell: Cell) -> str:
    """The number by which somebody is known, "" when the cell is empty, with its zeros as they are shown."""
    found = one_line(text(cell))
    if _SCIENTIFIC.match(found) or (isinstance(cell, NumberCell) and sum(map(str.isdigit, cell.number)) > _KEPT_DIGITS):
        raise ValidationError(
            _("“%(value)s” is not the number that was typed: format the column as text and type it again."),
            params={"value": found[:60]},
        )
    if _DAY_WITH_TIME.match(found):
        raise ValidationError(
            _("This is a date, %(day)s: format the column as text and type it again."), params={"day": found}
        )
    return found


def whole_number(cell: Cell) -> int | None:
    """The number in a cell, None when it is empty; thousands may be parted by spaces."""
    found = cell.number if isinstance(cell, NumberCell) else one_line(text(cell))
    if not found:
        return None
    match = _WHOLE.match(re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", found))
    if match is None:
        raise ValidationError(_("“%(value)s” is not a whole number."), params={"value": found[:60]})
    return int(match[1])


def yes_no(cell: Cell) -> bool | None:
    """Yes or no in either language, also a cross, 1 or 0; None when the cell is empty."""
    found = cell.number if isinstance(cell, NumberCell) else text(cell)
    if not found:
        return None
    word = normalised(found) or found
    if word in _YES or word in _NO:
        return word in _YES
    raise ValidationError(_("“%(value)s” is neither yes nor no."), params={"value": found[:60]})
