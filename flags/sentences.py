"""What a flag says, in the reader's language."""

import datetime as dt
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from background.schedule import JOBS
from flags.models import Flag, Kind
from foundation.sentences import day as in_words
from missions.models import CredentialKind, Tongue


def tell(flag: Flag, *, today: dt.date) -> str:
    """One whole sentence: what it is about, since or until when, with the figures."""
    days = abs((flag.day - today).days)
    told = {"subject": flag.subject, "day": in_words(flag.day), "days": days, **flag.facts}
    return _SAY[Kind(flag.kind)](flag, told)


def _area(flag: Flag, told: dict) -> str:
    sentence = {
        (Kind.CAP_EXCEEDED, True): _("%(subject)s holds %(used)s people today; the cap in force is %(cap)s."),
        (Kind.CAP_EXCEEDED, False): _("%(subject)s will hold %(used)s people on %(day)s; the cap then is %(cap)s."),
        (Kind.AUTHORIZATION_GAP, True): _("%(subject)s holds %(used)s people today without an authorization in force."),
        (Kind.AUTHORIZATION_GAP, False): _(
            "%(subject)s will hold %(used)s people on %(day)s without an authorization in force."
        ),
        (Kind.CAP_REACHED, True): _("%(subject)s is full today: all %(cap)s places are taken."),
        (Kind.CAP_REACHED, False): _("%(subject)s is full from %(day)s: all %(cap)s places are taken."),
        (Kind.CAP_NEAR, True): _("%(subject)s is nearly full today: %(used)s of %(cap)s places are taken."),
        (Kind.CAP_NEAR, False): _("%(subject)s is nearly full from %(day)s: %(used)s of %(cap)s places are taken."),
    }[Kind(flag.kind), flag.stage == "now"]
    return sentence % told


def _ceiling(flag: Flag, told: dict) -> str:
    if flag.kind == Kind.CEILING_EXCEEDED:
        return _("%(used)s people over all areas on %(day)s; the policy ceiling is %(cap)s.") % told
    return _("The caps add up to %(used)s on %(day)s; the policy ceiling is %(cap)s.") % told


def _posting(flag: Flag, told: dict) -> str:
    told |= {"person": flag.subject.person_as_then, "mission": flag.subject.mission}
    days = told["days"]
    if flag.kind == Kind.POSTING_OVERDUE:
        return (
            ngettext(
                "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s day ago; no departure is recorded.",
                "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s days ago; no departure is recorded.",
                days,
            )
            % told
        )
    if flag.kind == Kind.NO_SUCCESSOR:
        return _("%(person)s, %(mission)s: nobody is planned to relieve them by %(day)s.") % told
    if flag.kind == Kind.FOLLOW_UP_OVERDUE:
        return _("%(person)s, %(mission)s: back since %(day)s, and the deployment is not closed.") % told
    if flag.kind == Kind.CONSENT_ENDING:
        return _("%(person)s, %(mission)s: the consent of the home service covers no day from %(day)s.") % told
    if flag.kind == Kind.CREDENTIAL_LAPSING:
        told["paper"] = _paper(flag.facts)
        return _("%(person)s, %(mission)s: “%(paper)s” is not valid from %(day)s, during the stay.") % told
    return (
        ngettext(
            "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s day.",
            "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s days.",
            days,
        )
        % told
    )


def _paper(facts: dict) -> str:
    """The credential or language; only that one lapses where its name is not for every reader."""
    if facts["restricted"]:
        return _("a restricted credential")
    if facts["about"] in Tongue.values:
        return _("test of the language: %(language)s") % {"language": Tongue(facts["about"]).label}
    return str(CredentialKind.objects.filter(code=facts["about"]).first() or facts["about"])


def _ending(flag: Flag, told: dict) -> str:
    if flag.kind == Kind.AUTHORIZATION_ENDING:
        told["area"] = flag.subject.area
        return _("%(area)s: authorization %(subject)s ends on %(day)s, and none follows.") % told
    told["service"] = flag.subject.service
    return _("%(service)s: agreement %(subject)s ends on %(day)s, and none follows.") % told


def _waiting(flag: Flag, told: dict) -> str:
    told["person"] = flag.subject.person
    if flag.kind == Kind.OFFER_UNANSWERED:
        told["mission"] = flag.subject.mission
        return _("%(person)s, %(mission)s: the answer of the home service is due by %(day)s.") % told
    told |= {"position": flag.subject.position, "stage": flag.subject.get_stage_display()}
    return _("%(person)s, %(position)s: in the stage “%(stage)s” since %(day)s.") % told


def _mission(flag: Flag, told: dict) -> str:
    told["state"] = flag.subject.get_state_display().lower()
    return (
        ngettext(
            "%(subject)s is %(state)s, and %(people)s person is there or approved to go.",
            "%(subject)s is %(state)s, and %(people)s people are there or approved to go.",
            told["people"],
        )
        % told
    )


def _list(_flag: Flag, told: dict) -> str:
    told["by"] = told["subject"].by
    return _("A list of candidates that %(by)s brought on %(day)s is not finished.") % told


def _job(flag: Flag, told: dict) -> str:
    told["job"] = JOBS[flag.subject.name].label
    if not told["ever"]:
        return _("“%(job)s” has not been carried out yet.") % told
    return _("“%(job)s” is late: it last went well on %(day)s.") % told


def _letters(_flag: Flag, told: dict) -> str:
    return (
        ngettext(
            "%(letters)s letter to %(subject)s could not be delivered since %(day)s.",
            "%(letters)s letters to %(subject)s could not be delivered since %(day)s.",
            told["letters"],
        )
        % told
    )


_SAY: dict[Kind, Callable[[Flag, dict], str]] = {
    Kind.CAP_EXCEEDED: _area,
    Kind.CAP_REACHED: _area,
    Kind.CAP_NEAR: _area,
    Kind.AUTHORIZATION_GAP: _area,
    Kind.CEILING_EXCEEDED: _ceiling,
    Kind.CAPS_OVER_CEILING: _ceiling,
    Kind.POSTING_OVERDUE: _posting,
    Kind.POSTING_ENDING: _posting,
    Kind.NO_SUCCESSOR: _posting,
    Kind.FOLLOW_UP_OVERDUE: _posting,
    Kind.CONSENT_ENDING: _posting,
    Kind.CREDENTIAL_LAPSING: _posting,
    Kind.AUTHORIZATION_ENDING: _ending,
    Kind.AGREEMENT_ENDING: _ending,
    Kind.OFFER_UNANSWERED: _waiting,
    Kind.NOMINATION_WAITING: _waiting,
    Kind.MISSION_STOPPED: _mission,
    Kind.LIST_LEFT: _list,
    Kind.JOB_LATE: _job,
    Kind.LETTER_UNDELIVERABLE: _letters,
}
