import datetime as dt
from collections.abc import Callable

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.picking import find_users
from flags import kinds, news_kinds
from flags.models import Flag, FlagQuerySet, News
from foundation.choices import offer
from foundation.lists import ListFilter
from foundation.picking import PickFilter
from missions.models import Area
from missions.picking import find_areas
from personnel.filters import visible_services

BOX: dict[str, Callable[[FlagQuerySet, dt.date], FlagQuerySet]] = {
    "mine": lambda box, _today: box,
    "act": lambda box, _today: box.to_act_on(),
    "soon": lambda box, today: box.to_plan_soon(today),
    "later": lambda box, today: box.to_plan_later(today),
}
"""The parts of the reader's box, by their word in the address. The last three make up the first."""

BY_SUBJECT = {*BOX, "snoozed"}
"""States whose flags stand by their subjects, and come by pages of whole subjects."""


class FlagFilter(ListFilter):
    """Filters of the list of flags. Without a state it shows the open ones that are not snoozed."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=kinds.choices)
    severity = django_filters.ChoiceFilter(label=_("Urgency"), choices=Flag.Severity)
    area = PickFilter(label=_("Country or region"), queryset=Area.objects.all(), find=find_areas)
    service = django_filters.ModelChoiceFilter(label=_("Police service"), queryset=visible_services)
    assignee = PickFilter(
        label=_("Assigned to"),
        queryset=User.objects.filter(role="coordinator").order_by("name", "pk"),
        find=find_users,
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("mine", _("In my box")),
            ("act", _("In my box, act now")),
            ("soon", _("In my box, in the next 30 days")),
            ("later", _("In my box, later")),
            ("unseen", _("Open, not acknowledged")),
            ("snoozed", _("Snoozed")),
            ("week", _("Resolved this week")),
            ("resolved", _("Resolved")),
            ("all", _("Open and resolved")),
        ],
        empty_label=_("Open"),
        method="by_state",
    )

    class Meta:
        model = Flag
        fields = ["kind", "severity", "area", "service", "assignee", "state"]

    def by_state(self, queryset, _name: str, state: str):
        today = timezone.localdate()
        if state in BOX:
            user = self.request.user
            return BOX[state](queryset.in_box_of(user, today), today).by_subject(user)
        if state == "unseen":
            return queryset.unseen(today)
        if state == "snoozed":
            return queryset.open().filter(snoozed_until__gt=today).by_subject()
        if state == "week":
            since = timezone.now() - dt.timedelta(days=7)
            return queryset.filter(resolved_at__gte=since).order_by("-resolved_at", "-pk")
        return queryset.filter(resolved_at__isnull=False) if state == "resolved" else queryset

    def filter_queryset(self, queryset):
        # `by_state` is not called for an empty choice, so the default is applied here.
        filtered = super().filter_queryset(queryset)
        return filtered if self.form.cleaned_data.get("state") else filtered.awake(timezone.localdate())


class NewsFilter(ListFilter):
    """The filter of what is new: the kinds that the reader may read."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=news_kinds.choices)

    class Meta:
        model = News
        fields = ["kind"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.form, "kind", [(kind.code, kind.label) for kind in news_kinds.for_role(self.request.user.role)])
