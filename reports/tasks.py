"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from background.jobs import Counts, job
from background.schedule import Counted
from reports import monthly


@job(_("Write monthly e-mails about reports"), at=dt.time(6, 0), counts={"written": Counted(_("e-mails written"))})
def write_monthly_reports():
    """Write the e-mails of every report and figure whose day of the month it is."""
    return [lambda: Counts(written=monthly.write_all(today=timezone.localdate()))]
