"""Sessions in the database that know when they end."""

import datetime as dt

from django.conf import settings
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone


class SessionStore(db.SessionStore):
    """A session goes on for its whole time whenever it is written; `ends_at` is when the stored one ends."""

    ends_at: dt.datetime | None = None

    def _get_session_from_db(self):
        row = super()._get_session_from_db()  # type: ignore[misc]  # no stub knows this hook
        self.ends_at = row.expire_date if row else None
        return row


def seconds_left(request: HttpRequest) -> int:
    """How long the session of a request lasts; its whole time where it is written with the answer."""
    if not hasattr(request, "session"):  # a request that no middleware has seen
        return settings.SESSION_COOKIE_AGE
    ends_at = getattr(request.session, "ends_at", None)
    if ends_at is None or request.session.modified:
        return request.session.get_expiry_age()
    return max(int((ends_at - timezone.now()).total_seconds()), 0)
