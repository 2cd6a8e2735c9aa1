"""Stored names follow the reader's language: `name_en` and `name_fr` are stored, `name` is shown."""

from collections.abc import Callable
from typing import TypeVar

from django.db import models
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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


class BilingualName(models.Model):
    """A row with a name in each official language."""

    name_en = models.CharField(_("name in English"), max_length=200)
    name_fr = models.CharField(_("name in French"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self, "name")
