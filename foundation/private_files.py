"""Files that pages serve and no web server: documents, lists that are brought, archives that are given out.

They lie in the data folder, in a folder that several machines share (`FILES_DIR`), or in an S3-compatible store
(`FILES_S3_BUCKET`): whoever uses them asks the storage, and never for a path. What a process only works with lies below
`PRIVATE_FILES`, on its own machine.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from foundation.refusals import Blocker, StepRefused


class FilesAway(Exception):
    """The place where the files lie does not answer, or takes none."""


def private_files() -> Storage:
    """The storage of all of them."""
    return storages["private"]


@contextmanager
def reached() -> Iterator[None]:
    """Raises `FilesAway` for whatever the place of the files raises inside.

    `FileNotFoundError` stays what it is where only the one file is missing, and not the folder of all.
    """
    away: tuple[type[Exception], ...] = (OSError,)
    if settings.FILES_S3_BUCKET:
        from boto3.exceptions import Boto3Error  # noqa: PLC0415 (nobody else needs it)
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        away = (OSError, Boto3Error, BotoCoreError, ClientError)
    try:
        yield
    except FileNotFoundError as error:
        if settings.FILES_DIR and not is_reachable():
            raise FilesAway from error
        raise
    except away as error:
        raise FilesAway from error


@contextmanager
def stored() -> Iterator[None]:
    """Raises `StepRefused`, about the field `file`, where a file cannot be stored just now."""
    try:
        with reached():
            yield
    except (FilesAway, FileNotFoundError) as error:
        message = _("Files cannot be stored at the moment. Try again in a few minutes.")
        raise StepRefused([Blocker("files_away", message, rule=0, about="file")]) from error


def is_reachable() -> bool:
    """Whether files can be stored just now. Raises what the store raises when it does not answer."""
    if settings.FILES_S3_BUCKET:
        private_files().exists("reachable")
        return True
    folder = Path(settings.FILES_DIR or settings.DATA_DIR)
    return folder.is_dir() and os.access(folder, os.W_OK)


def remove_all(folder: str = "") -> None:
    """Delete every file there is."""
    store = private_files()
    if not (settings.FILES_S3_BUCKET or Path(store.path(folder)).exists()):
        return
    folders, names = store.listdir(folder)
    for name in names:
        store.delete(f"{folder}{name}")
    for name in folders:
        remove_all(f"{folder}{name}/")
