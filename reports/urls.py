from django.urls import path

from reports.views import (
    charts,
    crosstab,
    figures,
    operations_map,
    questions,
    subscriptions,
    tables,
    value_statement,
)

urlpatterns = [
    path("figures/", figures.figure_list, name="figure_list"),
    path("figures/<slug:name>/", figures.figure_detail, name="figure_detail"),
    path("questions/", questions.question_list, name="question_list"),
    path("reports/", tables.report_list, name="report_list"),
    path("reports/charts/<slug:name>/", charts.chart_detail, name="chart_detail"),
    path("reports/crosstab/", crosstab.crosstab, name="crosstab"),
    path("map/", operations_map.operations_map, name="operations_map"),
    path("reports/value-statement/<id:service_id>/", value_statement.value_statement, name="value_statement"),
    path("reports/<slug:name>/", tables.report_detail, name="report_detail"),
    path("monthly/", subscriptions.subscription_list, name="subscription_list"),
    path("monthly/add/", subscriptions.subscription_add, name="subscription_add"),
    path("monthly/<id:subscription_id>/", subscriptions.subscription_edit, name="subscription_edit"),
    path("monthly/<id:subscription_id>/end/", subscriptions.subscription_end, name="subscription_end"),
]
