"""News of lists: one piece for a list, however long it is."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from flags.models import News
from flags.news import tell
from flags.news_kinds import Audience, NewsKind, declare, no_page
from records.models import Import


def _say(news: News) -> str:
    sentence = _("%(by)s imported a list. New: %(new)s; changed: %(changed)s; drafts: %(nominations)s.")
    return sentence % {"by": news.subject.by, **news.facts}


IMPORTED = NewsKind("list_imported", _lazy("List imported"), Import, _say, Audience.OFFICE, no_page, ("by",))

declare(IMPORTED)


def tell_of_list(batch: Import, counts: dict[str, int], by: User) -> None:
    """Tell that a list was saved; call it in the same transaction."""
    tell(IMPORTED, batch, by=by, facts=counts)
