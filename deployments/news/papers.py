"""News of papers: a credential whose result is “not met”. That one runs out is flagged (`deployments.watch.papers`)."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from flags.models import News
from flags.news_kinds import Audience, NewsKind, Noticed, declare, notices
from personnel.models import Credential

Result = Credential.Result


def _say(news: News) -> str:
    kind = news.subject.kind
    # Not named: auditors read news too, and letters leave the house.
    paper = _("a restricted credential") if kind.is_restricted else str(news.subject)
    return _("%(person)s: %(paper)s was recorded as not met.") % {"person": news.subject.person, "paper": paper}


def _page(news: News, _reader: User, _today: dt.date) -> str:
    return news.subject.person.get_absolute_url()


REFUSED = NewsKind(
    "paper_refused",
    _lazy("Credential not met"),
    Credential,
    _say,
    Audience.SERVICE,
    _page,
    ("person__rank", "kind", "profile"),
    _lazy("Look at the record, and who could go instead."),
    urgent=True,
)

declare(REFUSED)


@notices
def find(now: dt.datetime) -> Iterator[Noticed]:
    """Credentials that were recorded as not met in the last `NEWS_DAYS`, by whatever way, and still are.

    Read from the history, since no rule writes credentials: pages, files and tasks do.
    """
    since = now - dt.timedelta(days=settings.NEWS_DAYS)
    versions = Credential.history.filter(result=Result.NOT_MET, history_date__gt=since).order_by("-history_id")
    first = dict(versions.values_list("id", "history_user"))  # the oldest version comes last, and stays
    for row in Credential.objects.filter(pk__in=first, result=Result.NOT_MET).select_related("person"):
        yield Noticed(
            REFUSED, row, "not met", service_id=row.person.service_id, person_id=row.person_id, by_id=first[row.pk]
        )
