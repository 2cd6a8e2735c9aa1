from django.urls import path, register_converter

from deployments import views
from deployments.steps import TABLE, Act


class ActConverter:
    """One act of the table of steps; anything else is no page."""

    regex = "|".join(act.value for act in TABLE)

    def to_python(self, value: str) -> Act:
        return Act(value)

    def to_url(self, value: Act | str) -> str:
        return Act(value).value


register_converter(ActConverter, "act")

urlpatterns = [
    path("deployments/", views.deployment_list, name="deployment_list"),
    path("deployments/plan/", views.deployment_plan, name="deployment_plan"),
    path("deployments/headroom/", views.deployment_headroom, name="deployment_headroom"),
    path("deployments/<id:deployment_id>/", views.deployment_detail, name="deployment_detail"),
    path("deployments/<id:deployment_id>/<act:act>/", views.deployment_step, name="deployment_step"),
]
