"""Saving the form of a row: under its lock, by field, and with its event (`foundation.versions`, `audit.writes`)."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from django import forms
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.log import sign
from foundation.versions import Change, Versioned, as_text, opened, sealed

__all__ = ["AFTER_SAVE", "Change", "VersionedForm", "is_as_seen", "save", "signed_version"]

AFTER_SAVE: list[Callable[[type[models.Model]], None]] = []
"""Called with the model of each row that a form saved, in its transaction. Floors above register here."""
VERSIONS_LOOKED_AT = 50
"""How far back it is looked for who wrote a value."""


class VersionedForm(Versioned, forms.ModelForm):
    """A form of one row."""

    @property
    def is_of_what_is_stored(self) -> bool:
        return self.instance.pk is not None

    @property
    def salt(self) -> str:
        return _salt(self.instance)

    @property
    def changed_data(self) -> list[str]:
        """The names of the changed fields; `seen` is none of the row."""
        return [name for name in super().changed_data if name != "seen"]

    def meet(self, row: models.Model) -> None:
        """Go on with the row as it is now."""
        self.instance = row
        self.initial = {**self.initial, **forms.model_to_dict(row, self._meta.fields, self._meta.exclude)}

    def changed_by(self, name: str) -> tuple[str, dt.datetime | None]:
        if not hasattr(self.instance, "history") or not hasattr(self.instance, name):
            return "", None
        versions = _history(self.instance).select_related("history_user")[: VERSIONS_LOOKED_AT + 1]
        for newer, older in pairwise(versions):
            attribute = self.instance._meta.get_field(name).attname
            if getattr(newer, attribute, None) != getattr(older, attribute, None):
                return str(newer.history_user or "–"), newer.history_date
        return "", None


def signed_version(row: models.Model) -> str:
    """The version of a row as it is given, for the field `seen` of any form of it; empty for a new row."""
    if row.pk is None:
        return ""
    fields = {field.name: (field, field.formfield()) for field in row._meta.concrete_fields}
    values = {name: (shown, field.value_from_object(row)) for name, (field, shown) in fields.items() if shown}
    return sealed({name: as_text(shown, value) for name, (shown, value) in values.items()}, _salt(row))


def is_as_seen(row: models.Model, version: str | None) -> bool:
    """Whether a row is what a page showed that carried this version of it; None: that carried none."""
    return version is None or opened(version, _salt(row)) == opened(signed_version(row), _salt(row))


def _salt(row: models.Model) -> str:
    return f"seen {row._meta.label} {row.pk}"


def _history(row: Any) -> models.QuerySet:
    """The versions of a row, the newest first: django-simple-history adds the manager, which mypy does not know."""
    return row.history.order_by("-history_id")


def save(form: forms.ModelForm, *, by: User, before: Callable[[], object] = lambda: None) -> bool:
    """Lock the row, validate the form, save it; False when it is invalid and nothing was saved.

    The form is validated again even if it was before: what it says about the stored row is certain only under the lock.
    `before` completes the row of a valid form before it is saved.
    """
    try:
        return _save(form, by=by, before=before)
    except IntegrityError:
        # A unique value that somebody else saved between the validation and the INSERT: a new row has no lock.
        form.add_error(None, _("Somebody saved the same at this very moment: look at the list, then try again."))
        return False


@transaction.atomic
def _save(form: forms.ModelForm, *, by: User, before: Callable[[], object]) -> bool:
    if form.instance.pk is not None:
        rows = type(form.instance)._default_manager.select_for_update(no_key=True)
        row = rows.filter(pk=form.instance.pk).first()
        if row is None:
            form.add_error(None, _("Somebody removed this meanwhile."))
            return False
        if isinstance(form, VersionedForm):
            form.meet(row)
    form.full_clean()  # `is_valid` would only return what was found before the lock
    if not form.is_valid():
        return False
    before()
    sign(form.instance, by, "")
    row = form.save()
    for told in AFTER_SAVE:
        told(type(row))
    return True
