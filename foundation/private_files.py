"""Files that pages serve and no web server: documents, lists that are brought, archives that are given out.

They lie in the data folder, in a folder that several machines share (`FILES_DIR`), or in an S3-compatible store
(`FILES_S3_BUCKET`): whoever uses them asks the storage, and never for a path. What a process only works with lies below
`PRIVATE_FILES`, on its own machine.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages


def private_files() -> Storage:
    """The storage of all of them."""
    return storages["private"]


def is_reachable() -> bool:
    """Whether files can be stored just now. Raises what the store raises when it does not answer."""
    if settings.FILES_S3_BUCKET:
        private_files().exists("reachable")
        return True
    return os.access(settings.FILES_DIR or settings.DATA_DIR, os.W_OK)


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
