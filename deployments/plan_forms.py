"""The form of a stay to come: who, where, from when, until when, and more."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deployments.candidates.places import free_places
from deployments.forms import REASON, find_stays
from deployments.models import Deployment
from deployments.stays import prefill, tour
from foundation import picking
from foundation.choices import RowsField, offer, offer_rows
from foundation.converters import is_id
from foundation.days import DayField, day_formfield
from foundation.picking import PickField
from foundation.readers import FOR_THE_OFFICE
from foundation.text import TypedProse
from missions.models import Mission, Position, Role, Team
from missions.picking import find_missions, find_positions, find_teams, with_mission
from personnel.models import Person
from personnel.picking import PersonField

TOURS = (6, 9, 12)
"""Months that are a click away."""
WHERE = ("mission", "position", "team", "relieves")
"""Fields whose choices follow from the mission."""
MORE = ("kind", "duty_station", "roles", "team", "relieves", "reason")
"""Fields that are folded until they are needed."""


def _who_leaves_when(stay: Deployment) -> str:
    return f"{stay.ends_on:%Y-%m-%d} – {stay.person_as_then}, {stay.mission}"


class PlanForm(forms.ModelForm):
    """A new stay. Its last day is typed, or follows from the months, or from the usual tour of the mission (rule 7)."""

    person = PersonField(
        queryset=Person.objects.none(),
        beside=("position", "starts_on"),
        error_messages={"required": _("Choose who is to be deployed.")},
    )
    mission = PickField(label=_("Mission"), find=find_missions, group=lambda mission: mission.area)
    position = PickField(label=_("Position"), required=False, find=find_positions)
    starts_on = DayField(label=pgettext_lazy("day", "From"))
    months = forms.TypedChoiceField(
        label=_("Length"), required=False, initial="", coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    ends_on = DayField(
        label=_("or planned last day"),
        required=False,
        help_text=_("For example 2027-03-02. Leave empty to use the length."),
    )
    roles = RowsField(
        label=pgettext_lazy("mission", "Roles"),
        queryset=Role.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose none to use those of the position."),
    )
    team = PickField(
        label=_("Team"),
        required=False,
        find=find_teams,
        told=with_mission,
        help_text=_("From the same mission. Leave empty to use the team of the position."),
    )
    relieves = PickField(
        label=_("Relieves"), required=False, find=find_stays, help_text=_("Whose post this person takes over.")
    )
    reason = TypedProse(
        **{**REASON, "widget": forms.Textarea({"rows": 2})},
        required=False,
        help_text=format_lazy(
            "{needed} {who}",
            needed=format_lazy(
                _("Needed for a stay of more than {months} months."), months=settings.LONGEST_TOUR_MONTHS
            ),
            who=FOR_THE_OFFICE,
        ),
    )

    field_order = ["person", "mission", "position", "starts_on", "months", "ends_on", *MORE]

    class Meta:
        model = Deployment
        fields = ["person", "mission", "position", "kind", "starts_on", "ends_on", "duty_station", "team", "relieves"]
        formfield_callback = day_formfield

    def __init__(self, *args, reader: User, area: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        people = Person.objects.visible_to(reader).current().filter(state=Person.State.ACTIVE)
        offer_rows(self, "person", people.select_related("rank", "service"))
        self._offer_where(area)
        # A posting beside the missions uses no place: the kind follows from the mission.
        offer(self, "kind", [kind for kind in Deployment.Kind.choices if kind[0] != Deployment.Kind.ANCILLARY])
        self.fields["duty_station"].help_text = _("Leave empty to use the position's duty station.")
        self.fields["kind"].help_text = _("Specialized postings are always ancillary.")
        offer(self, "months", [("", self._usual_tour()), *((n, _in_months(n)) for n in TOURS)])

    def _offer_where(self, area: int | None) -> None:
        """Offer the open missions, and of the one that is chosen the positions, the teams and who leaves its area."""
        open_missions = prefill.open_missions(self.today).select_related("area")
        if area:
            open_missions = open_missions.filter(area=area)
        offer_rows(self, "mission", open_missions.order_by("area__listing_order", "area", "code"))
        takes_nobody = _("Choose a mission that accepts deployments: this one is closed, or is a roster.")
        self.fields["mission"].error_messages["invalid_choice"] = takes_nobody
        self.chosen_mission = self._chosen(open_missions)
        # A position says its mission; the box still shows that one of both is needed.
        self.fields["mission"].required = not (self.chosen_mission and not self["mission"].value())
        positions = Position.objects.filter(mission__in=[self.chosen_mission] if self.chosen_mission else open_missions)
        positions = positions.select_related("mission__area")
        positions = positions.order_by("mission__area__listing_order", "mission__area", "mission__code", "number")
        if not self.chosen_mission:
            cast("PickField", self.fields["position"]).group = lambda position: position.mission.area
        self.fields["position"].error_messages["invalid_choice"] = _("This position belongs to another mission.")
        offer_rows(self, "position", positions, told=_open_places(positions, with_its_mission=not self.chosen_mission))
        teams = Team.objects.filter(mission__in=[self.chosen_mission] if self.chosen_mission else open_missions)
        self.fields["team"].error_messages["invalid_choice"] = _("This team belongs to another mission.")
        offer_rows(self, "team", teams.select_related("mission"))
        there = prefill.who_leaves().select_related("person", "rank", "mission")
        if self.chosen_mission:
            there = there.filter(mission__area=self.chosen_mission.area_id)
        offer_rows(self, "relieves", there, told=_who_leaves_when)

    def _chosen(self, missions: Any) -> Mission | None:
        """The mission that is chosen so far, or that of the position."""
        field = cast("PickField", self.fields["mission"])
        value = self["mission"].value()
        found = field.rows_of(value) if value else []
        if not found and (position := self["position"].value()) and not isinstance(position, picking.Words):
            found = list(missions.filter(positions=position)) if is_id(str(position)) else []
        return cast("Mission", found[0]) if found else None

    def _usual_tour(self) -> str:
        if self.chosen_mission is None:
            return gettext("usual tour of the mission")
        return gettext("usual tour: %(months)s") % {"months": _in_months(self.chosen_mission.tour_months)}

    @property
    def mission_id(self) -> int | str:
        """Of which mission the choices are; empty where of all."""
        return self.chosen_mission.pk if self.chosen_mission else ""

    @property
    def more_is_used(self) -> bool:
        """Whether the folded fields say something beyond what follows from the post, or are wrong."""
        kind = self["kind"].value() not in (None, "", Deployment.Kind.STANDARD)
        return kind or any(self[name].value() for name in ("roles", "reason")) or any(n in self.errors for n in MORE)

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        mission, position = cleaned.get("mission"), cleaned.get("position")
        if mission is None and position and "mission" not in self.errors:
            mission = cleaned["mission"] = position.mission
        if mission and not mission.uses_places:
            cleaned["kind"] = Deployment.Kind.ANCILLARY
        if mission and position and position.mission_id != mission.pk:
            self.add_error("position", _("This position belongs to another mission."))
        self._set_last_day(cleaned, mission)
        return cleaned

    def _set_last_day(self, cleaned: dict, mission: Mission | None) -> None:
        first, months = cleaned.get("starts_on"), cleaned.get("months") or (mission and mission.tour_months)
        if first and months and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            cleaned["ends_on"] = tour.last_day(first, months)
        if first and cleaned.get("ends_on") and cleaned["ends_on"] < first:
            self.add_error("ends_on", _("The last day cannot be before the first."))


def _in_months(months: int) -> str:
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


def _open_places(positions: Any, *, with_its_mission: bool) -> Callable[[Position], str]:
    """How a position is shown: "P-102 Trainer – MINUSMA – 2 of 2 open". Counted once, when the first one is shown."""
    free: dict[int, int] = {}

    def told(position: Position) -> str:
        if position.pk not in free:
            few = list(positions[: picking.FEW + 1])
            free.update(free_places([*few, position]))
        said = gettext("%(free)s of %(places)s open") % {"free": free[position.pk], "places": position.places}
        return " – ".join([str(position), *([position.mission.name] if with_its_mission else []), said])

    return told
