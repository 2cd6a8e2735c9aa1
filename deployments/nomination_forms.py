"""Forms around nominations: putting forward, moves, screening, reviews, consent, waivers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.candidates import pipeline
from deployments.candidates.pipeline import NominationStep
from deployments.forms import changed_by_step
from deployments.models import Consent, Criterion, Nomination, Score, ScreeningAnswer, ScreeningItem, Waiver
from deployments.models.transitions import Move
from foundation.choices import offer, offer_rows
from foundation.days import DayField, day_formfield
from foundation.numbers import WholeNumber
from foundation.picking import PickField
from foundation.readers import FOR_THE_OFFICE, say_who_reads
from foundation.text import TypedProse
from foundation.versions import Versioned
from missions.models import Position
from missions.picking import find_positions, with_mission
from personnel.expiry import last_day
from personnel.models import Person

NOTE: dict[str, Any] = {"widget": forms.Textarea({"rows": 3}), "max_length": 2000}


class NominationForm(forms.ModelForm):
    """Somebody for a position. Empty days are filled in: when the position is needed, and the usual tour (rule 7)."""

    position = PickField(label=_("Position"), find=find_positions)

    class Meta:
        model = Nomination
        fields = ["position", "starts_on", "ends_on", "statement"]
        widgets = {"statement": forms.Textarea({"rows": 5})}
        formfield_callback = day_formfield

    def __init__(self, *args, person: Person, replaces: Nomination | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.person, self.instance.replaces = person, replaces
        today = timezone.localdate()
        calls = Position.objects.with_open_call(today).select_related("mission")
        if replaces:
            calls = Position.objects.filter(pk=replaces.position_id).select_related("mission")
        calls = calls.order_by("call_closes", "mission__area__listing_order", "number")
        offer_rows(self, "position", calls, told=with_mission)
        self.fields["starts_on"].required = self.fields["ends_on"].required = False
        self.fields["starts_on"].help_text = _("Leave empty to start when the position is needed.")
        self.fields["ends_on"].help_text = _("Leave empty for the usual tour of the mission.")

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        position = cleaned.get("position")
        if position and not cleaned.get("starts_on") and "starts_on" not in self.errors:
            cleaned["starts_on"] = position.needed_from
            if position.needed_from is None:
                self.add_error("starts_on", _("The position does not say when it is needed: give a day."))
        if position and cleaned.get("starts_on") and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            cleaned["ends_on"] = last_day(cleaned["starts_on"], position.mission.tour_months)
        _in_order(self, cleaned)
        return cleaned


def _in_order(form: forms.BaseForm, cleaned: dict) -> None:
    first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
    if first and last and last < first:
        form.add_error("ends_on", _("The last day cannot be before the first."))


class MoveForm(Versioned):
    """What a move asks beside the click. An edit shows what stands there, and knows when somebody else changed it."""

    beside_the_row = ("reason_code", "deferred_until", "reason")
    EDITED = ("starts_on", "ends_on", "statement")

    starts_on = DayField(label=_("Earliest start"))
    ends_on = DayField(label=_("Last day of the stay"))
    statement = TypedProse(
        label=_("Why this person"), widget=forms.Textarea({"rows": 5}), max_length=4000, required=False
    )
    reason_code = forms.ChoiceField(label=_("Reason"))
    deferred_until = DayField(label=_("Deferred until"))
    reason = TypedProse(label=_("Note"), required=False, **NOTE)

    def __init__(self, *args, nomination: Nomination, move: Move, **kwargs):
        self.nomination, self.move = nomination, move
        kwargs["initial"] = self._what_stands_there(nomination)
        super().__init__(*args, **kwargs)
        asked = {*self.EDITED, "seen"} if move == Move.EDIT else {"reason"}
        asked |= {"reason_code"} if move in pipeline.NEEDS_REASON_CODE else set()
        asked |= {"deferred_until"} if move == Move.DEFER else set()
        for name in set(self.fields) - asked:
            del self.fields[name]
        if "reason_code" in self.fields:
            offer(self, "reason_code", pipeline.reasons_of(move))
        if move in pipeline.NEEDS_FEEDBACK:
            self.fields["reason"].label = _("To the home service")
            self.fields["reason"].help_text = _("What to know, or what to correct.")
        if "reason" in self.fields:
            self.fields["reason"].required = move in pipeline.NEEDS_FEEDBACK | pipeline.NEEDS_REASON
            say_who_reads(self.fields["reason"], pipeline.MOVES.who_reads_reason(move))

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        _in_order(self, cleaned)
        return cleaned

    def step(self, today: dt.date) -> NominationStep:
        still = (lambda row: self.still_shows(self._what_stands_there(row))) if self.is_of_what_is_stored else None
        return NominationStep(self.move, today=today, still=still, **self.given)

    @property
    def is_of_what_is_stored(self) -> bool:
        return self.move == Move.EDIT

    @property
    def salt(self) -> str:
        return f"seen nomination {self.nomination.pk}"

    def changed_by(self, name: str) -> tuple[str, dt.datetime | None]:
        return changed_by_step(self.nomination, name)

    def _what_stands_there(self, nomination: Nomination) -> dict[str, object]:
        return {name: getattr(nomination, name) for name in self.EDITED}


class ScreeningForm(Versioned):
    """The checklist: one question a field; an empty answer leaves it open."""

    def __init__(self, *args, nomination: Nomination, **kwargs):
        super().__init__(*args, **kwargs)
        self.nomination = nomination
        self.there = {answer.item_id: answer for answer in nomination.screening.select_related("by")}
        self.items = {f"item_{item.pk}": item for item in ScreeningItem.objects.filter(is_active=True)}
        for name, item in self.items.items():
            self.fields[name] = forms.ChoiceField(
                label=item.name,
                choices=[("", pgettext_lazy("screening", "Open")), *ScreeningAnswer.Answer.choices],
                required=False,
                initial=self.there[item.pk].answer if item.pk in self.there else "",
            )

    @property
    def salt(self) -> str:
        return f"seen screening {self.nomination.pk}"

    def changed_by(self, name: str) -> tuple[str, dt.datetime | None]:
        answer = self.there.get(self.items[name].pk)
        return (str(answer.by), answer.at) if answer else ("", None)

    def still_holds(self, answers: Mapping[int, str]) -> bool:
        """Whether these answers, by item, are those that the form met."""
        return self.still_shows({name: answers.get(item.pk, "") for name, item in self.items.items()})

    @property
    def answers(self) -> dict[ScreeningItem, str]:
        return {item: self.cleaned_data[name] for name, item in self.items.items()}


class ReviewForm(forms.Form):
    """Points from 0 to 5 for each criterion, or a conflict of interest."""

    conflict = forms.BooleanField(
        label=_("I have a conflict of interest"),
        required=False,
        help_text=_("You then give no points, see none, and do not decide about this nomination."),
    )
    comment = TypedProse(label=_("Comment"), required=False, help_text=FOR_THE_OFFICE, **NOTE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = {f"criterion_{one.pk}": one for one in Criterion.objects.filter(is_active=True)}
        scale = [("", "---------"), *((str(points), str(points)) for points in range(Score.HIGHEST + 1))]
        for name, one in self.criteria.items():
            self.fields[name] = forms.TypedChoiceField(
                label=_("%(criterion)s (weight %(weight)s)") % {"criterion": one.name, "weight": one.weight},
                choices=scale,
                coerce=int,
                empty_value=None,
                required=False,
            )
        self.order_fields([*self.criteria, "comment", "conflict"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("conflict"):
            for name in self.criteria:
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Give points from 0 to 5."))
        return cleaned

    @property
    def points(self) -> dict[Criterion, int]:
        return {one: self.cleaned_data[name] for name, one in self.criteria.items()}


class OfferForm(forms.Form):
    ends_on = DayField(label=_("Consent asked until"))
    answer_by = DayField(label=_("Answer until"))

    def __init__(self, *args, ends_on: dt.date | None, **kwargs):
        answer_by = timezone.localdate() + dt.timedelta(days=settings.OFFER_DAYS)
        kwargs["initial"] = {"answer_by": answer_by, "ends_on": ends_on}
        super().__init__(*args, **kwargs)
        if ends_on is None:
            del self.fields["ends_on"]


class AnswerForm(forms.Form):
    """The home service's answer, or its recall of a consent."""

    starts_on = DayField(label=_("Consent from"))
    ends_on = DayField(label=_("Consent through"))
    recalled_from = DayField(label=_("First day on which the person is needed at home"))
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "---------"), *Consent.Reason.choices])
    note = TypedProse(label=_("Note"), required=False, help_text=_("The office and the home service read it."), **NOTE)

    def __init__(self, *args, consent: Consent, answer: str, **kwargs):
        kwargs["initial"] = {"starts_on": consent.starts_on, "ends_on": consent.ends_on}
        super().__init__(*args, **kwargs)
        asked = {
            "agree": {"starts_on", "ends_on", "note"},
            "refuse": {"reason", "note"},
            "recall": {"recalled_from", "reason", "note"},
            "withdraw": set(),
        }[answer]
        for name in set(self.fields) - asked:
            del self.fields[name]

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        _in_order(self, cleaned)
        return cleaned


class WaiverForm(forms.ModelForm):
    class Meta:
        model = Waiver
        fields = ["reason", "ends_on"]
        widgets = {"reason": forms.Textarea({"rows": 4})}
        help_texts = {"reason": FOR_THE_OFFICE}
        formfield_callback = day_formfield


class SentenceForm(forms.Form):
    """A reason in a sentence, which a decision about a waiver always asks for."""

    sentence = TypedProse(
        label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 4}), help_text=FOR_THE_OFFICE
    )


class ReserveForm(Versioned):
    """The order in which offers go out, as typed numbers beside the names; empty: not in the reserve.

    Of all in the pool it asks for those who are `shown`, and takes what was typed; the others keep their place.
    """

    def __init__(self, *args, pool: list[Nomination], shown: set[int], **kwargs):
        super().__init__(*args, **kwargs)
        asked = [one for one in pool if f"rank_{one.pk}" in self.data or (not self.is_bound and one.pk in shown)]
        self.nominations = {f"rank_{one.pk}": one for one in asked}
        self.kept = [one.reserve_rank for one in pool if one not in asked]
        for name, one in self.nominations.items():
            self.fields[name] = WholeNumber(
                label=_("Place of %(person)s in the reserve") % {"person": one.person},
                required=False,
                min_value=1,
                max_value=999,
                initial=one.reserve_rank,
                widget=forms.TextInput({"class": "rank-input", "inputmode": "numeric", "autocomplete": "off"}),
            )

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        given = [cleaned[name] for name in self.nominations if cleaned.get(name)] + [rank for rank in self.kept if rank]
        if len(given) != len(set(given)):
            raise forms.ValidationError(_("Two people have the same place in the reserve."))
        return cleaned

    @property
    def ranks(self) -> list[tuple[Nomination, int | None]]:
        return [(one, self.cleaned_data[name]) for name, one in self.nominations.items()]
