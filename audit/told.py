"""What an event of a write says, in words: its fields, with the old and the new values where these are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from audit.models import Event
from audit.writes import recorded_models

NOTHING = "–"
Model = type[models.Model] | None
Rows = dict[Any, dict[int, Any]]


@dataclass(frozen=True)
class Line:
    """One field; without values where these stand in no event."""

    label: str
    before: str = ""
    after: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.before or self.after)


def lines(events: Iterable[Event]) -> dict[int, list[Line]]:
    """The lines of each event, by its number; one query for each model to which fields refer."""
    models_by_name = {model._meta.model_name: model for model in recorded_models()}
    written = {event.pk: models_by_name.get(event.details.get("part", "")) for event in events}
    referred = _referred(events, written)
    return {event.pk: _lines(event, written[event.pk], referred) for event in events}


def _lines(event: Event, model: Model, referred: Rows) -> list[Line]:
    if model is None:
        return []
    changes = event.details.get("changes", {})
    return [
        Line(_label(model, name), *[_in_words(model, name, value, referred) for value in changes.get(name, [])])
        for name in event.details.get("fields", [])
    ]


def _referred(events: Iterable[Event], written: dict[int, Model]) -> Rows:
    """The rows to which values refer, by model and key."""
    keys: dict[Any, set] = {}
    for event in events:
        for name, values in event.details.get("changes", {}).items():
            field = _field(written[event.pk], name)
            if field is not None and field.is_relation:
                for value in values:
                    keys.setdefault(field.related_model, set()).update(value if isinstance(value, list) else [value])
    return {model: model._base_manager.in_bulk(found - {None}) for model, found in keys.items()}


def _field(model: Model, name: str) -> Any:
    """The field of this name; None where an older version of PeaceOps had it."""
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model: Model, name: str) -> str:
    field = _field(model, name)
    if field is None:
        return name
    return str(field.related_model._meta.verbose_name_plural if field.auto_created else field.verbose_name)


def _in_words(model: Model, name: str, value: Any, referred: Rows) -> str:
    if isinstance(value, list):
        return ", ".join(_in_words(model, name, one, referred) for one in value) or NOTHING
    if value is None or value == "":
        return NOTHING
    field = _field(model, name)
    if field is not None and field.is_relation:
        return str(referred[field.related_model].get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(getattr(field, "flatchoices", None) or [])
    return str(choices.get(value, value))
