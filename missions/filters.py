import django_filters
from django.utils.translation import gettext_lazy as _

from missions.models import Area, LeadOrganization, Mission


class MissionFilter(django_filters.FilterSet):
    area = django_filters.ModelChoiceFilter(label=_("Country or region"), queryset=Area.objects.all())
    lead = django_filters.ModelChoiceFilter(label=_("Lead organization"), queryset=LeadOrganization.objects.all())
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Mission.Kind)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Mission.State)

    class Meta:
        model = Mission
        fields = ["area", "lead", "kind", "state"]
