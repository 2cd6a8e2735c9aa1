"""The data folder is for its owner only: what is made there, and what was made there before.

It also knows the port on which this machine serves it, for links that a command prints beside a running server.
"""

import contextlib
import os
import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PORT_FILE = "port.txt"


def close_to_others() -> None:
    """From now on, whatever this process makes can be read by its owner only."""
    os.umask(OTHERS)


def keep_port(folder: Path, port: str) -> None:
    """Remember the port of the server that starts on this folder."""
    path = folder / _PORT_FILE
    path.touch(mode=0o600)
    path.write_text(port)


def port(folder: Path) -> str:
    """The port of the newest server on this folder; empty where none was started by the launcher."""
    path = folder / _PORT_FILE
    return path.read_text().strip() if path.exists() else ""


def protect(folder: Path) -> int:
    """Take from everybody but the owner what they may do in a folder and all below it; how many of it were open.

    Links are not followed, and what belongs to somebody else is left to them.
    """
    found = [folder, *(Path(parent, name) for parent, folders, files in os.walk(folder) for name in folders + files)]
    return sum(_protect_one(path) for path in found)


def _protect_one(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):  # messages of the queue come and go
        known = path.lstat()
        if not stat.S_ISLNK(known.st_mode) and known.st_mode & OTHERS and known.st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(known.st_mode) & ~OTHERS)
            return True
    return False
