"""One column of a sheet: the field that it fills, the names under which it is known, and what its cells hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from foundation.bilingual import in_both_languages
from foundation.text import normalised

if TYPE_CHECKING:
    from records.values import Value


LINE, SHEET = _lazy("Line"), _lazy("Sheet")
"""Headings of what is noted beside refused rows: where each stood. They may stay when the rows are brought again."""

EXAMPLE = _lazy("Example: replace or delete this row")
"""What stands in the remark of the example rows of a template: such rows are not read."""


@dataclass(frozen=True)
class Column:
    """One field that a sheet may have.

    `aliases` are other headings under which it is recognised. A sheet cannot do without a column that is `required`; a
    row that adds a record needs a value in one that is `needed_for_new`. Without `stored` the field is no attribute of
    the record: the kind of record makes something of it.
    """

    field: str
    label: Promise
    value: "Value"
    aliases: tuple[str, ...] = ()
    required: bool = False
    needed_for_new: bool = False
    hint: Promise | str = ""
    stored: bool = True

    def labels(self) -> list[str]:
        """The heading in English and in French."""
        return list(in_both_languages(lambda: str(self.label)).values())


def is_one_of(text: str, *names: Promise) -> bool:
    """Whether a text of a file is one of these names, in whichever language."""
    known = in_both_languages(lambda: {normalised(str(name)) for name in names})
    return bool(text) and normalised(text) in known["en"] | known["fr"]
