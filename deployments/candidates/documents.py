"""Documents of nominations: checked by their content, counted, stored, and taken away.

A nomination takes documents while it is under way. Files lie below the data folder under random names; the row of a
document stays whatever becomes of it. Lock order: police service → nomination → document.
"""

import secrets
from dataclasses import dataclass
from typing import NoReturn

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from deployments.models import Document, Nomination
from deployments.models.documents import DocumentQuerySet
from deployments.models.nominations import LIVE
from deployments.news.documents import tell_of_infection, tell_of_removal
from foundation import scanning
from foundation.private_files import stored
from foundation.refusals import Blocker, StepRefused
from foundation.scanning import Verdict
from personnel.models import PoliceService

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
EXTENSIONS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def check_content(file: UploadedFile) -> str:
    """The media type of an upload by its first bytes, whatever its name says. Raises `ValidationError`."""
    if not file.size:
        raise ValidationError(_("The file is empty."))
    if file.size > LARGEST:
        raise ValidationError(_("The file is larger than 10 MB."))
    file.seek(0)
    found = filetype.guess(file.read(8192))
    file.seek(0)
    if found is None or found.mime not in EXTENSIONS:
        raise ValidationError(_("This is not a PDF, PNG or JPEG file: the content counts, not the name."))
    return found.mime


def add(document: Document, nomination: Nomination, *, by: User) -> Document:
    """Save a document that was checked, or raise `StepRefused`: infected, or the nomination takes none, or no more.

    What the virus scanner could not be asked about waits for it (`candidates.quarantine`).
    """
    verdict = scanning.scan(document.file)  # before the transaction, which must not wait for it
    if verdict is Verdict.INFECTED:
        _refuse_infected(document, nomination, by)
    document.waits_for_scan = verdict is Verdict.UNKNOWN
    return _save(document, nomination, by)


def _refuse_infected(document: Document, nomination: Nomination, by: User) -> NoReturn:
    with transaction.atomic():
        tell_of_infection(nomination, document.kind, by)
        record(by, Verb.REFUSED, nomination, what=Document.Removal.INFECTED.value, kind=document.kind)
    message = _("The virus scanner found this file infected: it was not kept. Have your computer checked.")
    raise StepRefused([Blocker("infected", message, rule=0, about="file")])


@transaction.atomic
def _save(document: Document, nomination: Nomination, by: User) -> Document:
    """Save it where it still may be, under a random name, which tells nothing about the person."""
    # The lock of the service: two uploads at once, for whichever of its nominations, are counted one after the other.
    PoliceService.objects.select_for_update(no_key=True).get(pk=nomination.service_id)
    row = Nomination.objects.select_for_update(no_key=True).get(pk=nomination.pk)
    if found := _closed(row) or _too_much(row, document.size):
        raise StepRefused(found)
    document.nomination, document.by, document.at = nomination, by, timezone.now()
    with stored():
        name = f"documents/{secrets.token_hex(16)}.{EXTENSIONS[document.media_type]}"
        document.file.save(name, document.file.file, save=False)
    sign(document, by, "", Verb.UPLOADED, kind=document.kind)
    document.save()
    return document


@transaction.atomic
def withdraw(document: Document, *, by: User) -> None:
    """Take back one's own document while the nomination takes documents. Raises `StepRefused`.

    The row stays; the file is deleted after the commit.
    """
    row = locked(document)
    if row.by_id != by.pk:
        message = _("Only whoever uploaded a document withdraws it.")
        raise StepRefused([Blocker("not_yours", message, rule=0)])
    if found := _closed(row.nomination):
        raise StepRefused(found)
    take_away_with_file(row, Document.Removal.WITHDRAWN, by)


@transaction.atomic
def remove(document: Document, *, reason: str, by: User) -> None:
    """Hide a document from everybody, at any stage, and tell the home service why. Raises `StepRefused`.

    Row and file stay, so that what the office took away can be proved.
    """
    row = locked(document)
    if not reason.strip():
        raise StepRefused([Blocker("reason_missing", _("Give a reason."), rule=0, about="reason")])
    row.removal_reason = reason
    _take_away(row, Document.Removal.REMOVED, by)
    tell_of_removal(row)


def locked(document: Document) -> Document:
    """The row as it is now, with its nomination, both locked. Raises `StepRefused` when it was taken away already."""
    nomination = Nomination.objects.select_for_update(no_key=True).get(pk=document.nomination_id)
    row = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    if row.removal:
        raise StepRefused([Blocker("taken_away", _("This document was taken away already."), rule=0)])
    row.nomination = nomination
    return row


def take_away_with_file(row: Document, how: Document.Removal, by: User | None) -> None:
    """Mark a locked row as taken away, and delete its file after the commit; `by` is None for a task."""
    storage, name, row.file = row.file.storage, str(row.file.name), ""
    _take_away(row, how, by)
    # After the commit, because no rollback brings a file back. Robust: what is committed did not fail.
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def _take_away(row: Document, how: Document.Removal, by: User | None) -> None:
    row.removal, row.removed_by, row.removed_at = how, by, timezone.now()
    sign(row, by, "", Verb.REMOVED, kind=row.kind, what=how.value)
    row.save()


def why_closed(nomination: Nomination) -> str:
    """Why a nomination takes no documents any more, in a sentence; empty while it does."""
    if nomination.stage in LIVE:
        return ""
    sentence = _("Documents are neither added nor withdrawn any more: the stage is “%(stage)s”.")
    return sentence % {"stage": nomination.get_stage_display()}


def _closed(nomination: Nomination) -> list[Blocker]:
    message = why_closed(nomination)
    return [Blocker("takes_no_documents", message, rule=0)] if message else []


def used(nomination: Nomination) -> str:
    """How many documents a nomination has and how large they are, of what it may have."""
    held = _held(nomination.documents.current())
    sentence = _("Used: %(number)s of %(most)s documents, %(size)s of %(largest)s.")
    return sentence % {**_in_words(held), **_most_of_nomination()}


def _too_much(nomination: Nomination, size: int) -> list[Blocker]:
    """What stands against one more document of this size: the nomination's own quota, and that of its service."""
    found = []
    held = _held(nomination.documents.current())
    params = {"more": filesizeformat(size), **_in_words(held), **_most_of_nomination()}
    if held.number >= settings.DOCUMENTS_PER_CANDIDATURE:
        message = _("This nomination has as many documents as it may have: %(number)s of %(most)s.") % params
        found.append(Blocker("too_many_documents", message, rule=0, about="file"))
    if held.size + size > settings.DOCUMENTS_MB_PER_CANDIDATURE * MEGABYTE:
        message = (
            _("The documents of this nomination take up %(size)s of %(largest)s; this one needs %(more)s.") % params
        )
        found.append(Blocker("documents_too_large", message, rule=0, about="file"))
    under_way = Nomination.objects.live().filter(service=nomination.service_id)
    held = _held(Document.objects.current().filter(nomination__in=under_way))
    most = settings.DOCUMENTS_MB_PER_SERVICE * MEGABYTE
    if held.size + size > most:
        message = _(
            "The documents of all nominations of %(service)s under way take up %(size)s of %(largest)s; this one "
            "needs %(more)s."
        )
        params |= _in_words(held) | {"service": nomination.service, "largest": filesizeformat(most)}
        found.append(Blocker("service_documents_too_large", message % params, rule=0, about="file"))
    return found


@dataclass(frozen=True)
class Held:
    """How many documents there are, and how many bytes they have."""

    number: int
    size: int


def _held(rows: DocumentQuerySet) -> Held:
    found = rows.order_by().aggregate(number=Count("pk"), size=Sum("size", default=0))
    return Held(found["number"], found["size"])


def _in_words(held: Held) -> dict[str, object]:
    return {"number": held.number, "size": filesizeformat(held.size)}


def _most_of_nomination() -> dict[str, object]:
    largest = filesizeformat(settings.DOCUMENTS_MB_PER_CANDIDATURE * MEGABYTE)
    return {"most": settings.DOCUMENTS_PER_CANDIDATURE, "largest": largest}


@dataclass(frozen=True)
class Told:
    """The documents of a nomination for one reader.

    `current` comes with whether the reader may withdraw it and may remove it; `taken_away` is for who reads the trail;
    `closed` says why no more are added.
    """

    current: list[tuple[Document, bool, bool]]
    taken_away: list[Document]
    closed: str


def told_to(reader: User, nomination: Nomination) -> Told:
    """The documents of a nomination as a reader may know them."""
    rows = list(nomination.documents.select_related("by", "removed_by"))
    closed = why_closed(nomination)
    current = []
    for row in rows:
        if not row.removal:
            own = row.by_id == reader.pk and reader.may(Permission.NOMINATION_SUBMIT) and not closed
            current.append((row, own, not own and reader.may(Permission.NOMINATION_MOVE)))
    taken_away = [row for row in rows if row.removal] if reader.may(Permission.EVENT_SEE) else []
    return Told(current, taken_away, closed)
