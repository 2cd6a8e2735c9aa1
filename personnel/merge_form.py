"""Two records of one person side by side: which of them stays, and which value of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.conflicts import is_as_seen, signed_version
from deployments.candidates.merging import rows_of
from foundation.text import TypedProse
from personnel.models import Person
from personnel.person_fields import VALUES

ONE, OTHER = "one", "other"


@dataclass(frozen=True)
class Line:
    """One value of both records; `choice` is the field that asks for one of them, None where they are alike."""

    label: str
    one: str
    other: str
    choice: BoundField | None


class MergeForm(forms.Form):
    """Asks for the record that stays, for each value that differs, and why they are one person.

    "One" and "other" mean the values that were shown: where somebody changed a record since, both are shown again.
    """

    CHANGED = _("A record changed since you were shown them. Look at both again, and choose anew where it matters.")

    seen_one = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_other = forms.CharField(required=False, widget=forms.HiddenInput)
    stays = forms.ChoiceField(label=_("The record that stays"), widget=forms.RadioSelect, initial=ONE)
    reason = TypedProse(label=_("Why they are the same person"), widget=forms.Textarea({"rows": 2}), max_length=500)

    def __init__(self, *args, one: Person, other: Person, **kwargs):
        self.people = {ONE: one, OTHER: other}
        self.versions = {f"seen_{which}": signed_version(person) for which, person in self.people.items()}
        super().__init__(*args, **kwargs | {"initial": self.versions})
        self.fields["stays"] = self._choice(_("The record that stays"), str(one), str(other))
        for name in VALUES:
            if getattr(one, name) != getattr(other, name):
                self.fields[name] = self._choice(_label(name), _told(one, name), _told(other, name))
                self.fields[name].initial = ONE if getattr(one, name) else OTHER

    @staticmethod
    def _choice(label: Any, one: str, other: str) -> forms.ChoiceField:
        choices = [(ONE, one), (OTHER, other)]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, initial=ONE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        sent = {which: self.data.get(f"seen_{which}") for which in self.people}
        if not all(is_as_seen(person, sent[which]) for which, person in self.people.items()):
            self.add_error(None, self.CHANGED)
            data = cast("QueryDict", self.data).copy()  # the data of a request are immutable
            for name, version in self.versions.items():
                data[name] = version
            self.data = data
        return cleaned

    def still_shows(self, row: Person) -> bool:
        """Whether a record, when nobody else can write it, is the one that the form met."""
        return any(row.pk == one.pk and is_as_seen(row, signed_version(one)) for one in self.people.values())

    def lines(self) -> Iterator[Line]:
        """Every value of both records, in the order of the page of a person."""
        one, other = self.people.values()
        for name in VALUES:
            yield Line(_label(name), _told(one, name), _told(other, name), self[name] if name in self.fields else None)

    def hanging(self) -> list[dict[str, int]]:
        """How many rows refer to each of the two."""
        return [rows_of(person) for person in self.people.values()]

    def kept_and_merged(self) -> tuple[Person, Person]:
        """The record that stays and the one that is emptied, of a valid form."""
        stays = self.cleaned_data["stays"]
        return self.people[stays], self.people[OTHER if stays == ONE else ONE]

    def values(self) -> dict[str, Any]:
        """The chosen values, of a valid form."""
        chosen = {name: self.cleaned_data.get(name, ONE) for name in VALUES}
        return {name: getattr(self.people[which], name) for name, which in chosen.items()}


class TwoPeopleForm(forms.Form):
    reason = TypedProse(
        label=_("Why these are two different people"), widget=forms.Textarea({"rows": 2}), max_length=500
    )


def _label(name: str) -> str:
    return str(capfirst(Person._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _told(person: Person, name: str) -> str:
    display = getattr(person, f"get_{name}_display", None)
    value = display() if display else getattr(person, name)
    return str(value) if value else "–"
