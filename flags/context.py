"""Context processor: the number of open flags that nobody has acknowledged, for the header of every page; bounded."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Permission
from flags.models import Flag
from foundation.lists import bounded_count


def open_flags(request: HttpRequest) -> dict[str, object]:
    """`open_flag_count`, for readers who may see flags.

    It is a function, which the template calls: answers without a header, such as parts of pages, make no query.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.may(Permission.FLAG_SEE):
        return {}
    flags = Flag.objects.visible_to(user).unseen(timezone.localdate())
    return {"open_flag_count": lambda: bounded_count(flags)}
