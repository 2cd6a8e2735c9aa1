from django.urls import path, register_converter

from flags.forms import VERBS
from flags.models import FlagAct
from flags.schedule import JOBS
from flags.views import flags, jobs, letters


class FlagActConverter:
    """One act that people may do about a flag; anything else is no page."""

    regex = "|".join(act.value for act in VERBS)

    def to_python(self, value: str) -> FlagAct.Act:
        return FlagAct.Act(value)

    def to_url(self, value: FlagAct.Act | str) -> str:
        return FlagAct.Act(value).value


class JobConverter:
    """One background task by its name; anything else is no page."""

    regex = "|".join(JOBS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FlagActConverter, "flag_act")
register_converter(JobConverter, "job")

urlpatterns = [
    path("flags/", flags.flag_list, name="flag_list"),
    path("flags/letters/", letters.letter_choice, name="letter_choice"),
    path("flags/<flag_act:act>/", flags.flag_act, name="flag_act"),
    path("flags/<id:flag_id>/", flags.flag_detail, name="flag_detail"),
    path("letters/", letters.letter_list, name="letter_list"),
    path("letters/again/", letters.letters_again, name="letters_again"),
    path("letters/<id:letter_id>/", letters.letter_detail, name="letter_detail"),
    path("letters/<id:letter_id>/again/", letters.letter_again, name="letter_again"),
    path("letters/<id:letter_id>/put-aside/", letters.letter_put_aside, name="letter_put_aside"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<job:name>/", jobs.job_detail, name="job_detail"),
    path("jobs/<job:name>/run/", jobs.job_run, name="job_run"),
]
