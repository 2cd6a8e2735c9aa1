import django_filters
from django.utils.translation import gettext_lazy as _

from flags.models import Flag
from missions.models import Area
from personnel.filters import visible_services


class FlagFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Flag.Kind)
    area = django_filters.ModelChoiceFilter(label=_("Country or region"), queryset=Area.objects.all())
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("resolved", _("Resolved")), ("all", _("Open and resolved"))],
        empty_label=_("Open"),
        method="by_state",
    )

    class Meta:
        model = Flag
        fields = ["kind", "area", "service", "state"]

    def by_state(self, queryset, _name: str, state: str):
        return queryset.filter(resolved_at__isnull=False) if state == "resolved" else queryset

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.open()
