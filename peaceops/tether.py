"""Run a command on a tether: when whoever holds the other end of stdin is gone, the command ends too.

The launcher holds the writing end of a pipe for each child. The system closes it however the launcher ends, even by a
kill that it cannot catch; the tether then ends the command and all that it started. Works on every Unix.
"""

import os
import select
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 10


def main(command: list[str]) -> int:
    """Run the command; answer its exit code, or 0 when the tether was cut."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the launcher, which then cuts the tether
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while child.poll() is None:
        readable, _writable, _failed = select.select([sys.stdin], [], [], 0.5)
        if readable and not os.read(sys.stdin.fileno(), 1):
            _end(child)
            return 0
    return child.returncode


def _end(child: subprocess.Popen) -> None:
    """Ask the command to end; after the grace, end its whole process group."""
    child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if child.poll() is None:
        os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
