"""Forms to bring a list, to say what its tables and columns mean, and to undo it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.text import TypedProse
from records.kinds import KINDS
from records.kinds.base import Kind
from records.models import Import
from records.opening import LEFT_OUT, kinds_for
from records.published import GROUPS

QUESTIONS = {
    "kind": _("It is not clear what this table contains: choose it."),
    "several": _("Another table holds records of the same kind: leave out the one that is not to be read."),
    "line": _("There are lines above the headings: is the line of the headings right?"),
    "missing": _("A column that is needed was not found: say which it is."),
    "left_out": _("Some columns are not known: they are left out unless you say what they mean."),
    "near": _("Some headings are not quite those that are known: look whether they are understood."),
    "doubled": _("Some columns seem to mean the same: choose one of them."),
}
"""What the reader is asked about a table, in this order."""


class ListForm(forms.Form):
    file = forms.FileField(label=_("List"), help_text=_("CSV or XLSX, 10 MB and 100,000 rows at most."))


class PublishedForm(forms.Form):
    """Which published reference data are brought."""

    groups = forms.MultipleChoiceField(
        label=_("What is imported"),
        choices=[(code, group.label) for code, group in GROUPS.items()],
        error_messages={"required": _("Tick at least one.")},
    )


class UndoForm(forms.Form):
    reason = TypedProse(label=_("Why it is undone"), max_length=2000)


class ExportForm(forms.Form):
    reason = TypedProse(
        label=_("Why everything is taken out"), max_length=2000, help_text=_("It is recorded with your name.")
    )


class TableForm(forms.Form):
    """One table of a list: which kind of records it holds, where its headings are, and what each column means.

    Its columns are those of the kind and the line that were chosen before; `is_new_choice` says that another kind or
    line was chosen now, for which the headings must be looked at again.
    """

    kind = forms.ChoiceField(label=_("This table contains"), required=False)
    heading_line = forms.TypedChoiceField(label=_("The headings are in line"), coerce=int)

    def __init__(self, data: Any, *, batch: Import, table: dict[str, Any]) -> None:
        self.table = table
        self.choice = batch.choices["tables"][str(table["number"])]
        self.of_kind: Kind | None = KINDS.get(self.choice["kind"])
        super().__init__(data, prefix=f"table-{table['number']}")
        kinds = [(LEFT_OUT, _("Nothing: leave it out")), *((kind.code, kind.label) for kind in kinds_for(batch.by))]
        self._offer("kind", kinds, self.choice["kind"])
        lines = [(line, f"{line}: {' | '.join(cells)[:100]}") for line, cells in table["first_lines"]]
        self._offer("heading_line", lines, self.choice["heading_line"])
        if self.of_kind:
            fields = [("", _("Leave out")), *((column.field, column.label) for column in self.of_kind.columns)]
            for number, heading in enumerate(table["headings"]):
                self.fields[f"column-{number}"] = forms.ChoiceField(
                    label=heading or _("Column %(n)s") % {"n": number + 1},
                    choices=fields,
                    required=False,
                    initial=self.choice["columns"].get(str(number), ""),
                    help_text=self._asked_about(number),
                )

    def _offer(self, name: str, choices: list, initial: Any) -> None:
        field = self.fields[name]
        field.choices, field.initial = choices, initial  # type: ignore[attr-defined]

    def _asked_about(self, number: int) -> Any:
        if number in self.table["doubled"]:
            return _("Another column says the same.")
        return _("Is this right? The heading is not quite one that is known.") if number in self.table["near"] else ""

    @property
    def is_new_choice(self) -> bool:
        cleaned = self.cleaned_data
        return (cleaned.get("kind"), cleaned.get("heading_line")) != (self.choice["kind"], self.choice["heading_line"])

    @property
    def missing(self) -> list:
        """The columns of the template that no column of the table is about."""
        return self.of_kind.labels_missing(self.choice) if self.of_kind else []

    @property
    def questions(self) -> list:
        return [sentence for doubt, sentence in QUESTIONS.items() if doubt in self.table["doubts"]]

    @property
    def column_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("column-")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.of_kind is None or self.is_new_choice:
            return cleaned
        chosen = [cleaned[name] for name in self.column_names if cleaned.get(name)]
        labels = {column.field: column.label for column in self.of_kind.columns}
        for name in self.column_names:
            if cleaned.get(name) and chosen.count(cleaned[name]) > 1:
                message = _("Two columns mean “%(field)s”: leave one out.")
                self.add_error(name, message % {"field": labels[cleaned[name]]})
        for column in self.of_kind.columns:
            if column.required and column.field not in chosen:
                self.add_error(None, _("No column means “%(field)s”; it is needed.") % {"field": column.label})
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """The choice for this table, as `Import.choices` holds it."""
        if self.is_new_choice:
            return {**self.choice, "kind": self.cleaned_data["kind"], "heading_line": self.cleaned_data["heading_line"]}
        columns = {name.removeprefix("column-"): self.cleaned_data[name] for name in self.column_names}
        return {**self.choice, "columns": {number: field for number, field in columns.items() if field}}


class LettersForm(forms.Form):
    """Which word of the file is right, where it is not certain how its letters are written."""

    encoding = forms.ChoiceField(label=_("Which of these is right?"), widget=forms.RadioSelect)

    def __init__(self, *args, batch: Import, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        samples = batch.choices.get("samples", [])
        self.fields["encoding"].choices = [(name, word) for name, word in samples]  # type: ignore[attr-defined]
        self.fields["encoding"].initial = batch.choices.get("encoding")


class ColumnsForm:
    """What all tables of a list mean."""

    def __init__(self, data: Any, *, batch: Import) -> None:
        self.tables = [TableForm(data, batch=batch, table=table) for table in batch.tables]
        self.letters = LettersForm(data, batch=batch) if batch.choices.get("samples") else None
        self.batch = batch

    def forms(self) -> Iterator[forms.Form]:
        if self.letters:
            yield self.letters
        yield from self.tables

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms()]  # each, so that all errors are said
        if all(valid) and not any(form.cleaned_data["kind"] for form in self.tables):
            self.tables[0].add_error("kind", _("Choose what at least one table contains."))
            return False
        return all(valid)

    @property
    def reads_again(self) -> bool:
        """Whether the file must be looked at again before its columns can be chosen."""
        return any(form.is_new_choice for form in self.tables if form.is_valid()) or bool(
            self.letters and self.letters.is_valid() and self.letters.cleaned_data["encoding"] != self.first_encoding
        )

    @property
    def first_encoding(self) -> str:
        """The encoding with which the file was read."""
        return self.batch.choices.get("encoding") or self.batch.choices["samples"][0][0]

    @property
    def chosen(self) -> dict[str, Any]:
        tables = {str(form.table["number"]): form.chosen for form in self.tables}
        encoding = {"encoding": self.letters.cleaned_data["encoding"]} if self.letters else {}
        return {**self.batch.choices, **encoding, "tables": tables}
