from django.urls import path

from reports.views import figures

urlpatterns = [
    path("figures/", figures.figure_list, name="figure_list"),
    path("figures/<slug:name>/", figures.figure_detail, name="figure_detail"),
]
