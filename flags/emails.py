"""The e-mails about flags and news: their subject, their lines in the reader's language, and their links."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from flags import attention, news_kinds
from flags import news as telling
from flags.models import Flag, FlagQuerySet, News, NewsQuerySet
from outbox import letters
from outbox.models import Subscriber
from outbox.notices import absolute_url, heading

LINES_PER_LETTER = 15
"""How many flags and pieces of news an e-mail lists; it counts the others, and its button leads to all of them."""


@dataclass(frozen=True)
class Line:
    """One flag or piece of news in an e-mail. `mark` is empty, or says that it is urgent; `link` may be empty."""

    kind: str
    sentence: str
    mark: str = ""
    link: str = ""


@dataclass(frozen=True)
class Group:
    """The lines of one kind, which stand together."""

    kind: str
    mark: str
    lines: list[Line]


@dataclass(frozen=True)
class Assigned:
    """Why somebody gets an e-mail about flags that are not new."""

    by: User | None
    note: str


def write(
    key: str,
    to: User | Subscriber,
    *,
    flags: FlagQuerySet | None = None,
    news: NewsQuerySet | None = None,
    assigned: Assigned | None = None,
    unseen: bool = False,
    now: dt.datetime,
) -> bool:
    """Write one e-mail about these flags and news in the receiver's language; False, and none, when there are none.

    They are new, unless they are `assigned`, or `unseen`: flags that nobody has acknowledged.

    Call it in the transaction that remembers what the receiver was told. The subject line has figures only: it is shown
    in lists and notifications, where others may read it.
    """
    flags = Flag.objects.none() if flags is None else flags
    news = News.objects.none() if news is None else news
    urgent_flags = Q(severity=Flag.Severity.ACT)
    urgent_news = Q(kind__in=news_kinds.codes(urgent=True, to_do=True))
    of_flags = flags.aggregate(total=Count("pk"), act_now=Count("pk", filter=urgent_flags))
    of_news = news.aggregate(total=Count("pk"), act_now=Count("pk", filter=urgent_news))
    total = of_flags["total"] + of_news["total"]
    if not total:
        return False
    with translation.override(to.language):
        to_do, to_know = _lines(flags, news, to, now)
        if assigned:
            subject = _assigned_subject(total)
        elif unseen:
            subject = _unseen_subject(total)
        else:
            act_now = of_flags["act_now"] + of_news["act_now"]
            subject = _subject(of_flags["total"], of_news["total"], act_now, worst=to_do[0].kind if to_do else "")
        path, link_says = _link(flags, of_news["total"], to if assigned else None, unseen=unseen)
        context = {
            "subject": heading(subject),
            "language": to.language,
            "sections": [
                (title, _by_kind(lines)) for title, lines in ((_("To do"), to_do), (_("To know"), to_know)) if lines
            ],
            "more": total - len(to_do) - len(to_know),
            "link": absolute_url(path),
            "link_says": link_says,
            "by": assigned.by if assigned else None,
            "note": assigned.note if assigned else "",
            "choose": absolute_url(reverse("letter_choice")),
            "is_mailbox": isinstance(to, Subscriber),
        }
        text = render_to_string("emails/flags.txt", context)
        html = render_to_string("emails/flags.html", context)
    letters.write(key, to, language=to.language, subject=subject, text=text, html=html)
    return True


def _assigned_subject(n: int) -> str:
    subject = ngettext("PeaceOps: %(n)s flag was assigned to you", "PeaceOps: %(n)s flags were assigned to you", n)
    return subject % {"n": n}


def _unseen_subject(n: int) -> str:
    subject = ngettext(
        "PeaceOps: %(n)s flag to act on now, acknowledged by nobody",
        "PeaceOps: %(n)s flags to act on now, acknowledged by nobody",
        n,
    )
    return subject % {"n": n}


def _subject(flags: int, news: int, act_now: int, *, worst: str) -> str:
    """What is to be acted on now comes first, with the kind of the worst of it, which names nobody."""
    parts = []
    if flags:
        parts.append(ngettext("%(n)s new flag", "%(n)s new flags", flags) % {"n": flags})
    if news:
        parts.append(ngettext("%(n)s update", "%(n)s updates", news) % {"n": news})
    what = get_text_list(parts, _("and"))
    if not act_now:
        return _("PeaceOps: %(what)s") % {"what": what}
    subject = ngettext(
        "PeaceOps: %(act_now)s to act on now, first: %(worst)s; %(what)s",
        "PeaceOps: %(act_now)s to act on now, first: %(worst)s; %(what)s",
        act_now,
    )
    return subject % {"what": what, "act_now": act_now, "worst": worst}


def _lines(
    flags: FlagQuerySet, news: NewsQuerySet, to: User | Subscriber, now: dt.datetime
) -> tuple[list[Line], list[Line]]:
    """The lines of what is to be done, the urgent ones first, and of what is to be known: `LINES_PER_LETTER` in all."""
    today = timezone.localdate(now)
    asks = news_kinds.codes(to_do=True)
    is_urgent = Q(kind__in=news_kinds.codes(urgent=True, to_do=True))
    to_do, to_know = [], []
    if isinstance(to, User):
        asking = news.filter(kind__in=asks).annotate(is_urgent=ExpressionWrapper(is_urgent, BooleanField()))
        to_do = _of_news(asking.order_by("-is_urgent", "number")[:LINES_PER_LETTER], to, today)
    to_do += [
        Line(
            notice.flag.get_kind_display(),
            notice.sentence,
            notice.flag.get_severity_display() if notice.flag.severity == Flag.Severity.ACT else "",
            absolute_url(notice.flag.get_absolute_url()),
        )
        for notice in attention.with_sentences(flags[:LINES_PER_LETTER], today=today)
    ]
    to_do = sorted(to_do, key=lambda line: not line.mark)[:LINES_PER_LETTER]
    if isinstance(to, User):
        by_number = news.exclude(kind__in=asks).order_by("number")
        to_know = _of_news(by_number[: LINES_PER_LETTER - len(to_do)], to, today)
    return to_do, to_know


def _of_news(rows: NewsQuerySet, reader: User, today: dt.date) -> list[Line]:
    return [
        Line(
            told.news.get_kind_display(),
            f"{told.sentence} {told.to_do}".strip(),
            str(Flag.Severity.ACT.label) if told.urgent and told.to_do else "",
            absolute_url(told.page) if told.page else "",
        )
        for told in telling.with_sentences(rows, reader, today=today)
    ]


def _by_kind(lines: list[Line]) -> list[Group]:
    """The lines by their kind, each kind where its first line stood."""
    groups: dict[tuple[str, str], Group] = {}
    for line in lines:
        groups.setdefault((line.mark, line.kind), Group(line.kind, line.mark, [])).lines.append(line)
    return list(groups.values())


def _link(flags: FlagQuerySet, news: int, assignee: User | Subscriber | None, *, unseen: bool) -> tuple[str, str]:
    """The path of the page that lists all of it, and the words of the link."""
    if assignee:
        path = f"{reverse('flag_list')}?assignee={assignee.pk}" if len(flags) > 1 else flags[0].get_absolute_url()
        return path, _("Open your flags")
    if news:
        return reverse("news_list"), _("Open what is new")
    return reverse("flag_list") + ("?state=unseen" if unseen else ""), _("Open all flags")
