"""Context processor: how many flags in the reader's box are to be acted on, for the header of every page; bounded."""

from functools import cache

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Permission
from flags import attention


def open_flags(request: HttpRequest) -> dict[str, object]:
    """`open_flag_count`, for readers who may see flags.

    It is a function, which the template calls: answers without a header, such as parts of pages, make no query, and a
    header that says it twice makes one.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.may(Permission.FLAG_SEE):
        return {}
    return {"open_flag_count": cache(lambda: attention.count_to_act(user, timezone.localdate()))}
