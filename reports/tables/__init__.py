"""Reports: one module a table, by name and in the order in which they are offered."""

from reports.tables import (
    accesses,
    areas,
    ending,
    in_vain,
    month_ends,
    operations,
    pipeline,
    places,
    programme,
    running_out,
    services,
    snapshot,
    women,
)
from reports.tables.base import Report

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        areas.REPORT,
        month_ends.REPORT,
        operations.REPORT,
        services.REPORT,
        women.REPORT,
        places.REPORT,
        ending.REPORT,
        running_out.REPORT,
        pipeline.REPORT,
        in_vain.REPORT,
        programme.REPORT,
        snapshot.REPORT,
        accesses.REPORT,
    )
}
"""A report more is a module with its `REPORT`, named here."""
