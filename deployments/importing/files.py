"""Templates and exports of candidates, in the same format that lists are read in."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from deployments.importing.columns import COLUMNS
from foundation.bilingual import reader_language
from personnel.models import Person

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def headings() -> list[str]:
    return [str(column.label) for column in COLUMNS]


def rows(people: Iterable[Person]) -> Iterable[list[str]]:
    """One row for each person, in the reader's language. The position is empty, to be filled in for the next list."""
    for person in people:
        yield [
            escaped(text)
            for text in (
                person.service.name,
                person.service_number,
                person.family_name,
                person.given_name,
                person.get_category_display(),
                person.rank.name if person.rank else "",
                person.get_gender_display(),
                person.get_first_language_display(),
                person.born_on.isoformat() if person.born_on else "",
                person.joined_on.isoformat() if person.joined_on else "",
                "",
            )
        ]


def escaped(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula; `cells.text_of` removes it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def download(name: str, extension: str, body: Iterable[list[str]]) -> HttpResponse:
    """The headings and these rows as a file to download. `extension` is a key of `MEDIA_TYPES`."""
    response = HttpResponse(content_type=MEDIA_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    if extension == "csv":
        # As Excel opens it with a double click: French Excel expects semicolons, and both need the byte order mark to
        # read UTF-8.
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";" if reader_language() == "fr" else ",")
        writer.writerows([headings(), *body])
        response.write(text.getvalue().encode("utf-8-sig"))
        return response
    from openpyxl import Workbook  # noqa: PLC0415 (heavy: only lists need it)

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Candidates"))
    sheet.append(headings())
    for row in body:
        sheet.append(row)
    book.save(response)
    return response
