import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from personnel.models import Person, PoliceService


def visible_services(request: SignedInRequest):
    """The services among which the reader may filter, as django-filter calls it for a queryset."""
    return PoliceService.objects.visible_to(request.user)


class PersonFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name or service number"), method="search")
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Person.Category)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Person.State)
    sort = django_filters.OrderingFilter(
        fields=[("sort_name", "name"), ("service__code", "service"), ("state", "state")], label=""
    )

    class Meta:
        model = Person
        fields = ["q", "service", "category", "state"]

    def search(self, queryset, _name: str, words: str):
        return queryset.search(words)
