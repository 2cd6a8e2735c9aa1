import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deployments.models import Deployment
from missions.models import Area, Mission
from peaceops.days import DayFilter
from personnel.filters import visible_services
from personnel.models import Person


class DeploymentFilter(django_filters.FilterSet):
    """What narrows the list. `first` and `last` keep the stays that have a day between them."""

    q = django_filters.CharFilter(label=_("Name or service number"), method="search")
    area = django_filters.ModelChoiceFilter(
        label=_("Country or region"), field_name="mission__area", queryset=Area.objects.all()
    )
    mission = django_filters.ModelChoiceFilter(label=_("Mission"), queryset=Mission.objects.all())
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=[("deployed", _("Deployed today")), *Deployment.Status.choices], method="by_status"
    )
    first = DayFilter(label=_("There from"), method="there_from")
    last = DayFilter(label=_("There until"), field_name="first_day", lookup_expr="lte")
    sort = django_filters.OrderingFilter(
        fields=[
            ("person__sort_name", "name"),
            ("mission__area__listing_order", "area"),
            ("service__code", "service"),
            ("first_day", "first"),
            ("last_day", "last"),
            ("status", "status"),
        ],
        label="",
    )

    class Meta:
        model = Deployment
        fields = ["q", "area", "mission", "service", "status", "first", "last"]

    def search(self, queryset, _name: str, words: str):
        people = Person.objects.visible_to(self.request.user).search(words)  # names are today's: no other service's
        return queryset.filter(person__in=people)

    def by_status(self, queryset, _name: str, status: str):
        if status == "deployed":
            today = timezone.localdate()
            return queryset.deployed(today, today=today)
        return queryset.filter(status=status)

    def there_from(self, queryset, _name: str, day):
        return queryset.with_stay(timezone.localdate()).filter(stay_ends__gte=day)
