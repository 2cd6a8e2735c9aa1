"""The tables of an office, and a row of each as one line of JSON."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models

FETCHED_AT_ONCE = 500
OF_OTHER_APPS = ("contenttypes", "auth", "account", "admin")
"""Apps of others whose rows ours refer to: events name kinds of rows by their numbers there."""
STAY_WHERE_THEY_ARE = {"records.Export"}
"""Archives are files of the installation that made them."""


def tables() -> list[type[models.Model]]:
    """Every table that is taken out, versions and relations to many rows among them; who is signed in is none."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in {*settings.OUR_APPS, *OF_OTHER_APPS}
        and model._meta.managed
        and not model._meta.proxy
        and model._meta.label not in STAY_WHERE_THEY_ARE
    ]


def fields(model: type[models.Model]) -> list[models.Field]:
    """The columns of a table, without those that the database works out."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in fields(model)]


def lines(rows: models.QuerySet, blank: frozenset[str] = frozenset()) -> Iterator[str]:
    """Each row as a line, in the order of the keys; the columns in `blank` are empty."""
    names = columns(rows.model)
    for values in rows.order_by("pk").values_list(*names).iterator(FETCHED_AT_ONCE):
        row = {name: "" if name in blank else value for name, value in zip(names, values, strict=True)}
        yield json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True) + "\n"


def _plain(value: Any) -> str:
    """What JSON has no word for, as `to_python` of its field reads it: seals cover every microsecond."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written")


def rows(model: type[models.Model], text: Iterable[str]) -> Iterator[models.Model]:
    """The rows of a table that these lines hold. Raises `ValueError` or `ValidationError` for what is none."""
    own = fields(model)
    for line in text:
        values = json.loads(line)
        yield model(**{field.attname: field.to_python(values[field.attname]) for field in own})


def load(model: type[models.Model], text: Iterable[str]) -> Iterator[int]:
    """Save the rows of these lines as they were, without events, and answer how many there are so far."""
    plain: models.QuerySet = models.QuerySet(model)  # its own manager would tell of every row
    batch: list[models.Model] = []
    count = 0
    for row in rows(model, text):
        batch.append(row)
        if len(batch) == FETCHED_AT_ONCE:
            count += len(plain.bulk_create(batch))
            batch = []
            yield count
    yield count + len(plain.bulk_create(batch))


def clear(model: type[models.Model]) -> None:
    """Remove the rows of a table, as they are: nothing else follows."""
    everything: Any = models.QuerySet(model)
    everything._raw_delete(everything.db)
