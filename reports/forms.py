"""Who gets an e-mail about a figure or report each month, and on which day."""

import datetime as dt

from accounts.access import Role
from accounts.models import User
from accounts.picking import find_users
from audit.conflicts import VersionedForm
from foundation.numbers import number_formfield
from foundation.picking import PicksField
from reports import offered
from reports.models import ReportSubscription


class SubscriptionForm(VersionedForm):
    readers = PicksField(None, find=find_users)

    class Meta:
        model = ReportSubscription
        fields = ["name", "readers", "day"]
        formfield_callback = number_formfield

    def __init__(self, *args, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        column = ReportSubscription._meta.get_field("readers")
        self.fields["readers"].label = str(column.verbose_name).capitalize()
        self.fields["readers"].queryset = self._who_may_open()  # type: ignore[attr-defined]

    def _who_may_open(self):
        asked = offered.named(self.instance.page, self.instance.of)
        open_to = [role for role in Role if asked and offered.may_open(User(role=role), asked)]
        return User.objects.filter(is_active=True, role__in=open_to).order_by("name", "pk")

    def complete(self) -> None:
        """Another day counts from today on: what was due on it before is not sent afterwards."""
        if "day" in self.changed_data:
            self.instance.told_up_to = max(self.instance.told_up_to, self.today)
