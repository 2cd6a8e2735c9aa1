import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.requests import SignedInRequest
from foundation import as_of
from foundation.lists import ListFilter
from foundation.picking import PickFilter
from missions.models import Area, LeadOrganization, Mission, MissionState, Position, Role, Team
from missions.picking import find_areas, find_teams, with_mission


def teams(_request: SignedInRequest):
    """The teams of all missions, each with its mission, which its label names."""
    return Team.objects.select_related("mission")


class MissionFilter(ListFilter):
    area = PickFilter(label=_("Country or region"), queryset=Area.objects.all(), find=find_areas, method="by_area")
    lead = django_filters.ModelChoiceFilter(label=_("Lead organization"), queryset=LeadOrganization.objects.all())
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Mission.Kind)
    state = django_filters.ChoiceFilter(label=_("State"), choices=MissionState.State, method="by_state")

    class Meta:
        model = Mission
        fields = ["area", "lead", "kind", "state"]

    def by_area(self, queryset, _name: str, area: Area):
        return queryset.in_area(area, as_of.of(self.request).on)

    def by_state(self, queryset, _name: str, state: str):
        return queryset.filter(state_then=state)


class PositionFilter(ListFilter):
    area = PickFilter(
        label=_("Country or region"), field_name="mission__area", queryset=Area.objects.all(), find=find_areas
    )
    stream = django_filters.ChoiceFilter(label=_("Stream"), choices=Position.Stream)
    role = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("mission", "Role"), field_name="roles", queryset=Role.objects.all()
    )
    team = PickFilter(label=_("Team"), queryset=teams, find=find_teams, told=with_mission)
    call = django_filters.ChoiceFilter(label=_("Call"), choices=Position.Call, method="by_call")

    class Meta:
        model = Position
        fields = ["area", "stream", "role", "team", "call"]

    def by_call(self, queryset, _name: str, call: str):
        day = as_of.of(self.request).on
        return {
            Position.Call.NONE: queryset.filter(call_opens__isnull=True),
            Position.Call.COMING: queryset.filter(call_opens__gt=day),
            Position.Call.OPEN: queryset.filter(call_opens__lte=day, call_closes__gte=day),
            Position.Call.CLOSED: queryset.filter(call_closes__lt=day),
        }[Position.Call(call)]
