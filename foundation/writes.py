"""Writes of many rows at once send signals, as `save()` and `delete()` do of one."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models, transaction
from django.dispatch import Signal

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)

rows_added = Signal()
"""Sent with `rows` after `bulk_create()`."""
rows_changed = Signal()
"""Sent with `before` and `after` after `update()` and `bulk_update()`: pairs of the same rows."""


class TellingQuerySet(models.QuerySet[Row_co]):
    """A queryset that tells what its bulk methods wrote, but for the `machine_fields` of its model."""

    def bulk_create(self, objs: Iterable, *args, **kwargs) -> list:
        if not (objs := list(objs)) or not rows_added.has_listeners(self.model):
            return super().bulk_create(objs, *args, **kwargs)
        with transaction.atomic(using=self.db):
            rows = super().bulk_create(objs, *args, **kwargs)
            rows_added.send(sender=self.model, rows=rows)
        return rows

    def update(self, **values) -> int:
        kept_by_machines = set(values) <= set(getattr(self.model, "machine_fields", ()))
        if kept_by_machines or not rows_changed.has_listeners(self.model):
            return super().update(**values)
        everything = self.model._base_manager.using(self.db)
        with transaction.atomic(using=self.db):
            # By key: what a queryset joins cannot be locked on every engine.
            chosen = everything.filter(pk__in=self.order_by().values("pk"))
            before = {row.pk: row for row in chosen.order_by("pk").select_for_update(no_key=True)}
            n = super().update(**values)
            after = everything.in_bulk(before)
            rows_changed.send(sender=self.model, rows=[(before[pk], after[pk]) for pk in before if pk in after])
        return n

    bulk_create.alters_data = update.alters_data = True  # type: ignore[attr-defined]
