"""Whether something was built upon records that are to be taken back."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHOWN = 5
"""So many records are named that stand in the way."""


class StillInUse(Exception):
    """Something was built upon records that are to be taken back: `what` refers to one of them."""

    def __init__(self, what: Any) -> None:
        self.what = what
        super().__init__(str(what))

    def sentence(self) -> str:
        return _("It cannot be undone any more: “%(what)s” was built upon it.") % {"what": self.what}


class ChangedSince(Exception):
    """Somebody changed these records after the list was saved, and they are not again as it left them."""

    def __init__(self, records: list[Any]) -> None:
        self.records = records
        super().__init__(f"{len(records)} records")

    def sentence(self) -> str:
        names = ", ".join(str(record) for record in self.records[:SHOWN])
        more = len(self.records) - SHOWN
        if more > 0:
            names = _("%(names)s and %(more)s more") % {"names": names, "more": more}
        message = ngettext(
            "It cannot be undone any more, for this record was changed since: %(names)s.",
            "It cannot be undone any more, for these records were changed since: %(names)s.",
            len(self.records),
        )
        return message % {"names": names}


def remove(records: models.QuerySet, parts: tuple[type[models.Model], ...]) -> None:
    """Delete records with their `parts`. Raises `StillInUse` when anything else refers to one of them.

    Where records refer to others of their own model, the newest goes first: it refers to those before it.
    """
    ids = set(records.values_list("pk", flat=True))
    for user in _users(records):
        is_removed = user.pk in ids if isinstance(user, records.model) else isinstance(user, parts)
        if not is_removed and not user._meta.auto_created:
            raise StillInUse(user)
    for part in parts:
        [relation] = [field for field in part._meta.concrete_fields if field.related_model is records.model]
        part._default_manager.filter(**{f"{relation.name}__in": ids}).delete()
    own = [field.name for field in records.model._meta.concrete_fields if field.related_model is records.model]
    if any(records.filter(**{f"{name}__isnull": False}).exists() for name in own):
        for record in records.order_by("-pk"):
            record.delete()
    else:
        records.delete()


def _users(records: models.QuerySet) -> Iterator[Any]:
    """The rows that refer to these records, whatever would become of them."""
    collector = Collector(using=records.db, origin=records)
    try:
        collector.collect(records)
    except ProtectedError as error:
        yield from error.protected_objects
    except RestrictedError as error:
        yield from error.restricted_objects
    for found in collector.data.values():
        yield from found
    for rows in collector.fast_deletes:
        yield from rows[:1]
