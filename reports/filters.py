"""What narrows a figure: the parts of its question, as an address asks for them."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.models import Deployment, Nomination
from deployments.models.nominations import Stage
from foundation import as_of
from foundation.days import DayFilter
from foundation.lists import ListFilter
from foundation.picking import PickFilter
from missions.filters import teams
from missions.models import Area, Language, Mission, RankBand, Role
from missions.picking import find_areas, find_missions, find_teams, with_mission
from personnel.filters import visible_services
from personnel.models import Person
from reports.measures import WITHOUT, Measure, Question, Time, fiscal_year
from reports.measures.question import EMPTY
from reports.tables.base import Report


class TickField(forms.BooleanField):
    """A box that is ticked, or says nothing."""

    choices = [(True, pgettext_lazy("answer", "Yes"))]

    def clean(self, value: Any) -> bool | None:
        return super().clean(value) or None


class TickFilter(django_filters.Filter):
    field_class = TickField


class QuestionFilter(ListFilter):
    """A question to a measure or a report: of the day of the page, or of a period, or else of the one of itself."""

    in_line: tuple[str, ...] = ("first", "last", "area", "mission", "service", "public")
    beside: frozenset[str] = frozenset()
    """The filters that are no part of the question."""

    first = DayFilter(label=_("From"))
    last = DayFilter(label=_("Through"))
    area = PickFilter(label=_("Country or region"), queryset=Area.objects.all(), find=find_areas)
    mission = PickFilter(label=_("Mission"), queryset=Mission.objects.all(), find=find_missions)
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Person.Category)
    gender = django_filters.ChoiceFilter(label=_("Gender"), choices=Person.Gender)
    first_language = django_filters.ChoiceFilter(label=_("First official language"), choices=Person.OfficialLanguage)
    language = django_filters.ChoiceFilter(
        label=_("Language of operation"),
        choices=Language,
        null_label=pgettext_lazy("language of operation", "None"),
        null_value=WITHOUT,
    )
    armed = django_filters.TypedChoiceFilter(
        label=_("Armed"),
        choices=[("True", _("Yes")), ("False", _("No"))],
        coerce=lambda said: said == "True",
        empty_value=None,
    )
    role = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("mission", "Role"),
        queryset=Role.objects.all(),
        null_label=pgettext_lazy("mission", "No role"),
        null_value=WITHOUT,
    )
    rank_band = django_filters.ChoiceFilter(
        label=_("Band of ranks"), choices=RankBand, null_label=_("No rank"), null_value=WITHOUT
    )
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage)
    reason = django_filters.ChoiceFilter(
        label=_("Reason"), choices=Nomination.Reason, null_label=_("No reason"), null_value=WITHOUT
    )
    public = TickFilter(label=_("To be made public"))
    team = PickFilter(label=_("Team"), queryset=teams, find=find_teams, told=with_mission)

    class Meta:
        model = Deployment
        fields: list[str] = []

    def __init__(self, *args, asked: Measure | Report | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.period = asked.period if isinstance(asked, Report) else fiscal_year
        takes = asked.takes if asked else frozenset(EMPTY)
        times = {"first", "last"} if asked is None or asked.time is Time.PERIOD else set()
        for name in set(self.filters) - takes - times - self.beside:
            del self.filters[name]

    @property
    def of_whom(self) -> list[str]:
        """What narrows the figure, in words, without its days."""
        self.form.is_valid()
        return [self._told(name) for name in self.asked if name not in {"first", "last", *self.beside}]

    @property
    def question(self) -> Question:
        """What the valid part of the address asks; the list says what is not valid, and shows nothing then."""
        day = as_of.of(self.request)
        answers: dict[str, Any] = dict(self.form.cleaned_data) if self.form.is_valid() else {}
        first, last = answers.pop("first", None), answers.pop("last", None)
        begins, ends = self.period(day.on)
        if last and last < begins:
            begins = fiscal_year(last)[0]
        if first and first > ends:
            ends = fiscal_year(first)[1]
        return Question(
            reader=self.request.user,
            today=day.today,
            on=day.on,
            first=first or begins,
            last=last or ends,
            **{name: value for name, value in answers.items() if name not in self.beside},
        )
