import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.picking import find_users
from audit.models import Event, Verb
from foundation.days import DayFilter
from foundation.lists import ListFilter
from foundation.picking import PickFilter


class AddressFilter(django_filters.Filter):
    field_class = forms.GenericIPAddressField


class EventFilter(ListFilter):
    actor = PickFilter(label=_("Who"), queryset=User.objects.all(), find=find_users)
    verb = django_filters.ChoiceFilter(label=_("Act"), choices=Verb)
    since = DayFilter(label=_("From"), field_name="at__date", lookup_expr="gte")
    until = DayFilter(label=_("Through"), field_name="at__date", lookup_expr="lte")
    address = AddressFilter(label=_("Address"))

    class Meta:
        model = Event
        fields = ["actor", "verb", "since", "until", "address"]
