"""What an act on many rows asks: one day and one note for all, and beside a row what differs for that one."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.crypto import get_random_string
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.candidates import pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.models import Deployment, Nomination
from deployments.models.transitions import Move
from deployments.stays import steps
from deployments.stays.steps import Act, Step
from foundation.choices import offer
from foundation.days import DayField
from foundation.readers import say_who_reads
from foundation.text import TypedLine, TypedProse

EXPECTED = {Act.ARRIVE: "starts_on", Act.COMPLETE: "ends_on"}
"""Which planned day an act is expected on."""


class TogetherForm(forms.Form):
    """What all acts on many rows have: that one page, sent twice, is known again."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, initial=lambda: get_random_string(12))

    def step(self, row: Any) -> Any:
        """What is done with one row, of a valid form."""
        raise NotImplementedError

    def of_all(self) -> list[forms.BoundField]:
        """The fields that are asked once, for all rows."""
        raise NotImplementedError

    def of_row(self, row: Any) -> list[forms.BoundField]:
        """The fields that are asked of each row."""
        raise NotImplementedError


class StepsForm(TogetherForm):
    """A step with many deployments. A day that is given for none is the one that is planned for each."""

    on_day = DayField(label=_lazy("Day, for all"), required=False)
    reason = TypedProse(label=_lazy("Note"), widget=forms.Textarea({"rows": 2}), max_length=2000, required=False)

    def __init__(self, *args, act: Act, rows: Iterable[Deployment], today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.act, self.today = act, today
        if act in steps.NEEDS_REASON:
            self.fields["reason"].required, self.fields["reason"].label = True, _("Reason")
        if act in EXPECTED:
            self._ask_for_days(list(rows))
        else:
            del self.fields["on_day"]
        say_who_reads(self.fields["reason"], steps.STEPS.who_reads_reason(act))

    def _ask_for_days(self, rows: list[Deployment]) -> None:
        expected = {self.expected(row) for row in rows}
        self.initial["on_day"] = expected.pop() if len(expected) == 1 else None
        empty = _("Leave empty to record each on the planned first day.")
        if self.act == Act.COMPLETE:
            empty = _("Leave empty to record each on the planned last day.")
        help_text = self.fields["on_day"].help_text
        self.fields["on_day"].help_text = format_lazy("{help}. {empty}", help=help_text, empty=empty)
        for row in rows:
            told = {"person": row.person_as_then}
            self.fields[f"day_{row.pk}"] = DayField(label=_("Day, %(person)s") % told, required=False, help_text="")
            if self.act == Act.ARRIVE:
                self.fields[f"reason_{row.pk}"] = TypedLine(
                    label=_("Reason, %(person)s") % told, required=False, max_length=2000
                )

    def expected(self, row: Deployment) -> dt.date:
        """The planned day of the act, or today where that is still to come."""
        return min(getattr(row, EXPECTED[self.act]), self.today)

    def own_reason(self, row: Deployment) -> str:
        return self.cleaned_data.get(f"reason_{row.pk}") or ""

    def step(self, row: Deployment) -> Step:
        """The step of one row, of a valid form."""
        given, day = self.cleaned_data, None
        if self.act in EXPECTED:
            day = given.get(f"day_{row.pk}") or given["on_day"] or self.expected(row)
        return Step(self.act, today=self.today, on_day=day, reason=self.own_reason(row) or given["reason"])

    def of_all(self) -> list[forms.BoundField]:
        return [self[name] for name in ("on_day", "reason") if name in self.fields]

    def of_row(self, row: Deployment) -> list[forms.BoundField]:
        return [self[name] for name in (f"day_{row.pk}", f"reason_{row.pk}") if name in self.fields]


class MovesForm(TogetherForm):
    """A move with many nominations: a coded reason and a note for all."""

    reason_code = forms.ChoiceField(label=_lazy("Reason"))
    reason = TypedProse(label=_lazy("Note"), widget=forms.Textarea({"rows": 2}), max_length=2000, required=False)

    def __init__(self, *args, move: Move, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.move, self.today = move, today
        if move in pipeline.NEEDS_REASON_CODE:
            offer(self, "reason_code", pipeline.reasons_of(move))
        else:
            del self.fields["reason_code"]
        if move in pipeline.NEEDS_FEEDBACK:
            self.fields["reason"].label = _("To the home service")
            self.fields["reason"].help_text = _("What to know, or what to correct.")
        self.fields["reason"].required = move in pipeline.NEEDS_FEEDBACK | pipeline.NEEDS_REASON
        say_who_reads(self.fields["reason"], pipeline.MOVES.who_reads_reason(move))

    def step(self, _row: Nomination) -> NominationStep:
        """The move of each row, of a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        return NominationStep(self.move, today=self.today, **given)

    def of_all(self) -> list[forms.BoundField]:
        return [self[name] for name in ("reason_code", "reason") if name in self.fields]

    def of_row(self, _row: Nomination) -> list[forms.BoundField]:
        return []
