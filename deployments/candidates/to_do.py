"""What waits for a coordinator: candidates to screen and to review, consents and waivers to settle."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Permission
from accounts.models import User
from deployments.candidates import consent
from deployments.models import Consent, Deployment, Nomination, Review, Waiver
from deployments.models.nominations import Stage


@dataclass(frozen=True)
class Task:
    """So many things of one kind, and the page that shows exactly those."""

    count: int
    words: str
    url: str


def for_user(user: User, *, today: dt.date) -> list[Task]:
    """What waits for this user, in the order of the pipeline; kinds of which nothing waits are left out."""
    if not user.may(Permission.NOMINATION_MOVE):
        return []
    stages = list(Nomination.objects.visible_to(user).live().values_list("stage", flat=True))
    reviewed = Review.objects.filter(reviewer=user).values("nomination")
    to_review = Nomination.objects.filter(stage=Stage.ASSESSMENT).exclude(pk__in=reviewed).count()
    waivers = Waiver.objects.filter(state=Waiver.State.ASKED).exclude(asked_by=user).count()
    refused = Consent.objects.filter(
        state__in=[Consent.State.REFUSED, Consent.State.LAPSED], nomination__stage=Stage.ACCEPTED
    ).count()
    recalled = consent.recalled(Deployment.objects.visible_to(user)).count()
    to_plan = Nomination.objects.visible_to(user).to_plan().count()
    submitted, screening = stages.count(Stage.SUBMITTED), stages.count(Stage.SCREENING)
    found = [
        Task(
            submitted,
            ngettext("nomination came in", "nominations came in", submitted),
            _stage(Stage.SUBMITTED),
        ),
        Task(screening, ngettext("is in screening", "are in screening", screening), _stage(Stage.SCREENING)),
        Task(
            to_review,
            ngettext("waits for your review", "wait for your review", to_review),
            _stage(Stage.ASSESSMENT),
        ),
        Task(
            refused,
            ngettext("consent was refused or not answered", "consents were refused or not answered", refused),
            _stage(Stage.ACCEPTED),
        ),
        Task(
            recalled,
            ngettext("deployment lost its consent", "deployments lost their consent", recalled),
            f"{reverse('deployment_list')}?status=recalled",
        ),
        Task(
            to_plan,
            ngettext("deployment can be planned", "deployments can be planned", to_plan),
            f"{reverse('nomination_list')}?stage=to_plan",
        ),
        Task(waivers, ngettext("waiver waits for you", "waivers wait for you", waivers), reverse("waiver_list")),
    ]
    return [one for one in found if one.count]


def _stage(stage: Stage) -> str:
    return f"{reverse('nomination_list')}?{urlencode({'stage': stage.value})}"
