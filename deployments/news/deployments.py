"""News of deployments, for the service that the person went from: days of departure and return, set and changed.

Why the office cancelled or ended one is not told: a service does not read that on the page either.
"""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from deployments.models import DeploymentTransition
from deployments.models.transitions import Act
from flags.models import News
from flags.news import tell
from flags.news_kinds import Audience, NewsKind, declare
from foundation.sentences import day as in_words


def _params(news: News) -> dict[str, object]:
    deployment = news.subject.deployment
    days = {name: in_words(dt.date.fromisoformat(value)) for name, value in news.facts.items()}
    return {"person": deployment.person_as_then, "mission": deployment.mission, **days}


def _planned(news: News) -> str:
    sentence = _("%(person)s, %(mission)s: a deployment is planned from %(first)s through %(last)s.")
    return sentence % _params(news)


def _approved(news: News) -> str:
    sentence = _("%(person)s, %(mission)s: the deployment from %(first)s through %(last)s is approved.")
    return sentence % _params(news)


ROLES = {"roles", "team_id"}


def _changed(news: News) -> str:
    params, changes = _params(news), news.subject.changes
    told = []
    if set(changes) - {"duty_station"} - ROLES:
        sentence = _("%(person)s, %(mission)s: the dates have changed, now from %(first)s through %(last)s.")
        told.append(sentence % params)
    if "duty_station" in changes:
        params["station"] = changes["duty_station"][1]
        sentence = _("%(person)s, %(mission)s: the duty station is now “%(station)s”.")
        told.append(sentence % params)
    if ROLES & set(changes):
        told.append(_("%(person)s, %(mission)s: other roles or another team.") % params)
    return " ".join(told)


def _corrected(news: News) -> str:
    sentence = _(
        "%(person)s, %(mission)s: the record of the deployment was put right, now from %(first)s through %(last)s."
    )
    return sentence % _params(news)


def _arrived(news: News) -> str:
    sentence = _("%(person)s, %(mission)s: arrived on %(first)s; the return is planned for %(last)s.")
    return sentence % _params(news)


def _departed(news: News) -> str:
    return _("%(person)s, %(mission)s: left the mission on %(last)s.") % _params(news)


def _ended_early(news: News) -> str:
    return _("%(person)s, %(mission)s: the deployment ended early, on %(last)s.") % _params(news)


def _cancelled(news: News) -> str:
    sentence = _("%(person)s, %(mission)s: the deployment from %(first)s through %(last)s was cancelled.")
    return sentence % _params(news)


def _page(news: News, _reader: User, _today: dt.date) -> str:
    return news.subject.deployment.get_absolute_url()


def _kind(code, label, say, *, urgent: bool = False) -> NewsKind:
    related = ("deployment__person", "deployment__rank", "deployment__mission")
    return NewsKind(code, label, DeploymentTransition, say, Audience.SERVICE, _page, related, urgent=urgent)


PLANNED = _kind("deployment_planned", _lazy("Deployment planned"), _planned)
APPROVED = _kind("deployment_approved", _lazy("Deployment approved"), _approved)
CHANGED = _kind("deployment_changed", _lazy("Dates or duty station changed"), _changed, urgent=True)
OTHER_ROLES = _kind("deployment_roles", _lazy("Other roles or another team"), _changed)
ARRIVED = _kind("deployment_arrived", _lazy("Arrived in the mission"), _arrived)
DEPARTED = _kind("deployment_departed", _lazy("Left the mission"), _departed)
ENDED_EARLY = _kind("deployment_ended_early", _lazy("Deployment ended early"), _ended_early, urgent=True)
CANCELLED = _kind("deployment_cancelled", _lazy("Deployment cancelled"), _cancelled, urgent=True)
CORRECTED = _kind("deployment_corrected", _lazy("Deployment put right"), _corrected)

declare(PLANNED, APPROVED, CHANGED, OTHER_ROLES, ARRIVED, DEPARTED, ENDED_EARLY, CANCELLED, CORRECTED)

_BY_ACT = {
    Act.PLAN: PLANNED,
    Act.APPROVE: APPROVED,
    Act.ARRIVE: ARRIVED,
    Act.COMPLETE: DEPARTED,
    Act.END_EARLY: ENDED_EARLY,
    Act.CANCEL: CANCELLED,
    Act.CHANGE: CHANGED,
    Act.CORRECT: CORRECTED,
}
"""Act → its news. What changed nothing is not told, and a file that is closed neither."""


def tell_of_step(transition: DeploymentTransition) -> None:
    """Tell of a step that was taken with a deployment; call it in the same transaction."""
    kind = _BY_ACT.get(Act(transition.act))
    if kind is None or (kind is CHANGED and not transition.changes):
        return
    if kind is CHANGED and set(transition.changes) <= ROLES:
        kind = OTHER_ROLES
    deployment = transition.deployment
    days = {
        "first": deployment.arrived_on or deployment.starts_on,
        "last": deployment.departed_on or deployment.ends_on,
    }
    facts = {name: value.isoformat() for name, value in days.items()}
    tell(kind, transition, by=transition.by, service=deployment.service, facts=facts)
