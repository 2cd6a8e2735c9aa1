"""The rows that flags and news are about, fetched with what their sentences read."""

from collections.abc import Iterable

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models import prefetch_related_objects


def fetch(rows: list, read: Iterable[tuple[type[models.Model], Iterable[str]]]) -> None:
    """Fetch the `subject` of each row in one query for each model; `read` pairs models with relations to join."""
    # GenericPrefetch takes one queryset per model, and several kinds may share a model: their relations are merged.
    related: dict[type[models.Model], set[str]] = {}
    for model, names in read:
        related.setdefault(model, set()).update(names)
    querysets = [
        model._default_manager.select_related(*sorted(names)) if names else model._default_manager.all()
        for model, names in related.items()
    ]
    prefetch_related_objects(rows, GenericPrefetch("subject", querysets))
