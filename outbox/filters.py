import django_filters
from django.utils.translation import gettext_lazy as _

from foundation.lists import ListFilter
from outbox.models import Letter


class LetterFilter(ListFilter):
    """Filter letters by their state."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=Letter.State,
        empty_label=_("All e-mails"),
        method="by_state",
    )

    class Meta:
        model = Letter
        fields = ["state"]

    def by_state(self, queryset, _name: str, state: str):
        return {
            Letter.State.WAITING: queryset.waiting(),
            Letter.State.SENT: queryset.filter(sent_at__isnull=False),
            Letter.State.GIVEN_UP: queryset.undeliverable(),
            Letter.State.PUT_ASIDE: queryset.filter(put_aside_at__isnull=False),
        }[Letter.State(state)]
