"""Uploading documents: checked by their content, stored below the data folder under a random name."""

import secrets

import filetype
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from deployments.models import Document, Nomination

LARGEST = 10 * 1024 * 1024
"""Bytes."""
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
        raise ValidationError(_("This is no PDF, PNG or JPEG: the content decides, not the name."))
    return found.mime


@transaction.atomic
def add(document: Document, nomination: Nomination, *, by: User) -> Document:
    """Save a document that was checked; its name on the disk is random, so that it tells nothing about the person."""
    document.nomination, document.by, document.at = nomination, by, timezone.now()
    document.file.name = f"documents/{secrets.token_hex(16)}.{EXTENSIONS[document.media_type]}"
    sign(document, by, "", Verb.UPLOADED, kind=document.kind)
    document.save()
    return document


@transaction.atomic
def remove(document: Document, *, by: User) -> None:
    """Delete a document and its file."""
    file = document.file
    sign(document, by, "", Verb.REMOVED, kind=document.kind)
    document.delete()
    # After the commit: a rollback would bring back the row, but not the file.
    transaction.on_commit(lambda: file.delete(save=False))
