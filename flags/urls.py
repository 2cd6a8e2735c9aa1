from django.urls import path, register_converter

from flags.forms import VERBS
from flags.models import FlagAct
from flags.views import at_once, choice, flags, news


class FlagActConverter:
    """An act that people may take on a flag, in a URL; any other word is a 404."""

    regex = "|".join(act.value for act in VERBS)

    def to_python(self, value: str) -> FlagAct.Act:
        return FlagAct.Act(value)

    def to_url(self, value: FlagAct.Act | str) -> str:
        return FlagAct.Act(value).value


register_converter(FlagActConverter, "flag_act")

urlpatterns = [
    path("flags/", flags.flag_list, name="flag_list"),
    path("news/", news.news_list, name="news_list"),
    path("flags/letters/", choice.letter_choice, name="letter_choice"),
    path("flags/at-once/", at_once.flag_at_once, name="flag_at_once"),
    path("flags/<flag_act:act>/", flags.flag_act, name="flag_act"),
    path("flags/<id:flag_id>/", flags.flag_detail, name="flag_detail"),
]
