from django.urls import path, register_converter

from background import views
from background.schedule import JOBS


class JobConverter:
    """One background task by its name; anything else is no page."""

    regex = "|".join(JOBS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(JobConverter, "job")

urlpatterns = [
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/<job:name>/", views.job_detail, name="job_detail"),
    path("jobs/<job:name>/run/", views.job_run, name="job_run"),
]
