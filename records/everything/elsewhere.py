"""Commands of Django on another installation than this one: in a process of its own, with other settings."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from records.everything.refused import Refused


@contextmanager
def workplace(prefix: str) -> Iterator[Path]:
    """A folder for what is private, for as long as it is needed; also where nothing private is stored yet."""
    private = Path(settings.PRIVATE_FILES)
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=private, prefix=prefix) as folder:
        yield Path(folder)


def environment(folder: Path) -> dict[str, str]:
    """That of this process, with a data folder of its own in which the private files lie, too."""
    return {**os.environ, "DATA_DIR": str(folder), "FILES_DIR": "", "FILES_S3_BUCKET": ""}


def run(env: dict[str, str], *command: str) -> None:
    """Run a command with this environment. Raises `Refused` with what it said when it fails."""
    manage = str(settings.BASE_DIR / "manage.py")
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, manage, *command], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(*done.stderr.strip().splitlines())
