"""What is new: the news for the reader, with the flags that need attention above it."""

from functools import partial

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from flags import attention
from flags import news as telling
from flags.exports import NEWS
from flags.filters import NewsFilter
from flags.models import News
from foundation.lists import page_of

PAGE_SIZE = 50
COLUMNS = [
    ("at", _lazy("When")),
    ("to_do", _lazy("To do")),
]
"""Columns of the list that may be left out."""


@require_safe
@requires(Permission.FLAG_SEE)
def news_list(request: SignedInRequest) -> HttpResponseBase:
    """News for the reader, the newest first, in the sentences of the e-mails."""
    rows = News.objects.for_reader(request.user)
    filtered = NewsFilter(request.GET, queryset=rows, request=request)
    today = timezone.localdate()
    shown = partial(telling.with_sentences, reader=request.user, today=today)
    if answer := exported(request, NEWS, filtered.qs, filtered=filtered, shown=shown):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    context = {
        "filter": filtered,
        "page": page,
        "attention": attention.for_user(request.user, today=today),
        "told": shown(page.object_list),
        "columns": COLUMNS,
    }
    return render(request, "flags/news_list.html", context)
