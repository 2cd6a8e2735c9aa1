"""Opening an uploaded file in a process of its own, and reading the tables that it wrote, row by row."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from django.utils.functional import Promise

from foundation.reading import limits, sentences
from foundation.reading.cells import Cell, from_json, in_words
from foundation.reading.heading_line import Line, joined
from foundation.text import printable

_ROOT = Path(__file__).resolve().parent.parent.parent
_ASKED_EVERY = 0.25
_TO_END = 5
"""Seconds, also that a process may take to end after its last word."""


class FileRefused(Exception):
    """The file cannot be read at all; `reason` is lazy, because it is stored in both languages."""

    def __init__(self, reason: Promise | str):
        self.reason = reason
        super().__init__(reason)


class NoLongerWanted(Exception):
    """Who asked for the file does not want it any more."""


@dataclass(frozen=True)
class Table:
    """One sheet, or the only table of a text file, which has no name. A hidden one is named but not read."""

    number: int
    name: str
    hidden: bool
    rows: int
    """Without blank ones, with its headings and what stands above them."""
    first_lines: list[Line]
    heading_line: int
    """The last line of the headings, as guessed: `headings.find_heading_line` guesses better, knowing columns."""
    heading_lines: int
    doubtful: bool


@dataclass(frozen=True)
class Opened:
    """A file that was read. Where `samples` holds (encoding, word), the reader must say which word is right."""

    format: str
    encoding: str
    separator: str
    samples: list[tuple[str, str]]
    tables: list[Table]

    @property
    def offered(self) -> list[Table]:
        """The tables that somebody can choose: those that are seen and hold something."""
        return [table for table in self.tables if table.rows]

    @property
    def question(self) -> Promise | str:
        """What the reader must be asked about the letters of the file, or ""."""
        return sentences.question(self.samples[0][1]) if self.samples else ""


def open_file(
    path: Path,
    folder: Path,
    *,
    encoding: str = "",
    still_wanted: Callable[[int], bool] = lambda _rows: True,
    wall_seconds: float = limits.WALL_SECONDS,
    memory: int = limits.MEMORY,
    cpu_seconds: int = limits.CPU_SECONDS,
) -> Opened:
    """Read the file into `folder`, which exists and is empty; `encoding` is one of `Opened.samples`, which was chosen.

    `still_wanted` is asked a few times a second, with the rows so far. Raises `FileRefused` and `NoLongerWanted`.
    """
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(sentences.refusal("empty"))
    if size > limits.LARGEST:
        raise FileRefused(sentences.refusal("large"))
    command = [sys.executable, "-m", "foundation.reading.child", str(path.resolve()), str(folder.resolve())]
    command += [f"--memory={memory}", f"--cpu={cpu_seconds}", f"--written={limits.LARGEST_WRITTEN}"]
    command += [f"--encoding={encoding}"] if encoding else []
    process = subprocess.Popen(  # noqa: S603 (our own program; the name of the file is no option, it begins with "/")
        command,
        cwd=_ROOT,
        # Nothing of our environment: a program that reads hostile files shall know no password.
        env={"PATH": os.defpath, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, still_wanted, wall_seconds)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TO_END)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    _refuse_by_exit(process.returncode)
    return opened_before(folder)


def opened_before(folder: Path) -> Opened:
    """The same again from a folder into which a file was read. Raises `FileRefused` where it was refused."""
    try:
        found = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileRefused(sentences.refusal("unreadable")) from error
    if "refused" in found:
        raise FileRefused(sentences.refusal(found["refused"], **found["parts"]))
    tables = [
        Table(number, **{**table, "name": printable(table["name"]), "first_lines": _lines(table["first_lines"])})
        for number, table in enumerate(found.pop("tables"))
    ]
    found["samples"] = [(encoding, word) for encoding, word in found["samples"]]
    return Opened(**found, tables=tables)


def read_headings(folder: Path, table: int, heading_line: int, heading_lines: int = 1) -> list[str]:
    """The headings of a table, each on one line; those over two lines are joined."""
    above: list[str] = []
    for line, cells in _all_rows(folder, table):
        if line > heading_line:
            break
        if line > heading_line - heading_lines:
            above = joined(above, [" ".join(in_words(cell).split()) for cell in cells])
    return above


def read_rows(folder: Path, table: int, heading_line: int) -> Iterator[tuple[int, list[Cell]]]:
    """(line, cells) of each row below the headings, without blank ones."""
    return ((line, cells) for line, cells in _all_rows(folder, table) if line > heading_line)


def _all_rows(folder: Path, table: int) -> Iterator[tuple[int, list[Cell]]]:
    with (folder / f"{table}.jsonl").open(encoding="utf-8") as file:
        for text in file:
            line, cells = json.loads(text)
            yield line, [from_json(cell) for cell in cells]


def _lines(first_lines: list[list]) -> list[Line]:
    return [(line, texts) for line, texts in first_lines]


def _wait(process: subprocess.Popen[bytes], still_wanted: Callable[[int], bool], wall_seconds: float) -> None:
    """Until the process has closed its output. Raises `FileRefused` when it takes too long."""
    deadline = time.monotonic() + wall_seconds
    asked_at, told = time.monotonic(), b""
    output = cast(IO[bytes], process.stdout)
    with output, selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            if selector.select(_ASKED_EVERY):
                piece = os.read(output.fileno(), 4096)
                if not piece:
                    return
                told = (told + piece)[-4096:]
            now = time.monotonic()
            if now > deadline:
                raise FileRefused(sentences.refusal("slow"))
            if now >= asked_at + _ASKED_EVERY:
                asked_at = now
                if not still_wanted(_last_number(told)):
                    raise NoLongerWanted


def _last_number(told: bytes) -> int:
    complete = told.split(b"\n")[:-1]
    return int(complete[-1]) if complete else 0


def _refuse_by_exit(code: int) -> None:
    """Say why the process ended, if it did not say so itself."""
    if code:
        why = {-signal.SIGXCPU: "slow", -signal.SIGKILL: "memory"}.get(code, "unreadable")
        raise FileRefused(sentences.refusal(why))
