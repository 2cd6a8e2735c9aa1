"""The values of a correction or of a step: kept as text in its `changes`, read back into a row, and told to people."""

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.refusals import Blocker

Changes = dict[str, list[str | None]]
"""Name of a field → [old, new], each as text or None."""

Known = Mapping[Any, Mapping[str, Any]]
"""Model → key as text → row."""

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Line:
    """One field of a correction, in words."""

    label: str
    old: str
    new: str


def with_values(row: Row, values: Mapping[str, Any]) -> Row:
    """An unsaved copy of a row with other values."""
    changed = copy.copy(row)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def differences(before: models.Model, after: models.Model, names: Iterable[str]) -> Changes:
    """The fields among `names` that differ between two states of a row."""
    pairs = {name: [_as_text(before, name), _as_text(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def wanted(model: type[models.Model], changes: Changes) -> dict[str, Any]:
    """The new values of a correction, as a row takes them."""
    return {name: _read(_field(model, name), new) for name, (_old, new) in changes.items()}


def changed_meanwhile(row: models.Model, changes: Changes) -> list[Blocker]:
    """What of a correction no longer starts from what is recorded now: somebody changed it since it was asked for."""
    found = []
    for name, (old, _new) in changes.items():
        now = _as_text(row, name)
        if now == old:
            continue
        field = _field(type(row), name)
        message = _("Changed meanwhile: %(field)s was “%(old)s” when this was asked for, and is “%(now)s” now.") % {
            "field": label(type(row), name),
            "old": _shown(field, old),
            "now": _shown(field, now),
        }
        found.append(Blocker("changed_meanwhile", message, rule=0, about=name))
    return found


def lines(model: type[models.Model], changes: Changes, known: Known | None = None) -> list[Line]:
    """The changes in words, in the order of the fields of the row; `known` are the rows to which values refer."""
    fields = {name: _field(model, name) for name in changes}
    order = [field.name for field in model._meta.get_fields()]
    return [
        Line(label(model, name), _shown(fields[name], old, known), _shown(fields[name], new, known))
        for name, (old, new) in sorted(changes.items(), key=lambda change: order.index(fields[change[0]].name))
    ]


def referred(changes: Iterable[tuple[type[models.Model], Changes]]) -> Known:
    """The rows to which the values of these changes refer; one query for each model."""
    keys: dict[Any, set[str]] = {}
    for model, changed in changes:
        for name, texts in changed.items():
            field = _field(model, name)
            if field.is_relation:
                keys.setdefault(field.related_model, set()).update(*[text.split(",") for text in texts if text])
    return {
        model: {str(row.pk): row for row in model._default_manager.filter(pk__in=found).order_by()}
        for model, found in keys.items()
    }


def label(model: type[models.Model], name: str) -> str:
    return str(capfirst(_field(model, name).verbose_name))


def told(row: models.Model, name: str) -> str:
    """The value of a field that stands in a row now, in words."""
    return _shown(_field(type(row), name), _as_text(row, name))


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _as_text(row: models.Model, name: str) -> str | None:
    value = getattr(row, _field(type(row), name).attname)
    return None if value is None else str(value)


def _read(field: Any, text: str | None) -> Any:
    if text is None:
        return None
    if field.many_to_many:
        return list(field.related_model._default_manager.filter(pk__in=text.split(",") if text else []))
    if field.is_relation:
        return field.related_model._default_manager.filter(pk=text).first()
    return field.to_python(text)


def _among(known: Known, field: Any, text: str | None) -> Any:
    rows = known.get(field.related_model, {})
    if field.many_to_many:
        return [rows[key] for key in text.split(",") if key in rows] if text else []
    return rows.get(text or "")


def _shown(field: Any, text: str | None, known: Known | None = None) -> str:
    value = _read(field, text) if known is None or not field.is_relation else _among(known, field, text)
    if isinstance(value, bool):  # whether somebody is armed: nothing else of the kind can be corrected
        return pgettext("person", "Armed") if value else pgettext("person", "Unarmed")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    return "–" if value is None or value == "" else str(value)
