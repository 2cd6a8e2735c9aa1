"""How tests bring a list."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from records import work
from records.models import Import
from records.tasks import work_on_lists

HEAD = "Service number,Family name,Given name,Rank,Gender,First official language,Date of birth,Start of service"
ROW = "E-1,Gingras,Maude,Constable,woman,French,1990-04-05,2012-06-01"


def upload(text, name="list.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(encoding))


def xlsx(*rows, **more) -> bytes:
    """A workbook with a sheet of these rows, and further ones by name."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, further in more.items():
        page = book.create_sheet(name.replace("_", " "))
        for row in further:
            page.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def opened(text, by, **fields) -> Import:
    """A list that was opened: its rows were read where nothing was doubtful."""
    batch = work.upload(upload(text, **fields), by=by)
    work_on_lists()
    batch.refresh_from_db()
    return batch


def brought(text, by, **fields) -> Import:
    """A list whose rows were read, with the columns as they were guessed."""
    batch = opened(text, by, **fields)
    if batch.state == "columns":
        work.choose_columns(batch, batch.choices)
        work_on_lists()
        batch.refresh_from_db()
    return batch


def saved(text, by, **fields) -> Import:
    """A list that was brought and saved."""
    batch = brought(text, by, **fields)
    work.accept(batch)
    work_on_lists()
    batch.refresh_from_db()
    return batch


def undone(batch, by, reason="The wrong file.") -> Import:
    """The same list after somebody had it undone."""
    work.undo(batch, by=by, reason=reason)
    work_on_lists()
    batch.refresh_from_db()
    return batch


def tick_all(batch) -> None:
    """Choose every row that is worth saving."""
    rows = list(batch.rows.values_list("pk", flat=True))
    work.tick(batch, rows, set(rows))


def doubts(batch) -> list[list[str]]:
    """What the reader is asked about each table."""
    return [table["doubts"] for table in batch.tables]


def results(batch):
    return [(row.line, row.outcome, row.reasons.get("en", [])) for row in batch.rows.all()]
