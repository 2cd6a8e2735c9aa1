"""Read a file within limits: `python -m foundation.reading.child SOURCE FOLDER --memory … --cpu … --written …`.

Runs in a process of its own, which a hostile file can fill or crash without harm, and loads no Django: it starts fast.
Writes `0.jsonl`, `1.jsonl` … and at last `tables.json`, and says on its output how many rows it has so far.
"""

import argparse
import errno
import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from foundation.reading import kinds, letters, separated
from foundation.reading.refused import Refused
from foundation.reading.workbooks import Workbook
from foundation.reading.writing import Writer


def main(arguments: list[str]) -> int:
    """Read the file; answer 0 also when it was refused, which `tables.json` then says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--cpu", type=int, required=True)
    parser.add_argument("--written", type=int, required=True)
    parser.add_argument("--encoding", choices=letters.GUESSED, help="as the reader said")
    given = parser.parse_args(arguments)
    for limit, number in [
        (resource.RLIMIT_AS, given.memory),
        (resource.RLIMIT_FSIZE, given.written),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(limit, (number, number))
    # Apart, so that the signal tells this end from others: at the second limit it would be the same as out of memory.
    resource.setrlimit(resource.RLIMIT_CPU, (given.cpu, given.cpu + 2))
    warnings.simplefilter("ignore")  # of openpyxl, about what it leaves out
    try:
        found = _read(given.source, given.folder, given.encoding)
    except Refused as refused:
        found = {"refused": refused.code, "parts": refused.parts}
    except MemoryError:
        found = {"refused": "memory", "parts": {}}
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        found = {"refused": "unfolds", "parts": {}}
    except RecursionError:
        found = {"refused": "damaged", "parts": {}}
    (given.folder / "tables.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return 0


def _read(source: Path, folder: Path, encoding: str | None) -> dict[str, Any]:
    writer = Writer(folder, _tell)
    kind = kinds.kind_of(source)
    found: dict[str, Any] = {"format": kind, "encoding": "", "separator": "", "samples": []}
    if kind == kinds.WORKBOOK:
        book = Workbook(source)
        for place, (name, is_hidden) in enumerate(book.sheets()):
            if is_hidden:
                writer.hidden(name)
            else:
                writer.write(name, book.rows(place))
    else:
        known = letters.Letters(encoding) if encoding else letters.letters_of(source.read_bytes())
        separator, is_said = separated.separator_of(source, known.encoding)
        found |= {"encoding": known.encoding, "separator": separator, "samples": known.samples}
        writer.write("", separated.rows_of(source, known.encoding, separator, skip_first=is_said))
    if not any(table["rows"] for table in writer.tables):
        raise Refused("empty")
    return {**found, "tables": writer.tables}


def _tell(rows: int) -> None:
    sys.stdout.write(f"{rows}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
