"""Charts: one module each, by name and in the order in which they are offered."""

from reports.charts import expiring, genders, pipeline, services, strength
from reports.charts.base import Chart

CHARTS: dict[str, Chart] = {
    chart.name: chart for chart in (strength.CHART, services.CHART, genders.CHART, pipeline.CHART, expiring.CHART)
}
"""A chart more is a module with its `CHART`, named here."""
