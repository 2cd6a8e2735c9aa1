"""News of documents: one that the office removed tells the home service, one that is infected tells both.

No file is named: letters leave the house.
"""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from deployments.models import Document, Nomination
from flags.models import News
from flags.news import tell
from flags.news_kinds import Audience, NewsKind, declare


def _removed(news: News) -> str:
    document = news.subject
    params = {
        "person": document.nomination.person,
        "position": document.nomination.position,
        "kind": document.get_kind_display(),
        "reason": document.removal_reason,
    }
    return _("%(person)s, %(position)s: the office removed a document (%(kind)s). Reason: “%(reason)s”") % params


def _infected(news: News) -> str:
    nomination, kind = news.subject, Document.Kind(news.facts["kind"]).label
    params = {"person": nomination.person, "position": nomination.position, "kind": kind}
    sentence = _("%(person)s, %(position)s: the virus scanner found a document (%(kind)s) infected. It was not kept.")
    return sentence % params


def _page(news: News, _reader: User, _today: dt.date) -> str:
    return news.subject.nomination.get_absolute_url()


REMOVED = NewsKind(
    "document_removed",
    _lazy("Document removed"),
    Document,
    _removed,
    Audience.SERVICE,
    _page,
    ("nomination__person__rank", "nomination__position"),
)

INFECTED = NewsKind(
    "document_infected",
    _lazy("Infected document"),
    Nomination,
    _infected,
    Audience.BOTH,
    lambda news, _reader, _today: news.subject.get_absolute_url(),
    ("person__rank", "position"),
    _lazy("Have the computer it came from checked, and upload a clean copy."),
    urgent=True,
)

declare(REMOVED, INFECTED)


def tell_of_removal(document: Document) -> None:
    """Tell that the office removed a document; call it in the same transaction."""
    nomination = document.nomination
    tell(REMOVED, document, by=document.removed_by, service=nomination.service, person=nomination.person)


def tell_of_infection(nomination: Nomination, kind: str, by: User | None) -> None:
    """Tell that a document was infected; `by` is whoever has just read so, None when a task found it."""
    tell(INFECTED, nomination, by=by, service=nomination.service, person=nomination.person, facts={"kind": str(kind)})
