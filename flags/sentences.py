"""What a flag says, in the reader's language."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.models import Deployment
from deployments.sentences import day as in_words
from flags.models import Flag


def tell(flag: Flag, *, today: dt.date) -> str:
    """One whole sentence: what it is about, since or until when, with the figures."""
    if isinstance(flag.subject, Deployment):
        return _posting(flag, flag.subject, today)
    told = {
        "day": in_words(flag.day),
        "used": flag.facts["used"],
        "cap": flag.facts["cap"],
        "subject": flag.subject,
    }
    if flag.kind == Flag.Kind.CAP_EXCEEDED:
        if flag.stage == "now":
            return _("%(subject)s holds %(used)s people today; the cap in force is %(cap)s.") % told
        return _("%(subject)s will hold %(used)s people on %(day)s; the cap then is %(cap)s.") % told
    if flag.kind == Flag.Kind.CEILING_EXCEEDED:
        return _("%(used)s people over all areas on %(day)s; the policy ceiling is %(cap)s.") % told
    return _("The caps add up to %(used)s on %(day)s; the policy ceiling is %(cap)s.") % told


def _posting(flag: Flag, deployment: Deployment, today: dt.date) -> str:
    days = abs((flag.day - today).days)
    told = {"person": deployment.person, "mission": deployment.mission, "day": in_words(flag.day), "days": days}
    if flag.kind == Flag.Kind.POSTING_OVERDUE:
        return (
            ngettext(
                "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s day ago; no departure is recorded.",
                "%(person)s, %(mission)s: the posting ended on %(day)s, %(days)s days ago; no departure is recorded.",
                days,
            )
            % told
        )
    if flag.kind == Flag.Kind.NO_SUCCESSOR:
        return _("%(person)s, %(mission)s: nobody is planned to relieve them by %(day)s.") % told
    return (
        ngettext(
            "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s day.",
            "%(person)s, %(mission)s: the posting ends on %(day)s, in %(days)s days.",
            days,
        )
        % told
    )
