"""What the list of background tasks holds when it is taken along."""

from django.utils.translation import gettext_lazy as _

from background.standings import Standing
from foundation.tables import Column, Table


def _seconds(standing: Standing) -> int | None:
    lasted = standing.run.lasted if standing.run else None
    return round(lasted.total_seconds()) if lasted is not None else None


JOBS = Table(
    "jobs",
    _("Background tasks"),
    (
        Column("task", _("Task"), "job.label"),
        Column("name", _("Name for programs"), "job.name"),
        Column("state", _("State"), "get_state_display"),
        Column("started_at", _("Last start"), "run.started_at"),
        Column("seconds", _("Duration in seconds"), _seconds),
        Column("counted", _("Counted"), lambda standing: "; ".join(f"{word}: {n}" for word, n in standing.counted)),
        Column("went_well_at", _("Last went well"), "went_well_at"),
        Column("next_at", _("Next start"), "next_at"),
    ),
)
