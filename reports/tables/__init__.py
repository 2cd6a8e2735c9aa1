"""Reports: one module a table, by name and in the order in which they are offered."""

from reports.tables import areas, ending, month_ends, operations, places, programme, services, women
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
        programme.REPORT,
    )
}
"""A report more is a module with its `REPORT`, named here."""
