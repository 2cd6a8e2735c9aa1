"""Figures of those who were put forward: how many are in the pipeline, and how long each state takes."""

import datetime as dt

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deployments.models import Nomination, NominationTransition
from deployments.models.nominations import LIVE, NominationQuerySet
from reports.measures.measure import Measure, Time, Unit, middle
from reports.measures.question import Question

TAKES = frozenset({"area", "mission", "service", "category", "gender", "first_language"})


def _after(day: dt.date) -> dt.datetime:
    """The first moment of the day after, in local time."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def _asked_for(question: Question) -> NominationQuerySet:
    rows = Nomination.objects.visible_to(question.reader).filter(question.people())
    if question.area:
        rows = rows.filter(position__mission__in=question.area_missions())
    if question.mission:
        rows = rows.filter(position__mission=question.mission)
    return rows.filter(service=question.service) if question.service else rows


def pipeline(question: Question) -> QuerySet:
    """Nominations that were under way at the end of the day, each with its stage then as `stage_then`."""
    if question.on >= question.today:
        return _asked_for(question).live().annotate(stage_then=F("stage"))
    moves = NominationTransition.objects.filter(nomination=OuterRef("pk"), at__lt=_after(question.on))
    newest = moves.order_by("-at", "-id").values("to_status")[:1]
    return _asked_for(question).annotate(stage_then=Subquery(newest)).filter(stage_then__in=LIVE)


def left_a_state(question: Question) -> QuerySet:
    """Moves of the period by which a nomination left a state, each with `days`: how long it had been in it."""
    before = NominationTransition.objects.filter(nomination=OuterRef("nomination"), pk__lt=OuterRef("pk"))
    newest = before.exclude(from_status=F("to_status")).order_by("-pk").values("at")[:1]
    moves = NominationTransition.objects.filter(
        nomination__in=_asked_for(question).order_by().values("pk"),
        at__gte=_after(question.first - dt.timedelta(days=1)),
        at__lt=_after(question.last),
    )
    left = moves.exclude(from_status="").exclude(from_status=F("to_status"))
    days = ExpressionWrapper(F("at") - F("entered_at"), output_field=DurationField())
    return left.annotate(entered_at=Subquery(newest)).filter(entered_at__isnull=False).annotate(days=days)


MEASURES = (
    Measure(
        "pipeline",
        _("In the pipeline"),
        _("Nominations under way at the end of the day, from the draft to the acceptance by the organization."),
        Time.DAY,
        pipeline,
        of=Nomination,
        takes=TAKES,
    ),
    Measure(
        "time_in_state",
        _("Time in a state"),
        _("The median of days that nominations had been in a state which they left in the period."),
        Time.PERIOD,
        left_a_state,
        of=NominationTransition,
        number=middle("days"),
        unit=Unit.DAYS,
        takes=TAKES,
        own="days",
        own_label=_("Days in the state"),
    ),
)
