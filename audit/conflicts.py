"""Two people edit the same row: the second is told what changed and by whom, and keeps the own entries on screen."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from django import forms
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb


@dataclass(frozen=True)
class Change:
    """One field that somebody else changed since the form was opened."""

    label: str
    before: str
    after: str
    by: str
    at: dt.datetime


class SeenForm(forms.ModelForm):
    """A form of a row with history, which remembers the version that the reader has seen.

    When the row has moved on, nothing is saved: `theirs` lists what changed, and sending the same form again saves the
    own entries knowingly.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    theirs: list[Change]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.theirs = []
        self.fields["seen"].initial = stamp(self.instance)

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        now = _version(self.instance)
        seen = _read(self.instance, cleaned.get("seen") or "")
        if now is not None and seen != now:
            self.theirs = _changes(self.instance, seen) if seen else []
            message = _("Somebody else changed this meanwhile. Your entries are kept below; save again to keep yours.")
            self.add_error(None, message)
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("seen")] = stamp(self.instance)
            self.data = data
        return cleaned

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "seen"]


def stamp(row: models.Model) -> str:
    """The version of a row that a reader sees now, signed: what came before it is not shown to whoever invents one."""
    version = _version(row)
    return "" if version is None else _signer(row).sign(str(version))


def _read(row: models.Model, stamped: str) -> int | None:
    try:
        return int(_signer(row).unsign(stamped))
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
    """The versions of a row; django-simple-history adds them where mypy cannot see it."""
    return row.history.all()


def _changes(row: models.Model, seen: int) -> list[Change]:
    versions = list(_history(row).filter(history_id__gte=seen).order_by("history_id").select_related("history_user"))
    order = [field.name for field in row._meta.get_fields()]
    found = []
    for before, after in pairwise(versions):
        changes = after.diff_against(before, foreign_keys_are_objs=True).changes
        for change in sorted(changes, key=lambda change: order.index(change.field)):
            field = cast("models.Field", row._meta.get_field(change.field))
            found.append(
                Change(
                    label=str(field.verbose_name),
                    before=_shown(field, change.old),
                    after=_shown(field, change.new),
                    by=str(after.history_user or "–"),
                    at=after.history_date,
                )
            )
    return found


def _shown(field: models.Field, value: object) -> str:
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    return "–" if value in {None, ""} else str(value)


def save(form: forms.ModelForm, *, by: User, subject: models.Model | None = None) -> bool:
    """Lock the row, judge the form, save and record; False when the form is not valid and nothing was saved.

    The form is judged here even if it was before: only under the lock is what it says of the stored row still true.

    `subject` is what the event is about when it is not the row itself (the person of a credential).
    """
    try:
        return _save(form, by=by, subject=subject)
    except IntegrityError:
        form.add_error(None, _("Somebody saved the same at this very moment: look at the list, then try again."))
        return False


@transaction.atomic
def _save(form: forms.ModelForm, *, by: User, subject: models.Model | None) -> bool:
    is_new = form.instance.pk is None
    if not is_new:
        list(type(form.instance)._default_manager.select_for_update(no_key=True).filter(pk=form.instance.pk))
    form.full_clean()
    if not form.is_valid():
        return False
    sign(form.instance, by, "")
    row = form.save()
    verb = Verb.ADDED if is_new else Verb.EDITED
    record(by, verb, subject or row, part=row._meta.model_name, fields=form.changed_data)
    return True
