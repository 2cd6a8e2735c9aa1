"""Forms of rosters: somebody's entry, and the call-outs from it."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from audit.conflicts import VersionedForm
from deployments.models import CallOut, RosterEntry
from foundation.days import day_formfield
from personnel.forms import not_in_future


class RosterEntryForm(VersionedForm):
    """The days of somebody on a roster. Nobody is taken off while put on it."""

    class Meta:
        model = RosterEntry
        fields = ["nominated_on", "training_on", "certified_on", "certified_until", "taken_off_on"]
        formfield_callback = day_formfield
        help_texts = {
            "certified_on": _("The first certification; a renewal changes the last day only."),
            "certified_until": _("Leave empty if it does not end."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["taken_off_on"]

    def clean_nominated_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["nominated_on"])

    def clean_certified_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["certified_on"])

    def clean_taken_off_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["taken_off_on"])

    def _get_validation_exclusions(self) -> set[str]:
        # Person and roster are no fields of the form, so Django would skip the constraint that nobody stands on a
        # roster twice, and the second entry would end in an IntegrityError.
        left_out = super()._get_validation_exclusions()  # type: ignore[misc]  # no stub knows this hook
        return left_out - {"person", "roster", "taken_off_on"}


class CallOutForm(VersionedForm):
    class Meta:
        model = CallOut
        fields = ["first_day", "last_day", "place"]
        formfield_callback = day_formfield
        help_texts = {"last_day": _("Leave empty for “until further notice”.")}
