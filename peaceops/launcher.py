"""Start PeaceOps on one machine: prepare it, run web, worker and beat, start again what dies, end cleanly.

Run by `script/server`, and with `--reload` by `script/dev`. Needs no settings of Django in its own process;
each part is a process of its own.
"""

import argparse
import contextlib
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import environ

from peaceops import data_folder

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
PORT = os.environ.get("PORT") or "8000"
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()
READY_WITHIN_SECONDS = 120
CALM_SECONDS = 30
"""A part that ran this long before it ended is started again at once; after shorter runs it waits longer each time."""

CELERY = [sys.executable, "-m", "celery", "--app", "peaceops", "--quiet"]
PARTS = {
    "web": [
        sys.executable, "-m", "gunicorn", "peaceops.wsgi", "--bind", f"127.0.0.1:{PORT}",
    ],
    "worker": [
        *CELERY, "worker", "--queues", "sweeps,letters", "--pool", "solo", "--loglevel", "WARNING",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ],
    "beat": [
        *CELERY, "beat", "--loglevel", "WARNING", "--pidfile=",
        "--schedule", str(DATA_DIR / "beat-schedule"),
    ],
}  # fmt: skip

_WHEN_CODE_CHANGES = [
    sys.executable, "-m", "watchfiles", "--filter", "python", "--verbosity", "warning",
    "--ignore-paths", ".venv,var",
]  # fmt: skip
RELOADED_PARTS = {
    # Django's own server looks after its code itself, after templates too, and serves static files as they are.
    "web": [sys.executable, "manage.py", "runserver", f"127.0.0.1:{PORT}"],
    "worker": [*_WHEN_CODE_CHANGES, shlex.join(PARTS["worker"]), "."],
    "beat": [*_WHEN_CODE_CHANGES, shlex.join(PARTS["beat"]), "."],
}
"""What `script/dev` runs instead."""


@dataclass
class Part:
    """A child process, run by `peaceops.tether`."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "peaceops.tether", *self.command],
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            start_new_session=True,  # a group of its own, which the tether can end as a whole
        )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it again when it ended; a part that keeps ending waits longer each time, 30 seconds at most."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            self.deaths = 0 if now - self.started > CALM_SECONDS else self.deaths + 1
            self.not_before = now + min(2**self.deaths - 1, 30)
            print(f"{self.name} {_how_it_ended(self.process.returncode)}; starting it again.", flush=True)
            self._kill_group()
            self.process = None
        if self.process is None and now >= self.not_before:
            self.start()

    def end(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()

    def wait(self) -> None:
        if self.process:
            self.process.wait()

    def _kill_group(self) -> None:
        """Kill the processes that a tether left behind when it was itself killed."""
        self.end()
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _how_it_ended(code: int) -> str:
    """In words: a process that a signal ended has no exit code."""
    return f"was ended by signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"ended with {code}"


def _arguments(typed: list[str]) -> argparse.Namespace:
    """What was typed behind `script/…`; ends the program with 2 at an argument that it does not know."""
    parser = argparse.ArgumentParser(
        prog="script/dev" if "--reload" in typed else "script/server",
        description="Set up and start PeaceOps on this machine. An empty database gets the demonstration world.",
        epilog="Environment: PORT, DATA_DIR, DATABASE_URL, REDIS_URL, ALLOWED_HOSTS and others (.env.example).",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--empty",
        action="store_true",
        help="load no demonstration world; print the link with which the first administrator makes an account",
    )
    parser.add_argument("--reload", action="store_true", help=argparse.SUPPRESS)  # what script/dev adds
    return parser.parse_args(typed)


class Ended(Exception):
    """Raised in the main loop by Ctrl-C (SIGINT) or SIGTERM."""


def main(*, reload: bool = False, empty: bool = False) -> int:
    # Bound to 127.0.0.1; a proxy that speaks HTTPS sets it on.
    os.environ["HTTPS"] = os.environ.get("HTTPS", "").strip() or "off"
    os.environ.setdefault("DATA_DIR", str(DATA_DIR))
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (lock := _lock()) is None:
        print(f"PeaceOps runs on {DATA_DIR} already. End it, or choose another folder: DATA_DIR=…", file=sys.stderr)
        return 1
    if _is_taken():
        print(f"Port {PORT} is in use. End what runs there, or choose another: PORT=8001", file=sys.stderr)
        return 1
    data_folder.keep_port(DATA_DIR, PORT)
    prepare = [sys.executable, str(BASE_DIR / "manage.py"), "prepare", *([] if empty else ["--demonstration"])]
    if subprocess.run(prepare, cwd=BASE_DIR, check=False).returncode:
        print("PeaceOps could not be prepared; the reason stands above.", file=sys.stderr)
        return 1

    def end(_signal, _frame) -> None:
        raise Ended

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    parts = [Part(name, command) for name, command in (RELOADED_PARTS if reload else PARTS).items()]
    try:
        for part in parts:
            part.start()
        _say_when_ready(parts)
        while True:
            time.sleep(0.5)
            for part in parts:
                part.watch()
    except Ended:
        print("Ending …", flush=True)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for part in parts:
            part.end()
        for part in parts:
            part.wait()
        lock.close()
    return 0


def _say_when_ready(parts: list[Part]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not _is_ready():
        for part in parts:
            part.watch()
        if time.monotonic() > deadline:
            print(f"Not ready after {READY_WITHIN_SECONDS} seconds; see http://127.0.0.1:{PORT}/readyz", flush=True)
            return
        time.sleep(0.3)
    print(f"\nReady: http://127.0.0.1:{PORT}/", flush=True)
    accounts = DATA_DIR / "demo-accounts.txt"
    if accounts.exists():
        print("\nDemonstration accounts (role, e-mail, password):", flush=True)
        print(accounts.read_text(), flush=True)


def _host() -> str:
    """A host name of `ALLOWED_HOSTS`: Django answers 400 to others."""
    first = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip()
    return "127.0.0.1" if first == "*" else first.lstrip(".")


def _lock() -> IO[bytes] | None:
    """The file that says that a launcher runs on this data folder; None when another one holds it.

    The system lets go of it however a launcher ends. Its children do not inherit it.
    """
    file = os.fdopen(os.open(DATA_DIR / "launcher.lock", os.O_CREAT | os.O_WRONLY, 0o600), "wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _is_taken() -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(PORT))) == 0


def _is_ready() -> bool:
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}/readyz", headers={"Host": _host()})
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main(**vars(_arguments(sys.argv[1:]))))
