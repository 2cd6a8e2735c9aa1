"""The rows of a cross-tab as bars."""

from reports.charts.bars import Bars, bars
from reports.crosstab.table import TOTAL, Crosstab

TOLD_APART = 4
"""So many parts of a bar are told apart by lightness and hatching."""


def drawn(found: Crosstab) -> Bars:
    """A bar for each row: in parts for its columns where these are few and add up to it, or else whole."""
    columns = [(column.code, column.label) for column in found.columns]
    in_parts = len(columns) <= TOLD_APART and not found.warnings
    whole = [(TOTAL, str(found.found.measure.label))]
    return bars(found.lines(), found.down.name, columns if in_parts else whole, TOTAL)
