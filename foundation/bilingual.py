"""Stored names follow the reader's language: `name_en` and `name_fr` are stored, `name` is shown.

So do the reasons and notes that are kept in both; what somebody wrote in one language is shown in that.
"""

from collections.abc import Callable
from typing import TypeVar

from django.db import models
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.text import LineField, ProseField

T = TypeVar("T")


def reader_language() -> str:
    """`"fr"` or `"en"`: the language in which the present reader is answered."""
    return "fr" if (get_language() or "").startswith("fr") else "en"


def in_both_languages(compute: Callable[[], T]) -> dict[str, T]:
    """The result of `compute` under each language, as {"en": …, "fr": …}."""
    results = {}
    for short, language in (("en", "en-ca"), ("fr", "fr-ca")):
        with translation.override(language):
            results[short] = compute()
    return results


def in_reader_language(row: models.Model, field: str) -> str:
    """The stored text `field` of a row, in the reader's language."""
    return getattr(row, f"{field}_{reader_language()}")


def written_in(row: models.Model, field: str) -> str:
    """The language of the text that `as_written` shows: the reader's, or the other where only that was written."""
    mine = reader_language()
    other = "en" if mine == "fr" else "fr"
    return other if not getattr(row, f"{field}_{mine}") and getattr(row, f"{field}_{other}") else mine


def as_written(row: models.Model, field: str) -> str:
    """A text that somebody wrote in one language or in both: the reader's, or else the one that there is."""
    return getattr(row, f"{field}_{written_in(row, field)}")


class BilingualName(models.Model):
    """A row with a name in each official language."""

    name_en = LineField(_("name in English"), max_length=200)
    name_fr = LineField(_("name in French"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self, "name")


class BilingualSource(models.Model):
    """A row that says where it is known from, in English, in French, or in both."""

    source_en = LineField(_("source in English"), max_length=300, blank=True)
    source_fr = LineField(_("source in French"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def source(self) -> str:
        return as_written(self, "source")


class BilingualReason(models.Model):
    """A row with a reason in English, in French, or in both: what is written stays in the language of the writer."""

    reason_en = ProseField(_("reason in English"), max_length=2000, blank=True)
    reason_fr = ProseField(_("reason in French"), max_length=2000, blank=True)

    class Meta:
        abstract = True

    @property
    def reason(self) -> str:
        return as_written(self, "reason")
