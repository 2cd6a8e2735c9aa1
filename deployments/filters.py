import datetime as dt
from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.requests import SignedInRequest
from deployments.candidates import consent
from deployments.models import Correction, Deployment, DeploymentRole, Excess, Nomination, Waiver
from foundation import as_of
from foundation.choices import offer
from foundation.days import DayFilter
from foundation.lists import ListFilter, Sorting
from foundation.picking import PickFilter
from missions.filters import teams
from missions.models import Area, Mission, Position, Role
from missions.picking import find_areas, find_missions, find_positions, find_teams, with_mission
from personnel.filters import visible_services
from personnel.models import Person
from reports import measures, saying

LEAVING_WITHIN = dt.timedelta(days=60)
COUNTED_AS = {"there": "in_mission", "expected": "approved", "held": "held"}
"""Parts of whom a cap is compared with on a day, by their word in the address."""
SAID_OF_A_DAY = {
    "deployed": _("Deployed"),
    "counted": _("In mission, approved or planned"),
    "placed": _("Using a place under a cap"),
    "there": _("In mission under the cap"),
    "expected": _("Approved"),
    "held": _("Planned"),
}
"""How a sentence that names the day calls them."""
OF_A_DAY = {"deployed", "counted", "placed", *COUNTED_AS}
KNOWN_OF_A_PAST_DAY = {*OF_A_DAY, "returned", "arrived"}
"""The choices of status that the dates of a stay tell for any day."""


class DeploymentFilter(ListFilter):
    """What narrows the list. `first` and `last` keep the stays that have a day between them."""

    in_line = ("q", "area", "mission", "status")

    q = django_filters.CharFilter(label=_("Name or service number"), method="search")
    area = PickFilter(label=_("Country or region"), queryset=Area.objects.all(), find=find_areas, method="by_area")
    mission = PickFilter(label=_("Mission"), queryset=Mission.objects.all(), find=find_missions)
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    role = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("mission", "Role"), queryset=Role.objects.all(), method="by_role"
    )
    team = PickFilter(label=_("Team"), queryset=teams, find=find_teams, told=with_mission)
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[
            ("deployed", _("Deployed today")),
            ("counted", _("In mission, approved or planned on this day")),
            ("placed", _("Using a place under a cap on this day")),
            ("there", _("In mission under the cap on this day")),
            ("expected", _("Approved for this day")),
            ("held", _("Planned for this day")),
            ("to_come", _("To come under the cap, after this day")),
            ("overdue", _("Departure to be recorded")),
            ("coming", _("Planned and approved")),
            ("ready", _("Ready to approve")),
            ("arriving", _("Arrival expected within seven days")),
            ("recalled", _("Consent withdrawn")),
            ("excess", _("Recorded beyond the cap, to be confirmed")),
            ("leaving", _("Leaving within 60 days")),
            ("unrelieved", _("In mission, nobody is planned to follow")),
            ("returned", _("Returned")),
            ("arrived", _("Arrived, since the start")),
            *Deployment.Status.choices,
        ],
        method="by_status",
    )
    first = DayFilter(label=_("There from"), method="there_from")
    last = DayFilter(label=_("There until"), field_name="first_day", lookup_expr="lte")
    sort = Sorting(
        ("name", "person__sort_name"),
        ("area", "mission__area__listing_order"),
        ("service", "service__code"),
        ("first", "first_day"),
        ("last", "last_day"),
        ("status", "status"),
    )

    class Meta:
        model = Deployment
        fields = ["q", "area", "mission", "service", "role", "team", "status", "first", "last"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = as_of.of(self.request)
        if not self.day.is_today:
            self._offer_what_is_known_of_the_day()

    def _offer_what_is_known_of_the_day(self) -> None:
        """As of another day "deployed" is of that day; of a past one the dates tell the status, and nothing more."""
        status: Any = self.form.fields["status"]
        choices = [(value, label) for value, label in status.choices if value]
        if self.day.is_past:
            choices = [(value, label) for value, label in choices if value in KNOWN_OF_A_PAST_DAY]
            status.error_messages["invalid_choice"] = _("This is no longer known for a past day.")
            sort: Any = self.form.fields["sort"]
            offer(self.form, "sort", [pair for pair in sort.choices if pair[0] and pair[0].lstrip("-") != "status"])
        offer(self.form, "status", [("deployed", _("Deployed on this day")), *choices[1:]])

    def in_a_sentence(self, number: str) -> str:
        """What the list shows, where it is narrowed to one status: "Deployed on 5 September 2019, all missions: 83"."""
        if not (self.form.is_valid() and self.form.cleaned_data.get("status")):
            return ""
        status = self.form.cleaned_data["status"]
        of = [self._told(name) for name in self.asked if name not in {"status", "sort"}]
        if status in SAID_OF_A_DAY:
            return saying.on_a_day(str(SAID_OF_A_DAY[status]), self.day.on, of, number)
        return saying.of_any_day(self._told("status"), of, number)

    def search(self, queryset, _name: str, words: str):
        people = Person.objects.visible_to(self.request.user).search(words)  # names are today's: no other service's
        return queryset.filter(person__in=people)

    def by_area(self, queryset, _name: str, area: Area):
        """Who is there on the day, by where the mission belongs then; others, by where it was on one of theirs."""
        status = self.form.cleaned_data.get("status")
        if status in OF_A_DAY:
            return queryset.in_area_on(area, self.day.on)
        if status == "to_come":
            return queryset.with_area().filter(area_then=area.pk)
        return queryset.in_area(area, today=self.day.today)

    def by_role(self, queryset, _name: str, role: Role):
        return queryset.filter(pk__in=DeploymentRole.objects.filter(role=role).values("deployment"))

    def by_status(self, queryset, _name: str, status: str):
        on, today, user = self.day.on, self.day.today, self.request.user
        figures = {
            "deployed": lambda: queryset.deployed(on, today=today),
            "counted": lambda: queryset.counted_on(on, today=today),
            "placed": lambda: queryset.counted_on(on, today=today).using_places(),
            "to_come": lambda: queryset.filter(pk__in=measures.to_come(on=on)),
            "overdue": lambda: queryset.overdue(today),
            "coming": lambda: queryset.coming_on(on, today=today),
            "ready": lambda: queryset.filter(pk__in=measures.to_approve(user, today=today)),
            "arriving": lambda: queryset.arrival_expected(today),
            "recalled": lambda: consent.recalled(queryset),
            "excess": lambda: queryset.excess_to_confirm(by=user),
            "leaving": lambda: queryset.leaving_by(today + LEAVING_WITHIN),
            "unrelieved": queryset.unrelieved,
            "returned": lambda: queryset.returned_by(on, today=today),
            "arrived": lambda: queryset.arrived_by(on, today=today),
        }
        if status in COUNTED_AS:
            return queryset.counted_as(COUNTED_AS[status], on, today=today)
        return figures[status]() if status in figures else queryset.filter(status=status)

    def there_from(self, queryset, _name: str, day):
        return queryset.not_ended_before(day, today=self.day.today)


def nominated_positions(request: SignedInRequest):
    """Positions for which somebody was put forward whom the reader sees."""
    mine = Nomination.objects.visible_to(request.user).values("position")
    return Position.objects.filter(pk__in=mine).select_related("mission")


def nominated_areas(request: SignedInRequest):
    return Area.objects.filter(missions__positions__in=nominated_positions(request)).distinct()


class NominationFilter(ListFilter):
    """What narrows the list of nominations; those under way are one choice among the stages."""

    in_line = ("q", "position", "area", "stage")

    q = django_filters.CharFilter(label=_("Name or service number"), method="search")
    position = PickFilter(label=_("Position"), queryset=nominated_positions, find=find_positions)
    area = PickFilter(
        label=_("Country or region"), field_name="position__mission__area", queryset=nominated_areas, find=find_areas
    )
    service = django_filters.ModelChoiceFilter(label=_("Home service"), queryset=visible_services)
    stage = django_filters.ChoiceFilter(
        label=_("Stage"),
        choices=[
            ("live", _("Under way")),
            ("to_review", _("Waiting for your review")),
            ("without_consent", _("Consent refused or not answered")),
            ("to_plan", _("Ready to be planned")),
            *Nomination.Stage.choices,
        ],
        method="by_stage",
    )
    sort = Sorting(
        ("name", "person__sort_name"),
        ("position", "position__number"),
        ("service", "service__code"),
        ("stage", "stage"),
        ("since", "stage_since"),
    )

    class Meta:
        model = Nomination
        fields = ["q", "position", "area", "service", "stage"]

    def search(self, queryset, _name: str, words: str):
        people = Person.objects.visible_to(self.request.user).search(words)
        return queryset.filter(person__in=people)

    def by_stage(self, queryset, _name: str, stage: str):
        if stage == "to_review":
            return queryset.filter(pk__in=measures.to_review(self.request.user).values("pk"))
        if stage == "without_consent":
            return queryset.without_consent()
        if stage == "to_plan":
            return queryset.to_plan()
        return queryset.live() if stage == "live" else queryset.filter(stage=stage)


class WaiverFilter(ListFilter):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("to_decide", _("Waiting for you")), *Waiver.State.choices],
        method="by_state",
    )

    class Meta:
        model = Waiver
        fields = ["state"]

    def by_state(self, queryset, _name: str, state: str):
        return queryset.to_decide(by=self.request.user) if state == "to_decide" else queryset.filter(state=state)


class _ListField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, first: Excess) -> str:
        return f"{first.recorded_by}, {timezone.localdate(first.recorded_at):%Y-%m-%d}"


class _OfList(django_filters.ModelChoiceFilter):
    """The list that recorded history, by its first row."""

    field_class = _ListField


class ExcessFilter(ListFilter):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("to_decide", _("Waiting for you")),
            ("waiting", _("Waiting for a second coordinator")),
            ("confirmed", pgettext_lazy("excess", "Confirmed")),
        ],
        method="by_state",
    )
    cause = django_filters.ChoiceFilter(label=_("Cause"), choices=Excess.Cause.choices)
    area = PickFilter(label=_("Country or region"), queryset=Area.objects.all(), find=find_areas, method="by_area")
    list = _OfList(
        label=_("Imported in a list by"),
        queryset=lambda _request: Excess.objects.lists().select_related("recorded_by").order_by("-pk"),
        method="by_list",
    )

    class Meta:
        model = Excess
        fields = ["state", "cause", "area", "list"]

    def by_state(self, queryset, _name: str, state: str):
        if state == "to_decide":
            return queryset.to_confirm(by=self.request.user)
        return queryset.filter(confirmed_at__isnull=state == "waiting")

    def by_area(self, queryset, _name: str, area: Area):
        stays = Deployment.objects.in_area(area, today=timezone.localdate())
        return queryset.filter(deployment__in=stays.values("pk"))

    def by_list(self, queryset, _name: str, first: Excess):
        return queryset.of_list(first)


class CorrectionFilter(ListFilter):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("to_decide", _("Waiting for you")), *Correction.State.choices],
        method="by_state",
    )

    class Meta:
        model = Correction
        fields = ["state"]

    def by_state(self, queryset, _name: str, state: str):
        return queryset.to_decide(by=self.request.user) if state == "to_decide" else queryset.filter(state=state)
