from django.urls import path, register_converter

from flags import views
from flags.forms import VERBS
from flags.models import FlagAct


class FlagActConverter:
    """One act that people may do about a flag; anything else is no page."""

    regex = "|".join(act.value for act in VERBS)

    def to_python(self, value: str) -> FlagAct.Act:
        return FlagAct.Act(value)

    def to_url(self, value: FlagAct.Act | str) -> str:
        return FlagAct.Act(value).value


register_converter(FlagActConverter, "flag_act")

urlpatterns = [
    path("flags/", views.flag_list, name="flag_list"),
    path("flags/<flag_act:act>/", views.flag_act, name="flag_act"),
    path("flags/<id:flag_id>/", views.flag_detail, name="flag_detail"),
]
