"""What comes with a new person in one step: papers, the attestation, and for what the person is put forward."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.forms.models import ModelChoiceIterator
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from deployments.models import RosterEntry
from deployments.nomination_forms import NominationForm
from deployments.roster_forms import RosterEntryForm
from foundation.choices import offer, offer_rows
from foundation.picking import PickField
from missions.models import Mission
from missions.picking import find_missions
from personnel.forms.papers import AttestationForm, CredentialForm, LanguageForm
from personnel.models import Attestation, Person

PAPERS, LANGUAGES = 6, 2
"""Rows to begin with. Most new officers come with six papers, and with one language besides their own."""
MORE = 3
MOST_ROWS = 30


class Rows(BaseFormSet):
    """Several papers of one person; rows in which nothing was typed are left out."""

    def __init__(self, *args, person: Person, options: dict[str, Any] | None = None, **kwargs):
        self.person, self.options = person, options or {}
        self.offered: dict[str, list] = {}
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        model = self.form._meta.model
        return {"instance": model(person=self.person), **self.options}

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.help_text = ""  # said once, above all rows
            if isinstance(field, forms.ModelChoiceField):
                # Read from the database once and not for each row.
                if name not in self.offered:
                    self.offered[name] = list(cast("ModelChoiceIterator", field.choices))
                offer(form, name, self.offered[name])

    def say_nothing(self) -> None:
        """Show what was typed without judging it."""
        self._errors: list[ErrorDict] = []
        self._non_form_errors = self.error_class()
        for form in self.forms:
            form._errors = ErrorDict()

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed()]


CredentialRows: Any = formset_factory(
    CredentialForm, formset=Rows, extra=PAPERS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)
LanguageRows: Any = formset_factory(
    LanguageForm, formset=Rows, extra=LANGUAGES, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


class RosterChoice(forms.Form):
    """On which roster a new person is put; on none when it is empty."""

    roster = PickField(label=_("Put on the roster"), required=False, find=find_missions)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "roster", Mission.objects.filter(kind=Mission.Kind.ROSTER).order_by("name_en"))


@dataclass(frozen=True)
class Wrong:
    """A field with errors, as the summary of errors names it."""

    label: str
    errors: list[str]
    auto_id: str

    @property
    def id_for_label(self) -> str:
        return self.auto_id


class OfficerPapers:
    """The second step: each part is the form that its own page has, left out when nothing was typed into it.

    The summary of errors reads it as one form.
    """

    def __init__(self, data: QueryDict | None, *, person: Person, user: User, position: str = "", asks: bool = True):
        """`data` is what was typed; without `asks` it is only shown again, and nothing is said about it."""
        today, self.person, self.user = timezone.localdate(), person, user
        self.credentials = CredentialRows(data, prefix="credential", person=person, options={"user": user})
        self.languages = LanguageRows(data, prefix="language", person=person)
        attestation = Attestation(person=person, made_by=user)
        self.attestation = AttestationForm(
            data, prefix="attestation", instance=attestation, initial={"made_on": today}, use_required_attribute=False
        )
        self.attestation.fields["agreed"].required = False
        self.nomination = NominationForm(
            data, prefix="nomination", person=person, initial={"position": position}, use_required_attribute=False
        )
        self.nomination.fields["position"].label = _("Put forward for")
        self.roster = RosterChoice(data, prefix="roster") if user.may(Permission.ROSTER_EDIT) else None
        if not asks:
            self.credentials.say_nothing()
            self.languages.say_nothing()
            for form in self._all:
                form._errors = ErrorDict()

    @property
    def _all(self) -> list[Any]:
        parts = [self.attestation, self.nomination, self.roster]
        return [*self.credentials.forms, *self.languages.forms, *(form for form in parts if form)]

    @property
    def attests(self) -> bool:
        return bool(self._typed(self.attestation, "agreed"))

    @property
    def puts_forward(self) -> bool:
        return bool(self._typed(self.nomination, "position"))

    def _typed(self, form: forms.BaseForm, name: str) -> Any:
        return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))

    def asked(self, *, submit: bool) -> list[Any]:
        """The forms that count: those in which something was typed, and the nomination that is to be submitted."""
        forms_ = [*self.credentials.filled, *self.languages.filled]
        if self.attests:
            forms_.append(self.attestation)
        if self.puts_forward or submit:
            forms_.append(self.nomination)
        if self.roster:
            forms_.append(self.roster)
        return forms_

    def is_valid(self, *, submit: bool) -> bool:
        asked = self.asked(submit=submit)
        for form in self._all:
            if form not in asked:
                form._errors = ErrorDict()  # of a part that is left out nothing is said
        rows_fit = [self.credentials.is_valid(), self.languages.is_valid()]
        return all([*rows_fit, *(form.is_valid() for form in asked)])

    def roster_entry(self) -> RosterEntryForm | None:
        """The form of the entry on the chosen roster, of a form that is valid."""
        roster = self.roster.cleaned_data["roster"] if self.roster else None
        if roster is None:
            return None
        entry = RosterEntry(person=self.person, roster=roster)
        return RosterEntryForm({"nominated_on": timezone.localdate().isoformat()}, instance=entry)

    # What `_error_summary.html` asks of a form.

    @property
    def errors(self) -> list[Any]:
        return [*self.non_field_errors, *self]

    @property
    def non_field_errors(self) -> list[str]:
        found = [*self.credentials.non_form_errors(), *self.languages.non_form_errors()]
        return found + [error for form in self._all for error in form.non_field_errors()]

    def __iter__(self) -> Iterator[Wrong]:
        for rows, called in ((self.credentials, _("Credential %(n)s")), (self.languages, _("Language %(n)s"))):
            for number, form in enumerate(rows.forms, start=1):
                yield from _wrong(form, f"{called % {'n': number}}, ")
        for form in (self.attestation, self.nomination, self.roster):
            if form:
                yield from _wrong(form, "")


def _wrong(form: forms.BaseForm, before: str) -> Iterator[Wrong]:
    for bound in form:
        if bound.errors:
            yield Wrong(
                f"{before}{bound.label}", [str(error) for error in bound.errors], bound.id_for_label or bound.auto_id
            )


def with_more_rows(data: QueryDict, prefix: str) -> QueryDict:
    """What was typed, with some empty rows more at the end; as it is where the number of rows is odd."""
    key, more = f"{prefix}-TOTAL_FORMS", data.copy()
    if (rows := data.get(key, "")).isascii() and rows.isdigit() and len(rows) < 4:
        more[key] = str(min(int(rows) + MORE, MOST_ROWS))
    return more
