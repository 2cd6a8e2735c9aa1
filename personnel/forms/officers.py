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
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from deployments.document_forms import CertificateForm
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
    """Several papers of one person, each with its file; rows in which nothing was typed are left out."""

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict | None,
        *,
        prefix: str,
        person: Person,
        options: dict[str, Any] | None = None,
    ):
        self.person, self.options = person, options or {}
        self.offered: dict[str, list] = {}
        self.number_is_odd = False
        if data is not None:
            rows = number_of_rows(data, prefix)
            self.number_is_odd = rows is None or rows > MOST_ROWS
            # Where the number is odd, as many rows as there may be: what was typed is shown again.
            shown = self.extra if rows is None else min(rows, MOST_ROWS)
            data = data.copy()
            data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(shown), "0"
        super().__init__(data, files, prefix=prefix)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        model = self.form._meta.model
        return {"instance": model(person=self.person), **self.options}

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.paper = CertificateForm(self.data or None, self.files or None, prefix=form.prefix)  # type: ignore[attr-defined]
        for name, field in form.fields.items():
            field.help_text = ""  # said once, above all rows
            if isinstance(field, forms.ModelChoiceField):
                # Read from the database once and not for each row.
                if name not in self.offered:
                    self.offered[name] = list(cast("ModelChoiceIterator", field.choices))
                offer(form, name, self.offered[name])

    def clean(self) -> None:
        if self.number_is_odd:
            says = _("The number of rows is a whole number from 0 to %(most)s. Check the rows, and save again.")
            raise forms.ValidationError(says, params={"most": MOST_ROWS})

    def say_nothing(self) -> None:
        """Show what was typed without judging it."""
        self._errors: list[ErrorDict] = []
        self._non_form_errors = self.error_class()
        for form in self.forms:
            form._errors, form.paper._errors = ErrorDict(), ErrorDict()

    @property
    def filled(self) -> list[Any]:
        for form in self.forms:
            if form.paper.has_changed():
                form.empty_permitted = False  # a file says that there is a paper
        return [form for form in self.forms if form.has_changed() or form.paper.has_changed()]


CredentialRows: Any = formset_factory(
    CredentialForm, formset=Rows, extra=PAPERS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)
LanguageRows: Any = formset_factory(
    LanguageForm, formset=Rows, extra=LANGUAGES, max_num=MOST_ROWS, absolute_max=MOST_ROWS
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

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict | None = None,
        *,
        person: Person,
        user: User,
        position: str = "",
        asks: bool = True,
    ):
        """`data` is what was typed; without `asks` it is only shown again, and nothing is said about it."""
        today, self.person, self.user = timezone.localdate(), person, user
        self.credentials = CredentialRows(data, files, prefix="credential", person=person, options={"user": user})
        self.languages = LanguageRows(data, files, prefix="language", person=person)
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
        files_fit = [self._file_fits(row, self.nomination in asked) for row in self._rows]
        rows_fit = [self.credentials.is_valid(), self.languages.is_valid()]
        return all([*rows_fit, *files_fit, *(form.is_valid() for form in asked)])

    def _file_fits(self, row: Any, is_put_forward: bool) -> bool:
        """Whether the file of a row may be kept: by its content, and because a nomination keeps it."""
        if not row.paper.has_changed():
            row.paper._errors = ErrorDict()
            return True
        kind = row.cleaned_data.get("kind") if row.is_valid() else None
        if kind is not None and getattr(kind, "is_restricted", False):
            row.paper.add_error("file", _("No file of a restricted credential is kept: record the fact and its days."))
        if not is_put_forward:
            says = _("A file is kept with a nomination: choose a position below, or leave out the file.")
            row.paper.add_error("file", says)
        return bool(row.paper.is_valid())

    @property
    def _rows(self) -> list[Any]:
        return [*self.credentials.forms, *self.languages.forms]

    @property
    def with_files(self) -> list[Any]:
        """The rows that bring a file, of papers that are valid."""
        return [row for row in self._rows if row.paper.has_changed()]

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
                yield from _wrong(form, before := f"{called % {'n': number}}, ")
                yield from _wrong(form.paper, before)
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
    rows, more = number_of_rows(data, prefix), data.copy()
    if rows is not None:
        more[f"{prefix}-TOTAL_FORMS"] = str(min(rows + MORE, MOST_ROWS))
    return more


def number_of_rows(data: QueryDict, prefix: str) -> int | None:
    """How many rows were typed in, as the page says; None where it says no such number."""
    rows = data.get(f"{prefix}-TOTAL_FORMS", "")
    return int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 4 else None
