"""Templates and exports of candidates, in the same format that lists are read in."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from deployments.importing.columns import COLUMNS
from foundation import spreadsheets
from foundation.spreadsheets import escaped
from personnel.models import Person


def headings() -> list[str]:
    return [str(column.label) for column in COLUMNS]


def rows(people: Iterable[Person]) -> Iterable[list[str]]:
    """One row for each person, in the reader's language. The position is empty, to be filled in for the next list.

    `cells.text_of` removes the apostrophe before what looks like a formula.
    """
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


def download(name: str, extension: str, body: Iterable[list[str]]) -> StreamingHttpResponse:
    """The headings and these rows as a file to download. `extension` is a key of `spreadsheets.MEDIA_TYPES`."""
    return spreadsheets.download(name, extension, _("Candidates"), headings(), body)
