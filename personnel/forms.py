import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from peaceops.days import DayField
from personnel.models import Person, PoliceService, Rank
from personnel.models.services import RankFamily


class PersonForm(forms.ModelForm):
    """A person as the office knows them. Service and rank are those of today; deployments keep their own."""

    born_on = DayField(label=_("Date of birth"), required=False, earliest=dt.date(1920, 1, 1))
    joined_on = DayField(label=_("Start of service"), required=False, earliest=dt.date(1940, 1, 1))

    class Meta:
        model = Person
        fields = [
            "category",
            "given_name",
            "family_name",
            "service",
            "service_number",
            "rank",
            "gender",
            "first_language",
            "born_on",
            "joined_on",
            "state",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = PoliceService.objects.filter(is_active=True) | PoliceService.objects.filter(
            pk=self.instance.service_id
        )
        ranks = Rank.objects.order_by("family", "level")
        self.fields["rank"].choices = [
            ("", "---------"),
            *(
                (family.label, [(rank.pk, rank.name) for rank in ranks if rank.family == family])
                for family in RankFamily
            ),
        ]
