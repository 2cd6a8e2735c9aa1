"""Two people at one row: a form knows what it showed, so that what somebody else wrote meanwhile is not overwritten.

By field: what the second did not touch takes the newer value; where both wrote something, the second is asked, with
both values side by side. The version of a form is a sealed fingerprint of each value that it showed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from foundation.converters import is_id
from foundation.refusals import Blocker

SALT = "seen"
NOTHING = "–"
ASKED = _lazy("Somebody else changed this meanwhile. Your entries are kept below; save again to keep yours.")


@dataclass(frozen=True)
class Change:
    """One field that somebody else changed since the form was opened: what stands there now, and what was typed."""

    name: str
    label: str
    now: str
    typed: str
    by: str = ""
    at: dt.datetime | None = None


class Versioned(forms.Form):
    """A form of what is stored; its initial values are those that stand there when it is opened.

    Where both wrote something, it is invalid and `changes_by_others` lists the fields. The form that is then shown has
    seen the newer values, so that sending it again saves the own entries knowingly. `taken_over` are the fields that
    the second did not touch, with the newer values that they have now. Who sends no version is taken to have seen what
    stands there now.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    beside_the_row: tuple[str, ...] = ()
    """Fields that are no value of what is stored: a reason, a note, a tick."""

    changes_by_others: list[Change]
    taken_over: list[Change]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.changes_by_others, self.taken_over = [], []
        self._sent = self.data
        self.fields["seen"].initial = self.version  # called when it is rendered: the form may still be changed

    @property
    def is_of_what_is_stored(self) -> bool:
        """False for a form that adds something."""
        return True

    @property
    def salt(self) -> str:
        """What the version is of: one of something else is none."""
        return SALT

    @property
    def versioned_fields(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if name != "seen"
            and name not in self.beside_the_row
            and not field.disabled
            and not isinstance(field, forms.FileField)
        ]

    @property
    def touched(self) -> list[str]:
        """The fields of a bound form that say something else than what stands there now."""
        return [name for name in self.versioned_fields if self._typed(name) != self._stored(name)]

    def version(self) -> str:
        """What the form shows, for its field `seen`; empty for a form that adds something."""
        if not self.is_of_what_is_stored:
            return ""
        return sealed({name: self._stored(name) for name in self.versioned_fields}, self.salt)

    @property
    def given(self) -> dict[str, Any]:
        """The cleaned values of a valid form, without its version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def still_shows(self, values: Mapping[str, Any]) -> bool:
        """Whether these values are those that the form met: for whoever holds the lock of what is stored."""
        return all(as_text(self.fields[name], values[name]) == self._stored(name) for name in self.versioned_fields)

    def changed_by(self, name: str) -> tuple[str, dt.datetime | None]:
        """Who wrote what stands in a field now, and when, where that is known."""
        return "", None

    def full_clean(self) -> None:
        if self.is_bound and self.is_of_what_is_stored:
            self._meet_what_others_wrote()
        super().full_clean()

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if self.changes_by_others:
            self.add_error(None, ASKED)
        return cleaned

    def _meet_what_others_wrote(self) -> None:
        self.data = self._sent  # again: under the lock, more may have changed than before it
        self.changes_by_others, self.taken_over = [], []
        key = self.add_prefix("seen")
        if key not in self.data:
            return
        seen = opened(self.data.get(key, ""), self.salt)
        data = self.data.copy() if isinstance(self.data, QueryDict) else dict(cast("Mapping", self.data))
        for name in self.versioned_fields:
            typed, stored = self._typed(name), self._stored(name)
            if typed == stored or (seen is not None and seen.get(name) == fingerprint(name, stored)):
                continue
            if seen is None or seen.get(name, "") not in {"", fingerprint(name, typed)}:
                self.changes_by_others.append(self._change(name))
            elif name in seen or self._was_not_asked(name):
                self._put(data, name)
                self.taken_over.append(self._change(name))
        data[key] = self.version()
        self.data = cast("Any", data)

    def _stored(self, name: str) -> str:
        field = self.fields[name]
        return as_text(field, self.get_initial_for_field(field, name))

    def _typed(self, name: str) -> str:
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        try:
            value = field.clean(raw) if isinstance(field, forms.MultiValueField) else field.to_python(raw)
        except ValidationError:
            value = raw
        return as_text(field, value)

    def _was_not_asked(self, name: str) -> bool:
        """Whether a field is one that the form did not have when it was opened."""
        return self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def _put(self, data: Any, name: str) -> None:
        """Write what stands there now into the data of the form, as a browser would send it."""
        field, key = self.fields[name], self.add_prefix(name)
        value = field.prepare_value(self.get_initial_for_field(field, name))
        if isinstance(field.widget, forms.MultiWidget):
            for number, part in enumerate(field.widget.decompress(value) or []):
                data[f"{key}_{number}"] = _of_browser(part)
        elif _is_many(value) and isinstance(data, QueryDict):
            data.setlist(key, [str(field.prepare_value(one)) for one in value])
        elif _is_many(value):
            data[key] = [str(field.prepare_value(one)) for one in value]
        else:
            data[key] = _of_browser(value)
            data.pop(f"{key}_words", None)  # of a `Picker`, which would look for the older row again

    def _change(self, name: str) -> Change:
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        stored = field.prepare_value(self.get_initial_for_field(field, name))
        by, at = self.changed_by(name)
        return Change(name, str(self[name].label), in_words(field, stored), in_words(field, raw), by, at)


def changed_meanwhile() -> Blocker:
    """Why nothing was saved when somebody else was faster between the look of the form and the lock of the row."""
    message = _("Somebody else changed this at this very moment. Nothing was saved: send it again to see what changed.")
    return Blocker("changed_meanwhile", message, rule=0)


def as_text(field: forms.Field, value: Any) -> str:
    """A value of a field in one spelling, however a browser or the database spells it."""
    value = field.prepare_value(value)
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return str(bool(value))
    if _is_many(value):
        return "\n".join(sorted(str(field.prepare_value(one)) for one in value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def fingerprint(name: str, text: str) -> str:
    """Tells whether a value is another, and nothing of the value."""
    return salted_hmac(f"{SALT} {name}", text).hexdigest()[:16]


def sealed(values: Mapping[str, str], salt: str = SALT) -> str:
    """The version that shows these values, by the names of their fields."""
    return signing.dumps({name: fingerprint(name, text) for name, text in values.items()}, salt=salt, compress=True)


def opened(version: str, salt: str = SALT) -> dict[str, str] | None:
    """The fingerprints in a version; None where it is none of ours."""
    try:
        return signing.loads(version, salt=salt)
    except signing.BadSignature:
        return None


def in_words(field: forms.Field, value: Any) -> str:
    """A value as the form would show it."""
    if _is_many(value):
        return ", ".join(in_words(field, one) for one in value) or NOTHING
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return _("Yes") if field.to_python(value) else _("No")
    value = field.prepare_value(value)
    if value is None or value == "":
        return NOTHING
    if isinstance(field, forms.ModelChoiceField):
        return _row_in_words(field, value)
    return str(_labels(getattr(field, "choices", [])).get(str(value), value))


def _row_in_words(field: forms.ModelChoiceField, key: Any) -> str:
    """The label of a row, also of one that is no longer offered."""
    rows = cast("Any", field.queryset).model._base_manager
    row = rows.filter(pk=key).first() if is_id(str(key)) else None
    return str(field.label_from_instance(row)) if row else str(key)


def _labels(choices: Iterable) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in choices:
        if isinstance(label, list | tuple):  # a group of choices
            found |= _labels(label)
        else:
            found[str(value)] = str(label)
    return found


def _is_many(value: Any) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, str | bytes | Mapping)


def _of_browser(value: Any) -> str:
    return "" if value is None else str(value)
