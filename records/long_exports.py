"""Lists, figures and reports that are too long to be made while somebody waits: a worker makes the file.

The worker opens the page itself as whoever asked, at the same address: one view, so one permission, the same rows, the
same event. The rights are asked again when the file is fetched.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from background.enqueue import after_change_of
from foundation.refusals import Blocker, StepRefused
from foundation.tables import Table
from outbox.letters import scope_of
from records import kept_exports
from records.everything.manifest import fingerprint
from records.models import Export

State = Export.State
UNDER_WAY_AT_MOST = 3
"""So many of one person: the others wait for a worker too."""


class Cancelled(Exception):
    """Whoever asked for it wants it no more."""


def ask(request: HttpRequest, table: Table, ending: str) -> Export:
    """Have the list that a request asks for made. Raises `StepRefused` where the reader waits for enough already."""
    by, now = cast(User, request.user), timezone.now()
    if Export.objects.of_lists().filter(by=by, state=State.UNDER_WAY).count() >= UNDER_WAY_AT_MOST:
        message = _("%(most)s of your exports are being made already: wait until one is ready, or cancel one.")
        raise StepRefused([Blocker("exports_under_way", message % {"most": UNDER_WAY_AT_MOST}, rule=0)])
    export = Export(
        by=by,
        at=now,
        address=request.get_full_path(),
        table=table.name,
        ending=ending,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        scope=scope_of(by),
        files=f"{now:%Y%m%d}-{get_random_string(24)}",
    )
    with transaction.atomic():
        export.save()
        after_change_of(Export)
    return export


def cancel(export: Export, *, by: User) -> bool:
    """Give up one that is being made; False where it has ended already."""
    with transaction.atomic():
        row = Export.objects.of_lists().select_for_update(no_key=True).filter(pk=export.pk).first()
        if row is None or row.state != State.UNDER_WAY:
            return False
        sign(row, by, "", Verb.ENDED)
        row.state = State.CANCELLED
        row.save(update_fields=["state"])
    kept_exports.clean(export)
    return True


def may_fetch(export: Export, reader: User) -> bool:
    """Whether somebody may have the file now: it is the own one, and the rights are those with which it was made."""
    if export.by != reader or not reader.is_active or export.scope != scope_of(reader):
        return False
    try:
        view = _view(export).func
    except Resolver404:
        return False
    permission = getattr(view, "permission", None)
    return permission is None or reader.may(permission)


# --- The worker -------------------------------------------------------------------------------------------------------


def work_on_all() -> int:
    """Make the lists that wait, or whose worker died; returns how many."""
    waiting = Export.objects.of_lists().filter(state=State.UNDER_WAY).select_related("by").order_by("pk")
    return sum(_work_on(export) for export in waiting if kept_exports.claim(export))


def _work_on(export: Export) -> int:
    if not may_fetch(export, export.by) or export.tries > kept_exports.TRIES:
        kept_exports.end(export, State.FAILED)
        return 0
    try:
        rows, told = _make(export)
    except (Cancelled, PermissionDenied, Http404):
        kept_exports.end(export, State.FAILED)
        return 0
    except Exception:
        kept_exports.end(export, State.FAILED)
        raise
    ready = {"ready_at": timezone.now(), "rows": rows, "size": told["bytes"], "sha256": told["sha256"]}
    return int(kept_exports.end(export, State.READY, **ready))


def _make(export: Export) -> tuple[int, dict[str, Any]]:
    """Write the file; how many rows it has, and its size and hash."""
    kept_exports.clean(export)
    making = Making(export)
    place = Path(settings.PRIVATE_FILES)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place, prefix="list-being-made-"))
    try:
        file = folder / "file"
        with translation.override(export.language):
            answer = _answer(export, making)
            with file.open("wb") as out:
                for piece in answer:
                    out.write(piece)
        making.look()
        with file.open("rb") as whole:
            kept_exports.private_files().save(kept_exports.name(export), File(whole))
        return making.done, fingerprint(file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Making:
    """What `audit.exporting` tells of a list that it makes for a worker: how far it is."""

    def __init__(self, export: Export) -> None:
        self.export, self.progress, self.done = export, kept_exports.Progress(export), 0

    def tell(self, done: int, number: int) -> None:
        """So many rows of so many are written. Raises `Cancelled`."""
        self.done = done
        if self.progress.tell(done, number):
            self.look()

    def look(self) -> None:
        """Raises `Cancelled` where nobody wants it any more."""
        if not Export.objects.filter(pk=self.export.pk, state=State.UNDER_WAY).exists():
            raise Cancelled


def _answer(export: Export, making: Making) -> Any:
    """The page with its `export=…`, opened as whoever asked. Raises `Http404` where it gives no file any more."""
    match, parts = _view(export), urlsplit(export.address)
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", parts.path, parts.path
    request.META = {"REQUEST_METHOD": "GET", "QUERY_STRING": parts.query, "PATH_INFO": parts.path}
    request.META |= {"SERVER_NAME": urlsplit(settings.SITE_URL).hostname or "localhost", "SERVER_PORT": "443"}
    request.GET, request.user, request.session = QueryDict(parts.query), export.by, {}
    request.resolver_match, request.LANGUAGE_CODE, request.htmx = match, export.language, False
    request._messages = CookieStorage(request)
    request.made_by_a_worker = making
    answer = match.func(request, *match.args, **match.kwargs)
    if answer.status_code != 200 or "attachment" not in answer.get("Content-Disposition", ""):
        raise Http404
    return answer


def _view(export: Export) -> Any:
    with translation.override(export.language):
        return resolve(urlsplit(export.address).path)
