"""The file of a list, read in a process of its own into a folder that is gone afterwards.

A worker that is killed leaves its folder behind: whoever takes the list up again removes it, and every night those go
whose list nobody works on.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from foundation.private_files import reached
from foundation.reading.opening import NoLongerWanted, Opened, open_file
from records.models import Import
from records.progress import Stopped, report_progress


@contextmanager
def unpacked(batch: Import, state: str) -> Iterator[tuple[Opened, Path]]:
    """What the file holds, and the folder of its tables.

    Raises `FileRefused`, `FilesAway`, and `Stopped` for a cancelled list.
    """

    def still_wanted(rows: int) -> bool:
        try:
            report_progress(batch, state, total=rows)
        except Stopped:
            return False
        return True

    encoding = batch.choices.get("encoding", "")
    for left in _place().glob(f"{batch.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{batch.pk}-", dir=_place()) as folder:
        # The process that reads it knows files only, and no storage.
        tables, brought = Path(folder) / "tables", Path(folder) / "brought"
        try:
            tables.mkdir()
            with reached(), batch.file.open() as file, brought.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            opened = open_file(brought, tables, encoding=encoding, still_wanted=still_wanted)
        except NoLongerWanted as error:
            raise Stopped from error
        yield opened, tables


def remove_left_folders() -> None:
    """Remove the folders of lists that are neither opened nor read just now."""
    read_now = Import.objects.filter(state__in=[Import.State.OPENING, Import.State.READING])
    kept = {str(pk) for pk in read_now.values_list("pk", flat=True)}
    for left in _place().iterdir():
        if left.name.partition("-")[0] not in kept:
            shutil.rmtree(left, ignore_errors=True)


def _place() -> Path:
    place = Path(settings.PRIVATE_FILES) / "lists/reading"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
