"""Screening by a checklist, and reviews by several people who do not see each other's scores first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from audit.log import sign
from audit.models import Verb
from audit.writes import one_act
from deployments.models import Criterion, Nomination, Review, Score, ScreeningAnswer, ScreeningItem
from deployments.models.nominations import Stage
from foundation.refusals import Blocker, StepRefused
from foundation.versions import changed_meanwhile


@transaction.atomic
def screen(
    nomination: Nomination,
    answers: Mapping[ScreeningItem, str],
    *,
    by: User,
    still: Callable[[Mapping[int, str]], bool] = lambda _answers: True,
) -> None:
    """Record the answers of the checklist; an empty answer leaves a question open. Raises `StepRefused`.

    `still(answers)` says whether what is answered by item, when nobody else can write, is what the form showed.
    """
    row = Nomination.objects.select_for_update(no_key=True).get(pk=nomination.pk)
    if row.stage != Stage.SCREENING:
        message = _("The checklist can be filled in only during screening.")
        raise StepRefused([Blocker("wrong_step", message, rule=0)])
    existing = {answer.item_id: answer for answer in row.screening.all()}
    if not still({item: answer.answer for item, answer in existing.items()}):
        raise StepRefused([changed_meanwhile()])
    with one_act(by, Verb.EDITED, row, part="screening"):
        for item, value in answers.items():
            answer = existing.get(item.pk) or ScreeningAnswer(nomination=row, item=item)
            if not value and answer.pk:
                answer.delete()
            if not value or answer.answer == value:
                continue
            answer.answer, answer.by, answer.at = value, by, timezone.now()
            sign(answer, by, "")
            answer.save()


def review(
    nomination: Nomination, *, points: Mapping[Criterion, int], comment: str, conflict: bool, by: User
) -> Review:
    """Save one reviewer's scores, or the conflict of interest that excludes the reviewer. Raises `StepRefused`.

    `points` are 0 to `Score.HIGHEST` for each criterion in use. A saved review cannot be changed, because its author
    has seen the scores of others since.
    """
    try:
        with transaction.atomic():
            return _review(nomination, points=points, comment=comment, conflict=conflict, by=by)
    except IntegrityError as error:
        raise StepRefused([_reviewed_already()]) from error


def _review(
    nomination: Nomination, *, points: Mapping[Criterion, int], comment: str, conflict: bool, by: User
) -> Review:
    row = Nomination.objects.select_for_update(no_key=True).get(pk=nomination.pk)
    found = []
    if row.stage != Stage.ASSESSMENT:
        message = _("Reviews are written while a nomination is in assessment.")
        found.append(Blocker("wrong_step", message, rule=0))
    if row.reviews.filter(reviewer=by).exists():
        found.append(_reviewed_already())
    if not conflict:
        found += [
            Blocker(
                "score_missing",
                _("“%(criterion)s” has no score.") % {"criterion": criterion},
                rule=0,
                about=criterion.code,
            )
            for criterion in Criterion.objects.filter(is_active=True)
            if criterion not in points or not 0 <= points[criterion] <= Score.HIGHEST
        ]
    if found:
        raise StepRefused(found)
    saved = Review(nomination=row, reviewer=by, conflict=conflict, comment=comment.strip(), at=timezone.now())
    sign(saved, by, "", Verb.ADDED, part="conflict" if conflict else "review")
    saved.save()
    if not conflict:
        Score.objects.bulk_create(
            # The weight is copied: a weight that changes later leaves finished reviews as they are.
            Score(review=saved, criterion=criterion, weight=criterion.weight, points=score)
            for criterion, score in points.items()
        )
    return saved


def _reviewed_already() -> Blocker:
    return Blocker("reviewed_already", _("Your review of this nomination is in already."), rule=0)


@dataclass(frozen=True)
class Summary:
    """The reviews of a nomination, without those that declared a conflict.

    `reviews` is their number, `percent` the weighted points as a share of the highest possible, rounded; None without
    reviews or where the reader may not see them yet.
    """

    reviews: int
    percent: int | None


def summaries(nominations: Iterable[Nomination], *, reader: User | None = None) -> dict[int, Summary]:
    """The summary of each nomination, by id, in one query.

    With a `reader` in two queries, and without the scores that this user may not see yet.
    """
    nominations = list(nominations)
    earned: dict[int, Fraction] = {}  # exact, so that the percentage is rounded once only
    possible: dict[int, int] = {}
    reviewers: dict[int, set[int]] = {}
    scores = Score.objects.filter(review__nomination__in=nominations, review__conflict=False)
    for nomination_id, reviewer_id, weight, points in scores.values_list(
        "review__nomination", "review__reviewer", "weight", "points"
    ):
        earned[nomination_id] = earned.get(nomination_id, Fraction(0)) + weight * points
        possible[nomination_id] = possible.get(nomination_id, 0) + weight * Score.HIGHEST
        reviewers.setdefault(nomination_id, set()).add(reviewer_id)
    own_reviews: dict[int, bool] = {}
    if reader:
        own_reviews = dict(
            Review.objects.filter(nomination__in=nominations, reviewer=reader).values_list("nomination", "conflict")
        )
    return {
        nomination.pk: Summary(
            len(reviewers.get(nomination.pk, ())),
            round(100 * earned[nomination.pk] / possible[nomination.pk])
            if nomination.pk in earned
            and (reader is None or _may_see(reader, nomination, own_reviews.get(nomination.pk)))
            else None,
        )
        for nomination in nominations
    }


@dataclass(frozen=True)
class Told:
    """What one reader may know of the reviews of a nomination.

    `own` is the reader's own review, `count` the number without a conflict. `reviews` and `summary` are filled once the
    scores are open; each review comes with its points for every criterion, None for one that it did not score.
    """

    own: Review | None = None
    count: int = 0
    reviews: list[tuple[Review, list[tuple[Criterion, int | None]]]] = field(default_factory=list)
    summary: Summary | None = None

    @property
    def scores_are_open(self) -> bool:
        return self.summary is not None


def told_to(reader: User, nomination: Nomination) -> Told:
    """The reviews as a reader may know them. A home service learns nothing of them."""
    if not reader.may(Permission.SELECTION_SEE):
        return Told()
    own = Review.objects.filter(nomination=nomination.pk, reviewer=reader.pk).first()
    count = nomination.reviews.filter(conflict=False).count()
    if not _may_see(reader, nomination, own.conflict if own else None):
        return Told(own, count)
    return Told(own, count, _with_points(nomination), summaries([nomination])[nomination.pk])


def _with_points(nomination: Nomination) -> list[tuple[Review, list[tuple[Criterion, int | None]]]]:
    criteria = list(Criterion.objects.filter(scores__review__nomination=nomination).distinct())
    found = []
    for review in nomination.reviews.select_related("reviewer").prefetch_related("scores__criterion"):
        points = {score.criterion_id: score.points for score in review.scores.all()}
        found.append((review, [(one, points.get(one.pk)) for one in criteria]))
    return found


def _may_see(reader: User, nomination: Nomination, own_conflict: bool | None) -> bool:
    """Others' scores are hidden during the assessment until one's own are saved; a conflict hides them for good.

    A home service never sees any. `own_conflict`: whether the reader declared a conflict; None for a reader who wrote
    no review.
    """
    if not reader.may(Permission.SELECTION_SEE):
        return False
    return nomination.stage != Stage.ASSESSMENT if own_conflict is None else not own_conflict
