"""Tables as text: one record a line, cells parted by a separator."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from foundation.reading.cells import Cell, FormulaCell, cell_of_text
from foundation.reading.refused import Refused

SEPARATORS = ";,\t|"
_SAID = re.compile(r'"?sep=(.)"?[;,\t|]*\r?\n?$', re.IGNORECASE)
"""The line by which Excel is told the separator; Excel shows no such line."""
_FORCED_TEXT = re.compile(r'="([^"]*)"$')
"""How exports keep the zeros at the beginning of numbers: it is a text, not a formula."""
_SAMPLE_RECORDS = 20
_SAMPLE_SIGNS = 64 * 1024


def separator_of(path: Path, encoding: str) -> tuple[str, bool]:
    """The separator, and whether the first line says it."""
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE_SIGNS)
    lines = sample.splitlines()
    if lines and (said := _SAID.match(lines[0])):
        return said[1], True
    return max(SEPARATORS, key=lambda sign: _likelihood(sample, sign)), False


def _likelihood(sample: str, separator: str) -> int:
    """How many cells a separator makes in records that are alike; none where quotation marks are broken by it."""
    widths: Counter[int] = Counter()
    try:
        for record in islice(_records(io.StringIO(sample, newline=""), separator), _SAMPLE_RECORDS):
            if any(record):
                widths[len(record)] += 1
    except csv.Error:
        # The end of the sample may cut a quotation in two: what came before counts, but for less.
        return max((count * (width - 1) for width, count in widths.items()), default=0)
    return max((2 * count * (width - 1) for width, count in widths.items()), default=0)


def rows_of(path: Path, encoding: str, separator: str, *, skip_first: bool) -> Iterator[tuple[int, list[Cell]]]:
    """(line, cells) of each record; a record over several lines of the file counts as one, as in a spreadsheet."""
    with path.open(encoding=encoding, newline="") as file:
        if skip_first:
            file.readline()
        try:
            for line, record in enumerate(_records(file, separator), start=1):
                yield line, [_cell(text) for text in record]
        except csv.Error as error:
            raise Refused("quotes") from error
        except UnicodeDecodeError as error:
            raise Refused("letters") from error


def _records(file: io.TextIOBase, separator: str) -> Iterator[list[str]]:
    # Old Macintoshes end lines by "\r" alone, which the file has already parted.
    return csv.reader(file, delimiter=separator, strict=True, skipinitialspace=separator != " ")


def _cell(text: str) -> Cell:
    text = text.strip()
    if text.startswith("="):
        forced = _FORCED_TEXT.match(text)
        return cell_of_text(forced[1]) if forced else FormulaCell()
    return cell_of_text(text)
