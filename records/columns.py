"""One column of a sheet: the field that it fills, the names under which it is known, and what its cells hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from foundation.bilingual import in_both_languages
from foundation.text import normalised

if TYPE_CHECKING:
    from records.values import Value


LINE, SHEET = _lazy("Line"), _lazy("Sheet")
"""Headings of what is noted beside refused rows: where each stood. They may stay when the rows are brought again."""


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
    default: Any = None
    """What a new record has where the cell is empty or the column is missing; None for what the model says."""

    def labels(self) -> list[str]:
        """The heading in English and in French."""
        return list(in_both_languages(lambda: str(self.label)).values())


def example_mark() -> str:
    """What stands in the remark of the example rows of a template: such rows are not read."""
    return _("Example: replace or delete this row")


def is_example(remark: str) -> bool:
    """Whether a row is an example that was left in a template, of whichever language."""
    return normalised(remark) in {normalised(mark) for mark in in_both_languages(example_mark).values()}


def is_noted(heading: str, *noted: Promise) -> bool:
    """Whether a heading is one of these, in whichever language."""
    names = in_both_languages(lambda: {normalised(str(each)) for each in noted})
    return normalised(heading) in names["en"] | names["fr"]
