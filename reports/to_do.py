"""What waits for a coordinator: candidates to screen and to review, consents, waivers and corrections to settle."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.translation import ngettext, pgettext_lazy

from accounts.access import Permission
from accounts.models import User
from deployments.models.nominations import Stage
from foundation.lists import bounded_count
from reports import measures

TO_DECIDE = urlencode({"state": "to_decide"})


class Doing(models.TextChoices):
    """What one does with what waits, in the order of a day."""

    RECORD = "record", pgettext_lazy("to do", "Record")
    DECIDE = "decide", pgettext_lazy("to do", "Decide")
    PLAN = "plan", pgettext_lazy("to do", "Plan")
    REVIEW = "review", pgettext_lazy("to do", "Review")


@dataclass(frozen=True)
class Task:
    """So many things of one kind (a bounded count), and the page on which they are dealt with."""

    count: int
    words: str
    url: str
    doing: Doing = Doing.DECIDE


def for_user(user: User, *, today: dt.date) -> list[Task]:
    """What waits for this user, in the order of the pipeline; kinds of which nothing waits are left out."""
    if not user.may(Permission.NOMINATION_MOVE):
        return []
    tasks = [*_about_candidates(user), *_about_stays(user, today), *_to_decide(user, today)]
    return [task for task in tasks if task.count]


def grouped(tasks: list[Task]) -> list[tuple[Doing, list[Task]]]:
    """The same by what one does with them; what nothing is to be done of is left out."""
    groups = [(doing, [task for task in tasks if task.doing == doing]) for doing in Doing]
    return [(doing, of_it) for doing, of_it in groups if of_it]


def _about_candidates(user: User) -> list[Task]:
    by_stage = measures.counted_by(measures.live_nominations(user), "stage")
    submitted, screening = by_stage.get(Stage.SUBMITTED, 0), by_stage.get(Stage.SCREENING, 0)
    to_review = bounded_count(measures.to_review(user))
    without_consent = bounded_count(measures.without_consent(user))
    return [
        Task(
            submitted,
            ngettext("new nomination", "new nominations", submitted),
            _nominations(Stage.SUBMITTED),
            Doing.REVIEW,
        ),
        Task(
            screening,
            ngettext("nomination to screen", "nominations to screen", screening),
            _nominations(Stage.SCREENING),
            Doing.REVIEW,
        ),
        Task(
            to_review,
            ngettext("review to write", "reviews to write", to_review),
            _nominations("to_review"),
            Doing.REVIEW,
        ),
        Task(
            without_consent,
            ngettext(
                "consent refused or not answered",
                "consents refused or not answered",
                without_consent,
            ),
            _nominations("without_consent"),
        ),
    ]


def _about_stays(user: User, today: dt.date) -> list[Task]:
    recalled = bounded_count(measures.recalled(user))
    to_plan = bounded_count(measures.to_plan(user))
    to_approve = bounded_count(measures.to_approve(user, today=today))
    overdue = bounded_count(measures.overdue(user, today=today))
    arriving = bounded_count(measures.arrivals_expected(user, today=today))
    return [
        Task(
            recalled,
            ngettext("consent withdrawn", "consents withdrawn", recalled),
            _deployments("recalled"),
        ),
        Task(
            to_plan,
            ngettext("deployment to plan", "deployments to plan", to_plan),
            _nominations("to_plan"),
            Doing.PLAN,
        ),
        Task(
            to_approve,
            ngettext("deployment to approve", "deployments to approve", to_approve),
            _deployments("ready"),
        ),
        Task(
            overdue,
            ngettext("overdue departure", "overdue departures", overdue),
            _deployments("overdue"),
            Doing.RECORD,
        ),
        Task(
            arriving,
            ngettext("arrival expected within seven days", "arrivals expected within seven days", arriving),
            _deployments("arriving"),
            Doing.RECORD,
        ),
    ]


def _to_decide(user: User, today: dt.date) -> list[Task]:
    """What a coordinator confirms, verifies or decides that somebody else recorded or asked for."""
    excesses = bounded_count(measures.excesses_to_confirm(user))
    papers = bounded_count(measures.papers_to_verify(user, today=today))
    waivers = bounded_count(measures.waivers_to_decide(user))
    to_confirm = measures.corrections_to_confirm(user)
    corrections = bounded_count(to_confirm) if user.may(Permission.CORRECTION_MAKE) else 0
    return [
        Task(
            excesses,
            ngettext("stay over the cap to confirm", "stays over the cap to confirm", excesses),
            f"{reverse('excess_list')}?{TO_DECIDE}",
        ),
        Task(
            papers,
            ngettext("credential to verify", "credentials to verify", papers),
            reverse("papers_to_verify"),
            Doing.REVIEW,
        ),
        Task(
            waivers,
            ngettext("waiver to decide", "waivers to decide", waivers),
            f"{reverse('waiver_list')}?{TO_DECIDE}",
        ),
        Task(
            corrections,
            ngettext("correction to confirm", "corrections to confirm", corrections),
            f"{reverse('correction_list')}?{TO_DECIDE}",
        ),
    ]


def _deployments(status: str) -> str:
    return f"{reverse('deployment_list')}?{urlencode({'status': status})}"


def _nominations(stage: str) -> str:
    return f"{reverse('nomination_list')}?{urlencode({'stage': str(stage)})}"
