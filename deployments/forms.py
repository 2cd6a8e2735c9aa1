import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.corrections import of_authorizations, of_stays, values
from deployments.models import Deployment, Nomination
from deployments.models.statuses import Status
from deployments.stays import steps
from deployments.stays.steps import Act, Step
from foundation.choices import RowsField, offer, offer_rows
from foundation.days import DayField
from foundation.numbers import WholeNumber
from foundation.picking import PickField
from foundation.previews import PreviewedForm
from foundation.readers import FOR_THE_OFFICE, say_who_reads
from foundation.text import TypedLine, TypedProse
from foundation.versions import Versioned
from missions.models import Authorization, Mission, Position, Role, Team
from missions.models.authority import CAP_VALIDATORS
from missions.picking import find_missions, find_positions, with_mission
from personnel.models import Person, PoliceService, Rank

REASON: dict[str, Any] = {"label": _("Reason"), "widget": forms.Textarea({"rows": 3}), "max_length": 2000}


def find_stays(rows: QuerySet, words: str) -> QuerySet:
    """Those of the stays whose person holds every word in the names or the service number."""
    return rows.filter(person__in=Person.objects.search(words))


class StepForm(Versioned):
    """What a step asks beside the click: the day of the fact, a coded reason, a reason in words.

    A change shows what stands there, and knows when somebody else changed it meanwhile.
    """

    beside_the_row = ("on_day", "end_reason", "reason")

    on_day = DayField(label=_("Day"))
    end_reason = forms.ChoiceField(
        label=_("Why it ended early"), choices=[("", "---------"), *Deployment.EndReason.choices]
    )
    starts_on = DayField(label=_("Planned first day"))
    ends_on = DayField(label=_("Planned last day"))
    duty_station = TypedLine(label=_("Duty station"), max_length=100, required=False)
    roles = RowsField(
        label=pgettext_lazy("mission", "Roles"),
        queryset=Role.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    reason = TypedProse(**REASON)

    def __init__(self, *args, deployment: Deployment, act: Act, **kwargs):
        self.deployment, self.act = deployment, act
        today = timezone.localdate()
        expected = {Act.ARRIVE: deployment.starts_on, Act.COMPLETE: deployment.ends_on}.get(act, today)
        there = self._what_stands_there(deployment) if act == Act.CHANGE else {}
        kwargs["initial"] = {"on_day": min(expected, today), **there}
        super().__init__(*args, **kwargs)
        asked = {"reason", "seen"} if act == Act.CHANGE else {"reason"}
        asked |= {"on_day"} if act in steps.NEEDS_DAY else set()
        asked |= {"end_reason"} if act == Act.END_EARLY else set()
        asked |= {"starts_on", "ends_on", "duty_station", "roles", "team"} if act == Act.CHANGE else set()
        if deployment.arrived_on:
            asked.discard("starts_on")
        for name in set(self.fields) - asked:
            del self.fields[name]
        if "team" in self.fields:
            offer_rows(self, "team", Team.objects.filter(mission=deployment.mission_id))
        self.fields["reason"].required = act in steps.NEEDS_REASON
        if act == Act.ARRIVE:
            self.fields["reason"].help_text = format_lazy(
                _("Needed when no place is free or a credential is missing on that day, or beyond {n} months in all."),
                n=settings.LONGEST_TOUR_MONTHS,
            )
        elif act not in steps.NEEDS_REASON:
            self.fields["reason"].label = _("Note")
        say_who_reads(self.fields["reason"], steps.STEPS.who_reads_reason(act))

    def step(self, today: dt.date) -> Step:
        """The step that the valid form describes."""
        still = (lambda row: self.still_shows(self._what_stands_there(row))) if self.is_of_what_is_stored else None
        return Step(self.act, today=today, still=still, **self.given)

    @property
    def is_of_what_is_stored(self) -> bool:
        return self.act == Act.CHANGE

    @property
    def salt(self) -> str:
        return f"seen deployment {self.deployment.pk}"

    def changed_by(self, name: str) -> tuple[str, dt.datetime | None]:
        return changed_by_step(self.deployment, name)

    @staticmethod
    def _what_stands_there(deployment: Deployment) -> dict[str, object]:
        return {
            "starts_on": deployment.starts_on,
            "ends_on": deployment.ends_on,
            "duty_station": deployment.duty_station,
            "roles": list(deployment.roles.all()),
            "team": deployment.team_id,
        }


def changed_by_step(row: Deployment | Nomination, name: str) -> tuple[str, dt.datetime | None]:
    """Who last changed a field of a row that moves by steps, and when."""
    steps_taken = row.transitions.filter(changes__has_key=name).select_related("by")
    last = steps_taken.order_by("-at", "-id").first()
    return (str(last.by or "–"), last.at) if last else ("", None)


class CorrectionForm(Versioned, PreviewedForm):
    """What stands in a row now, and what should stand there instead, with the reason."""

    beside_the_row = ("reason", "previewed")

    reason = TypedProse(**REASON, help_text=FOR_THE_OFFICE)
    corrected: list[str] = []

    def __init__(self, *args, subject: Deployment | Nomination | Authorization, **kwargs):
        self.subject = subject
        kwargs["initial"] = {name: getattr(subject, name) for name in self.corrected}
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {*self.corrected, "reason", "previewed", "seen"}:
            del self.fields[name]
        for name in self.corrected:
            self.fields[name].label = values.label(type(subject), name)
            # Escaped here: help texts are drawn as they are.
            self.fields[name].help_text = _("Recorded: %(now)s") % {"now": escape(values.told(subject, name))}
        self.order_fields([name for name in self.fields if name != "reason"])  # why, once it is said what

    @property
    def is_of_what_is_stored(self) -> bool:
        """False where no value is typed: a decision is only taken back."""
        return bool(self.corrected)

    @property
    def salt(self) -> str:
        return f"seen correction {self.subject._meta.label} {self.subject.pk}"

    def changed_by(self, name: str) -> tuple[str, dt.datetime | None]:
        return changed_by_step(self.subject, name) if isinstance(self.subject, Deployment) else ("", None)

    def wanted(self) -> dict[str, Any]:
        """The values that should stand there, of a valid form."""
        return {name: self.cleaned_data[name] for name in self.corrected}


class StayCorrectionForm(CorrectionForm):
    """What was recorded wrongly about a deployment, by its status."""

    status = forms.ChoiceField()
    arrived_on = DayField()
    departed_on = DayField()
    end_reason = forms.ChoiceField(required=False, choices=[("", "---------"), *Deployment.EndReason.choices])
    mission = PickField(Mission.objects.all(), find=find_missions)
    position = PickField(Position.objects.all(), required=False, find=find_positions)
    kind = forms.ChoiceField(choices=Deployment.Kind.choices)
    service = forms.ModelChoiceField(PoliceService.objects.all())
    rank = forms.ModelChoiceField(Rank.objects.all(), required=False)
    armed = forms.TypedChoiceField(
        choices=[("True", pgettext_lazy("person", "Armed")), ("False", pgettext_lazy("person", "Unarmed"))],
        coerce=lambda value: value == "True",
    )
    starts_on = DayField()
    ends_on = DayField()
    field_order = ["status", "arrived_on", "departed_on", "end_reason"]

    def __init__(self, *args, subject: Deployment, **kwargs):
        status = Status(subject.status)
        self.corrected = of_stays.FIELDS[status]
        super().__init__(*args, subject=subject, **kwargs)
        if "status" in self.fields:
            offer(self, "status", [(one.value, one.label) for one in [status, *of_stays.BACK_TO[status]]])
        positions = Position.objects.select_related("mission").order_by("mission__area__listing_order", "number")
        offer_rows(self, "position", positions, told=with_mission)
        if "rank" in self.fields:
            ranks = Rank.objects.order_by("family", "level")
            offer_rows(self, "rank", ranks, told=lambda rank: f"{rank.name} – {rank.get_family_display()}")


class AuthorizationCorrectionForm(CorrectionForm):
    """Cap and dates as the instrument has them."""

    cap = WholeNumber(validators=CAP_VALIDATORS)
    valid_from = DayField()
    valid_to = DayField(required=False)
    corrected = of_authorizations.FIELDS
    field_order = ["cap", "valid_from", "valid_to"]


class DecisionForm(forms.Form):
    """What a second coordinator writes beside the decision about a correction."""

    note = TypedProse(
        label=_("Note"),
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        required=False,
        help_text=format_lazy("{needed} {who}", needed=_("Needed to refuse it."), who=FOR_THE_OFFICE),
    )
