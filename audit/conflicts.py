"""Edit conflicts: whoever saves second sees what the first changed, and keeps the own entries in the form.

A form carries the version of the row that was shown, as a signed hidden field; `save` compares it under a lock.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from django import forms
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.log import sign

AFTER_SAVE: list[Callable[[type[models.Model]], None]] = []
"""Called with the model of each row that a form saved, in its transaction. Floors above register here."""


@dataclass(frozen=True)
class Change:
    """One field that somebody else changed since the form was opened."""

    label: str
    before: str
    after: str
    by: str
    at: dt.datetime


class VersionedForm(forms.ModelForm):
    """A form of a row with history that remembers the version that was shown.

    When the row has a newer version, the form is invalid and `changes_by_others` lists what changed. The form that is
    then shown carries the newer version, so that sending it again saves the own entries knowingly.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    changes_by_others: list[Change]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.changes_by_others = []
        self.fields["seen"].initial = signed_version(self.instance)

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        current = _version(self.instance)
        seen = _seen_version(self.instance, cleaned.get("seen") or "")
        if current is not None and seen != current:
            self.changes_by_others = _changes(self.instance, seen) if seen else []
            message = _("Somebody else changed this meanwhile. Your entries are kept below; save again to keep yours.")
            self.add_error(None, message)
            # The form is rendered from `data`, not from `initial`: put the newer version there.
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("seen")] = signed_version(self.instance)
            self.data = data
        return cleaned

    @property
    def changed_data(self) -> list[str]:
        """The names of the changed fields, for the event; `seen` is no field of the row."""
        return [name for name in super().changed_data if name != "seen"]


def signed_version(row: models.Model) -> str:
    """The version of a row that is shown now, for the field `seen`; empty for a row without versions.

    Signed, because a conflict lists all changes since that version: an invented older one would reveal them.
    """
    version = _version(row)
    return "" if version is None else _signer(row).sign(str(version))


def _seen_version(row: models.Model, signed: str) -> int | None:
    """The version in the field `seen`; None when it is missing, forged or of another row."""
    try:
        return int(_signer(row).unsign(signed))
    except signing.BadSignature:
        return None


def _signer(row: models.Model) -> signing.Signer:
    return signing.Signer(salt=f"seen {row._meta.label} {row.pk}")


def _version(row: models.Model) -> int | None:
    """The number of the newest version of a row; None for a new row and for rows older than their history."""
    if not row.pk:
        return None
    return _history(row).order_by("-history_id").values_list("history_id", flat=True).first()


def _history(row: Any) -> models.QuerySet:
    """The versions of a row: django-simple-history adds the manager, which mypy does not know."""
    return row.history.all()


def _changes(row: models.Model, seen: int) -> list[Change]:
    """Each change of a field after the version `seen`, version by version, in the order of the fields."""
    versions = list(_history(row).filter(history_id__gte=seen).order_by("history_id").select_related("history_user"))
    order = [field.name for field in row._meta.get_fields()]
    changes = []
    for before, after in pairwise(versions):
        differences = after.diff_against(before, foreign_keys_are_objs=True).changes
        for change in sorted(differences, key=lambda change: order.index(change.field)):
            field = cast("models.Field", row._meta.get_field(change.field))
            changes.append(
                Change(
                    label=str(field.verbose_name),
                    before=_display(field, change.old),
                    after=_display(field, change.new),
                    by=str(after.history_user or "–"),
                    at=after.history_date,
                )
            )
    return changes


def _display(field: models.Field, value: object) -> str:
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    return "–" if value in {None, ""} else str(value)


def save(form: forms.ModelForm, *, by: User) -> bool:
    """Lock the row, validate the form, save it and record the event; False when it is invalid and nothing was saved.

    The form is validated again even if it was before: what it says about the stored row is certain only under the lock.
    """
    try:
        return _save(form, by=by)
    except IntegrityError:
        # A unique value that somebody else saved between the validation and the INSERT: a new row has no lock.
        form.add_error(None, _("Somebody saved the same at this very moment: look at the list, then try again."))
        return False


@transaction.atomic
def _save(form: forms.ModelForm, *, by: User) -> bool:
    if form.instance.pk is not None:
        # `list` makes the query, which takes the lock.
        list(type(form.instance)._default_manager.select_for_update(no_key=True).filter(pk=form.instance.pk))
    form.full_clean()  # `is_valid` would only return what was found before the lock
    if not form.is_valid():
        return False
    sign(form.instance, by, "")
    row = form.save()
    for told in AFTER_SAVE:
        told(type(row))
    return True
