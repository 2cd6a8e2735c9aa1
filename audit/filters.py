import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.picking import find_users
from audit import sentences
from audit.models import Event, Verb
from audit.writes import recorded_models
from flags.models import Flag
from foundation.converters import is_id
from foundation.days import DayFilter
from foundation.lists import ListFilter
from foundation.picking import PickFilter
from foundation.text import normalised
from outbox.models import Letter


class AddressFilter(django_filters.Filter):
    field_class = forms.GenericIPAddressField


KEYS = 2
"""A record is named by the key of its type and its own."""


class RecordField(forms.CharField):
    """One row: the key of its type and its own, as in `12-345`; with any dash, and spaces around it."""

    def clean(self, value):
        typed = super().clean(value)
        keys = normalised(typed).split()
        if typed and not (len(keys) == KEYS and all(is_id(key) for key in keys)):
            raise ValidationError(_("Enter the number of a record as its link has it, for example 12-345."))
        return tuple(int(key) for key in keys) or None


class RecordFilter(django_filters.Filter):
    field_class = RecordField

    def filter(self, qs, value):
        return qs.filter(subject_type=value[0], subject_id=value[1]) if value else qs


def kinds_of_rows() -> list[tuple[int, str]]:
    """The kinds of rows that events are about, by the key of their type, in the order of the alphabet."""
    types = ContentType.objects.get_for_models(*recorded_models(), Flag, Letter)
    named = [(kind.pk, str(capfirst(model._meta.verbose_name))) for model, kind in types.items()]
    return sorted(named, key=lambda one: normalised(one[1]))


class EventFilter(ListFilter):
    actor = PickFilter(label=_("Who"), queryset=User.objects.all(), find=find_users)
    verb = django_filters.ChoiceFilter(label=_("Action"), choices=Verb)
    about = django_filters.ChoiceFilter(label=_("About"), field_name="subject_type", choices=kinds_of_rows)
    record = RecordFilter(label=_("Number of the record"), max_length=60)
    since = DayFilter(label=_("From"), field_name="at__date", lookup_expr="gte")
    until = DayFilter(label=_("Through"), field_name="at__date", lookup_expr="lte")
    address = AddressFilter(label=_("Address"))

    class Meta:
        model = Event
        fields = ["actor", "verb", "about", "record", "since", "until", "address"]

    def _told(self, name: str) -> str:
        """Also the record in words, where it is still there."""
        if name != "record":
            return super()._told(name)
        kind, row = self.form.cleaned_data["record"]
        of_kind = ContentType.objects.filter(pk=kind).first()
        model = of_kind.model_class() if of_kind else None
        found = model._base_manager.filter(pk=row).first() if model else None
        return sentences.named(found) if found else f"{kind}-{row}"
