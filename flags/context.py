"""What the header of every page shows of the flags."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Permission
from flags.models import Flag


def open_flags(request: HttpRequest) -> dict[str, object]:
    """`open_flag_count()`: a function, so that a page that does not draw the header asks nothing."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.may(Permission.FLAG_SEE):
        return {}
    return {"open_flag_count": Flag.objects.visible_to(user).awake(timezone.localdate()).count}
