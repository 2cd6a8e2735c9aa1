"""Names with dates: a country, a mission or a service that is renamed keeps its old name on the days before."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from foundation.bilingual import BilingualName, in_reader_language
from foundation.entries import Entry
from foundation.text import LineField


class FormerName(Entry):
    """A name that a row had through `last_day`. From the day after it has the next one, in the end that of the row.

    Written by `missions.renaming` only.
    """

    name_en = LineField(_("name in English"), max_length=200)
    name_fr = LineField(_("name in French"), max_length=200)
    last_day = models.DateField(_("until"))

    class Meta(Entry.Meta):
        abstract = True
        ordering = ["last_day", "id"]

    def __str__(self) -> str:
        return in_reader_language(self, "name")

    @property
    def name(self) -> str:
        return in_reader_language(self, "name")


class NamedOverTime(BilingualName):
    """A row whose present name stands in its own columns, and those before in `former_names`."""

    NAME_FIELDS: tuple[str, ...] = ("name_en", "name_fr")
    """The columns of the name, which a former name has too."""

    _then: Any = None
    """The former name under which this very instance is shown; None for the present one."""

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return in_reader_language(self._then or self, "name")

    def named_as_of(self, day: dt.date) -> Self:
        """This instance, from now on shown by its name of a day. One query, or none if `former_names` came with it."""
        rows = [row for row in self.former_names.all() if row.withdrawn_at is None and row.last_day >= day]  # type: ignore[attr-defined]
        self._then = min(rows, key=lambda row: row.last_day, default=None)
        return self


def named_as_of(rows: Iterable[NamedOverTime], day: dt.date, *, today: dt.date) -> None:
    """Show these rows, of any models, by their names of a day; one query for each model, and none for today."""
    if day >= today:
        return
    by_model: dict[type[NamedOverTime], list[NamedOverTime]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for found in by_model.values():
        prefetch_related_objects(found, "former_names")
        for row in found:
            row.named_as_of(day)
