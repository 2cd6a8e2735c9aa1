"""News of documents: one that the office removed tells the home service. No file is named: letters leave the house."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from deployments.models import Document
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

declare(REMOVED)


def tell_of_removal(document: Document) -> None:
    """Tell that the office removed a document; call it in the same transaction."""
    nomination = document.nomination
    tell(REMOVED, document, by=document.removed_by, service=nomination.service, person=nomination.person)
