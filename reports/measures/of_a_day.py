"""Figures of one day: who is there, who is to come, and what is authorized."""

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from deployments.models.statuses import Status
from deployments.models.whereabouts import DeploymentQuerySet
from deployments.stays import authorised_cap
from missions.models import Area, Authorization, Mission
from personnel.models import Person, PoliceService
from reports.measures import rows
from reports.measures.measure import STAYS, Measure, Time, Unit, added_up
from reports.measures.question import Question

OF_AREAS = frozenset({"area"})


def deployed(question: Question) -> DeploymentQuerySet:
    return question.stays_of_the_day().deployed(question.on, today=question.today)


def _of_those_deployed(**narrowed: Any):
    return lambda question: deployed(question).filter(**narrowed)


def _in_missions_speaking(language: str):
    def found(question: Question) -> QuerySet:
        return deployed(question).filter(mission__in=Mission.objects.speaking(language, question.on))

    return found


def _coming(status: str):
    def found(question: Question) -> QuerySet:
        coming = question.stays_of_the_day().coming_on(question.on, today=question.today)
        return coming.filter(status=status)

    return found


def _authorizations(question: Question) -> QuerySet:
    found = rows.authorizations(on=question.on)
    return found.filter(area=question.area) if question.area else found


def _places(question: Question) -> QuerySet:
    """Deployments that use a place under a cap on the day: in mission or approved."""
    return question.stays_of_the_day().counted_on(question.on, today=question.today).using_places()


def _areas_with(figure: str):
    """Areas of which the strength of the day has something under a name, with it as `heads`.

    Counted by the one sweep that judges approvals, and not again by a query of its own.
    """

    def found(question: Question) -> QuerySet:
        areas = [question.area] if question.area else list(Area.objects.all())
        steps = authorised_cap.timelines(areas, question.on, question.on, today=question.today)
        heads = {area: getattr(timeline[0], figure) for area, timeline in steps.items()}
        some = {area: number for area, number in heads.items() if number > 0}
        each = [When(pk=area, then=Value(number)) for area, number in some.items()]
        return Area.objects.filter(pk__in=some).annotate(
            heads=Case(*each, default=Value(0), output_field=IntegerField()) if each else Value(0)
        )

    return found


DEPLOYED = Measure(
    "deployed",
    _("Deployed"),
    _(
        "People in mission or at a posting on the day: they had arrived and not departed. A day to come "
        "counts those who are there now and stay until then."
    ),
    Time.DAY,
    deployed,
)
MEASURES = (
    DEPLOYED,
    Measure(
        "deployed_in_missions",
        _("Deployed in missions"),
        _("Those deployed on the day who use a place under a cap."),
        Time.DAY,
        lambda question: deployed(question).not_ancillary(),
    ),
    Measure(
        "deployed_at_postings",
        _("Deployed at postings"),
        _("Those deployed on the day who use no place: ancillary deployments, for instance at specialized postings."),
        Time.DAY,
        lambda question: deployed(question).filter(kind="ancillary"),
    ),
    Measure(
        "planned",
        _("Planned"),
        _(
            "Deployments planned and not yet approved, as of today; of a day to come those with a day from it on."
            " Nobody knows any more what was planned on a past day."
        ),
        Time.DAY,
        _coming(Status.PLANNED),
        is_known=lambda question: question.on >= question.today,
    ),
    Measure(
        "approved",
        _("Approved"),
        _(
            "Deployments approved whose person has not arrived yet, as of today; of a day to come those with a "
            "day from it on. Nobody knows any more what was approved on a past day."
        ),
        Time.DAY,
        _coming(Status.APPROVED),
        is_known=lambda question: question.on >= question.today,
    ),
    Measure(
        "authorized",
        _("Authorized"),
        _("The sum of the caps of the authorizations in force on the day."),
        Time.DAY,
        _authorizations,
        of=Authorization,
        number=added_up("cap"),
        takes=OF_AREAS,
        own="cap",
        own_label=_("Authorized police deployments"),
        of_the_office=True,
    ),
    Measure(
        "free",
        _("Free places"),
        _(
            "Places under the caps that nobody uses on the day, in mission or approved, added up over the "
            "countries and regions that have some. Who is over one cap fills no place of another."
        ),
        Time.DAY,
        _areas_with("free"),
        of=Area,
        number=added_up("heads"),
        takes=OF_AREAS,
        own="heads",
        own_label=_("Free places"),
        of_the_office=True,
    ),
    Measure(
        "over",
        _("Over the cap"),
        _("People in mission or approved on the day beyond the cap of their country or region, added up over all."),
        Time.DAY,
        _areas_with("over"),
        of=Area,
        number=added_up("heads"),
        takes=OF_AREAS,
        own="heads",
        own_label=_("Over the cap"),
        of_the_office=True,
    ),
    Measure(
        "places_taken",
        _("Places taken"),
        _("Deployments that use a place under a cap on the day: in mission, or approved for it."),
        Time.DAY,
        _places,
        of_the_office=True,
    ),
    Measure(
        "fill_rate",
        _("Fill rate"),
        _(
            "Places taken as a share of the places authorized on the day. Above 100 where more people are there "
            "than authorized."
        ),
        Time.DAY,
        _places,
        unit=Unit.PER_CENT,
        takes=OF_AREAS,
        share_of="authorized",
        of_the_office=True,
    ),
    Measure(
        "partner_share",
        _("Share of partners"),
        _(
            "Those deployed on the day who come from a partner service, not the RCMP, as a share of all who are "
            "deployed."
        ),
        Time.DAY,
        lambda question: deployed(question).filter(service__in=PoliceService.objects.partners()),
        unit=Unit.PER_CENT,
        takes=STAYS - {"service"},
        share_of="deployed",
    ),
    Measure(
        "civilians",
        _("Civilians"),
        _("Those deployed on the day who are not police officers."),
        Time.DAY,
        _of_those_deployed(person__category=Person.Category.CIVILIAN),
        takes=STAYS - {"category"},
    ),
    Measure(
        "women",
        _("Women"),
        _("Women deployed on the day."),
        Time.DAY,
        _of_those_deployed(person__gender=Person.Gender.WOMAN),
        takes=STAYS - {"gender"},
    ),
    Measure(
        "share_of_women",
        _("Share of women"),
        _("Women deployed on the day as a share of all who are deployed, those who did not say their gender included."),
        Time.DAY,
        _of_those_deployed(person__gender=Person.Gender.WOMAN),
        unit=Unit.PER_CENT,
        takes=STAYS - {"gender"},
        share_of="deployed",
    ),
    Measure(
        "french_speaking",
        _("French-speaking"),
        _("Those deployed on the day whose first official language is French."),
        Time.DAY,
        _of_those_deployed(person__first_language="fr"),
        takes=STAYS - {"first_language"},
    ),
    Measure(
        "in_french",
        _("In missions in French"),
        _("Those deployed on the day in missions whose language of operation is French."),
        Time.DAY,
        _in_missions_speaking("fr"),
        takes=STAYS - {"language"},
    ),
    Measure(
        "in_english",
        _("In missions in English"),
        _("Those deployed on the day in missions whose language of operation is English."),
        Time.DAY,
        _in_missions_speaking("en"),
        takes=STAYS - {"language"},
    ),
    Measure(
        "armed",
        _("Armed"),
        _("Those deployed on the day who are armed, by the rules of their stay."),
        Time.DAY,
        _of_those_deployed(armed=True),
        takes=STAYS - {"armed"},
    ),
)
