"""Events of writes: a row that is added, changed or removed leaves one, wherever that is done.

Signals of the models see to it, those of `foundation.writes` for many rows at once. Only what a program adds or saves
row by row, outside of requests, tasks and commands (`audit.requests`) and without a signature, leaves none: that is how
what is published is loaded, and a world to try things in. What a model says about itself:

- `leaves_no_event`: why its writes leave none (a ledger of its own, what a machine notes down).
- `events_are_about`: the name of a relation, for a paper whose events are about the row there.
- `untold_fields`: fields whose values stand in no event, for they are about a person; `ALL_FIELDS` for all of them.
- `machine_fields`: fields that a machine keeps; their changes leave no event.
- `told_at_the_others`: relations to many rows whose changes are told of these, with the name of the other side.
- `written_with_the_row`: relations to many rows that are written once, when the row is added.

A relation to many rows that is a model of its own needs none of them: its rows leave their own events.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import Signal

from audit import requests
from audit.log import Entry, Signature, record_all
from audit.models import Verb
from foundation.writes import rows_added, rows_changed

ALL_FIELDS = ("all fields",)
NOBODY = Signature(None)
Changes = dict[str, list]
"""Name of a field → [before, after], for JSON; empty where the values are not told."""

_gathered: ContextVar[list[Entry] | None] = ContextVar("gathered", default=None)
_acting: ContextVar[Signature | None] = ContextVar("acting", default=None)


@contextmanager
def one_for_each_row() -> Iterator[None]:
    """What is written inside leaves one event for each row, at the end: a form may save a row in several steps."""
    token = _gathered.set([])
    try:
        yield
        entries = cast("list[Entry]", _gathered.get())
    finally:
        _gathered.reset(token)
    merged: dict[tuple, Entry] = {}
    for entry in entries:
        key = (entry.model, entry.row_id, entry.details.get("part"))
        merged[key] = _merged(merged[key], entry) if key in merged else entry
    _tell(merged.values())


@contextmanager
def one_act(by: AbstractBaseUser | None, verb: Verb, subject: models.Model, **details) -> Iterator[None]:
    """What is written inside is one act, told by this one event at its end; acts inside it have events of their own."""
    token = _gathered.set([])
    try:
        yield
        inside = [entry for entry in cast("list[Entry]", _gathered.get()) if entry.is_act]
    finally:
        _gathered.reset(token)
    _tell([*inside, Entry(by.pk if by else None, verb, type(subject), subject.pk, details, is_act=True)])


@contextmanager
def unrecorded() -> Iterator[None]:
    """What is written inside leaves no event: it is rolled back."""
    token = _gathered.set([])
    try:
        yield
    finally:
        _gathered.reset(token)


@contextmanager
def acting(by: AbstractBaseUser | None, verb: Verb | None = None, **details) -> Iterator[None]:
    """Whoever signs no row inside is this one: rows that are written many at once cannot be signed."""
    token = _acting.set(Signature(by, verb, details))
    try:
        yield
    finally:
        _acting.reset(token)


def _merged(first: Entry, then: Entry) -> Entry:
    """Two writes of a row as one: from the first value to the last."""
    changes: Changes = {**first.details.get("changes", {})}
    for name, values in then.details.get("changes", {}).items():
        changes[name] = [changes[name][0], values[1]] if changes.get(name) and values else values
    fields = sorted({*first.details.get("fields", []), *then.details.get("fields", [])})
    details = {**first.details, **then.details, "fields": fields, "changes": changes}
    verb = then.verb if first.verb == Verb.EDITED or then.verb == Verb.REMOVED else first.verb
    return replace(first, verb=verb, details=details)


def _tell(entries: Iterable[Entry]) -> None:
    gathered, entries = _gathered.get(), list(entries)
    if gathered is not None:
        gathered.extend(entries)
    elif entries:
        record_all(entries)


def is_recorded(model: type[models.Model]) -> bool:
    """Whether the writes of a model leave events: each of ours, but for versions and what says why it does not."""
    ours = model._meta.app_label in settings.OUR_APPS
    return ours and not hasattr(model, "history_date") and not hasattr(model, "leaves_no_event")


def recorded_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if is_recorded(model)]


def fields_told(model: type[models.Model]) -> list[models.Field]:
    """The fields whose changes leave an event."""
    history = getattr(model, "history", None)
    tracked = {field.name for field in history.model.tracked_fields} if history else None
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not field.generated
        and (tracked is None or field.name in tracked)
        and field.name not in getattr(model, "machine_fields", ())
    ]


def watch() -> None:
    """Connect the signals of every model that is recorded; once, when all models are there."""
    receivers: dict[Signal, Callable[..., None]] = {
        pre_save: _look_before,
        post_save: _saved,
        post_delete: _deleted,
        rows_added: _many_added,
        rows_changed: _many_changed,
    }
    for model in recorded_models():
        for signal, receiver in receivers.items():
            signal.connect(receiver, sender=model)
        for relation in getattr(model, "told_at_the_others", {}):
            m2m_changed.connect(_relation_changed, sender=getattr(model, relation).through)


def _look_before(sender: type[models.Model], instance: Any, raw: bool, using: str, **_kwargs) -> None:
    if raw or instance.pk is None or _author(instance) is None:
        return
    columns = [field.attname for field in fields_told(sender)]
    instance._before = sender._base_manager.using(using).filter(pk=instance.pk).values(*columns).first()


def _saved(sender: type[models.Model], instance: Any, created: bool, raw: bool, using: str, **kwargs) -> None:
    if raw:
        return
    before, after = instance.__dict__.pop("_before", None), _values(instance)
    if any(hasattr(value, "resolve_expression") for value in after.values()):
        after = sender._base_manager.using(using).values(*after).get(pk=instance.pk)
    if kwargs["update_fields"] is not None:
        written = {sender._meta.get_field(name).attname for name in kwargs["update_fields"]}  # type: ignore[union-attr]
        after = {name: value if name in written else (before or after)[name] for name, value in after.items()}
    _tell(_entries(instance, Verb.ADDED if created else Verb.EDITED, before or {}, after))


def _deleted(sender: type[models.Model], instance: Any, **_kwargs) -> None:
    _tell(_entries(instance, Verb.REMOVED, _values(instance), {}, NOBODY))


def _many_added(sender: type[models.Model], rows: list, **_kwargs) -> None:
    _tell([entry for row in rows if row.pk is not None for entry in _entries(row, Verb.ADDED, {}, _values(row))])


def _many_changed(sender: type[models.Model], rows: list[tuple], **_kwargs) -> None:
    _tell([entry for old, new in rows for entry in _entries(new, Verb.EDITED, _values(old), _values(new), NOBODY)])


def _relation_changed(sender: Any, instance: Any, action: str, reverse: bool, pk_set: set | None, **_kwargs) -> None:
    """A relation to many rows: each row at the other end says what it was related to before, and is after."""
    [relation] = [
        field
        for model in apps.get_models()
        for field in model._meta.local_many_to_many
        if getattr(model, field.name).through is sender
    ]
    here, there = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    name = cast("Any", relation.model).told_at_the_others[relation.name]
    when, _, _what = action.partition("_")
    rows = sender._base_manager
    if when == "pre":
        others = (
            {instance.pk} if reverse else pk_set or set(rows.filter(**{here: instance}).values_list(there, flat=True))
        )
        instance._related = {pk: _related(rows, there, pk, here) for pk in others}
        return
    author, model = _author(None), relation.related_model
    for pk, before in instance.__dict__.pop("_related").items():
        after = _related(rows, there, pk, here)
        if author and before != after:
            details = {"part": model._meta.model_name, "fields": [name], "changes": {name: [before, after]}}
            _tell([Entry(author.by.pk if author.by else None, Verb.EDITED, model, pk, details)])


def _related(rows: models.Manager, there: str, pk: int, here: str) -> list[int]:
    return sorted(rows.filter(**{there: pk}).values_list(here, flat=True))


def _author(row: models.Model | None) -> Signature | None:
    """Who writes: who signed the row, who acts, or whose request it is."""
    signature = getattr(row, "_signature", None) or _acting.get()
    if signature is None and requests.origin() is not None:
        signature = Signature(requests.user())
    return signature


def _entries(row: Any, verb: Verb, before: dict, after: dict, unknown: Signature | None = None) -> list[Entry]:
    """The event of a write; none where nothing changed and nobody signed it.

    `unknown` stands for who writes where that is not known; without it, such a write leaves no event.
    """
    author, signed = _author(row) or unknown, row.__dict__.pop("_signature", None) is not None
    names, changes = _differences(type(row), before, after)
    if author is None or not (names or signed):
        return []
    details = author.details
    if author.verb is None:
        details = {"part": row._meta.model_name, "fields": names, "changes": changes, **details}
    about = row
    if relation := getattr(row, "events_are_about", ""):
        about, details = getattr(row, relation), {**details, row._meta.model_name: row.pk}
    by = author.by.pk if author.by else None
    return [Entry(by, author.verb or verb, type(about), about.pk, details, is_act=author.verb is not None)]


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in fields_told(type(row))}


def _differences(model: type[models.Model], before: dict, after: dict) -> tuple[list[str], Changes]:
    """The names of the fields that differ, and the values of those that are told; nothing is as good as empty."""
    untold = getattr(model, "untold_fields", ())
    names, changes = [], {}
    for field in fields_told(model):
        # As the database takes it: what was typed may still be a text.
        old, new = (field.get_prep_value(values.get(field.attname)) for values in (before, after))
        if old == new or (not (before and after) and not (old or new)):
            continue
        names.append(field.name)
        if untold is not ALL_FIELDS and field.name not in untold:
            changes[field.name] = [_for_json(old), _for_json(new)]
    return names, changes


def _for_json(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | list | dict | None) else str(value)
