"""Figures of those who were put forward: how many are in the pipeline, and how long each state takes."""

import datetime as dt

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deployments.models import Nomination, NominationTransition
from deployments.models.nominations import LIVE, UNSUCCESSFUL, NominationQuerySet, Stage
from reports.measures.measure import Measure, Time, Unit, middle
from reports.measures.question import WITHOUT, Question

TAKES = frozenset({"area", "mission", "service", "category", "gender", "first_language"})
IN_VAIN = [*UNSUCCESSFUL, Stage.WITHDRAWN]
"""How a nomination ends without a deployment, by somebody's decision."""


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
    rows = _under_way(question)
    return rows.filter(stage_then=question.stage) if question.stage else rows


def _under_way(question: Question) -> QuerySet:
    if question.on >= question.today:
        return _asked_for(question).live().annotate(stage_then=F("stage"))
    moves = NominationTransition.objects.filter(nomination=OuterRef("pk"), at__lt=_after(question.on))
    newest = moves.order_by("-at", "-id").values("to_status")[:1]
    return _asked_for(question).annotate(stage_then=Subquery(newest)).filter(stage_then__in=LIVE)


def left_a_state(question: Question) -> QuerySet:
    """Moves of the period by which a nomination left a state, each with `days`: how long it had been in it."""
    left = _moves(question).exclude(from_status="")
    if question.stage:
        left = left.filter(from_status=question.stage)
    before = NominationTransition.objects.filter(nomination=OuterRef("nomination"), pk__lt=OuterRef("pk"))
    newest = before.exclude(from_status=F("to_status")).order_by("-pk").values("at")[:1]
    days = ExpressionWrapper(F("at") - F("entered_at"), output_field=DurationField())
    return left.annotate(entered_at=Subquery(newest)).filter(entered_at__isnull=False).annotate(days=days)


def _moves(question: Question) -> QuerySet:
    """Moves of the period from one state into another."""
    moves = NominationTransition.objects.filter(
        nomination__in=_asked_for(question).order_by().values("pk"),
        at__gte=_after(question.first - dt.timedelta(days=1)),
        at__lt=_after(question.last),
    )
    return moves.exclude(from_status=F("to_status"))


def ended_in_vain(question: Question) -> QuerySet:
    """Moves of the period by which a nomination was refused or withdrawn."""
    moves = _moves(question).filter(to_status__in=IN_VAIN)
    if question.stage:
        moves = moves.filter(to_status=question.stage)
    if question.reason:
        moves = moves.filter(reason_code="" if question.reason == WITHOUT else question.reason)
    return moves


MEASURES = (
    Measure(
        "pipeline",
        _("In the pipeline"),
        _("Nominations under way at the end of the day, from the draft to the acceptance by the organization."),
        Time.DAY,
        pipeline,
        of=Nomination,
        takes=TAKES | {"stage"},
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
        takes=TAKES | {"stage"},
        own="days",
        own_label=_("Days in the state"),
    ),
    Measure(
        "ended_in_vain",
        _("Refused or withdrawn"),
        _(
            "Nominations that were found not eligible, not selected, declined by the organization or withdrawn in the "
            "period; one that was reopened and ended again is counted each time."
        ),
        Time.PERIOD,
        ended_in_vain,
        of=NominationTransition,
        takes=TAKES | {"stage", "reason"},
        of_the_office=True,
    ),
)
