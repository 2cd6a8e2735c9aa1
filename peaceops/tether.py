"""Run a command that ends when its parent ends: `python -m peaceops.tether command …`.

Its stdin is a pipe whose writing end the launcher holds. The system closes that end however the launcher ends, even by
SIGKILL; the tether reads the end of file and then ends the command and all that it started. Works on every Unix.
"""

import os
import select
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 10


def main(command: list[str]) -> int:
    """Run the command; return its exit code, or end by the signal that ended it; 0 when stdin was closed first."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the launcher, which then closes the pipe
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while child.poll() is None:
        readable, _writable, _failed = select.select([sys.stdin], [], [], 0.5)
        if readable and not os.read(sys.stdin.fileno(), 1):
            _end(child)
            return 0
    if child.returncode < 0:
        # As it ended itself: an exit code has no room for it, and 247 tells nobody of signal 9.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), -child.returncode)
    return child.returncode


def _end(child: subprocess.Popen) -> None:
    """Send SIGTERM to the command; after `GRACE_SECONDS`, SIGKILL to the whole process group."""
    child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if child.poll() is None:
        os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
