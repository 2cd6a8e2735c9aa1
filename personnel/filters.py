import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from foundation.lists import ListFilter, Sorting
from missions.models import CredentialKind
from personnel.models import Credential, Person, PoliceService


def visible_services(request: SignedInRequest):
    """The services among which the reader may filter, as django-filter calls it for a queryset."""
    return PoliceService.objects.visible_to(request.user)


def visible_people(request: SignedInRequest):
    return Person.objects.visible_to(request.user)


class PapersFilter(ListFilter):
    """What narrows the papers to verify."""

    q = django_filters.CharFilter(label=_("Name or service number"), method="search")
    kind = django_filters.ModelChoiceFilter(
        label=_("Credential"), queryset=CredentialKind.objects.filter(needs_verification=True)
    )
    service = django_filters.ModelChoiceFilter(
        label=_("Police service"), field_name="person__service", queryset=visible_services
    )
    # The papers of one person, whose page leads here: by number, a name does not belong into an address.
    person = django_filters.ModelChoiceFilter(label=_("person"), queryset=visible_people, widget=forms.HiddenInput)

    class Meta:
        model = Credential
        fields = ["q", "kind", "service", "person"]

    def search(self, queryset, _name: str, words: str):
        return queryset.filter(person__in=Person.objects.visible_to(self.request.user).search(words))


class PersonFilter(ListFilter):
    q = django_filters.CharFilter(label=_("Name or service number"), method="search")
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Person.Category)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Person.State)
    sort = Sorting(("name", "sort_name"), ("service", "service__code"), ("state", "state"))

    class Meta:
        model = Person
        fields = ["q", "service", "category", "state"]

    def search(self, queryset, _name: str, words: str):
        return queryset.search(words)
