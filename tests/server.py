"""Running PeaceOps by one of its scripts with the demonstration world, for tests over HTTP."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.own_database import BASE_DIR, is_postgresql

READY_WITHIN_SECONDS = 300


@dataclass
class Server:
    """A running server; `said` are the lines that its launcher has printed."""

    url: str
    folder: Path
    env: dict[str, str]
    launcher: subprocess.Popen
    said: list[str]

    @property
    def accounts(self) -> dict[str, list[tuple[str, str]]]:
        """Role → the (e-mail, password) of each demonstration account."""
        found: dict[str, list[tuple[str, str]]] = {}
        for line in (self.folder / "demo-accounts.txt").read_text().splitlines():
            role, email, password = line.split("\t")
            found.setdefault(role, []).append((email, password))
        return found

    def get(self, path: str) -> int:
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return answer.status

    def children(self) -> dict[str, int]:
        """Process ids of everything that runs with this data folder, by command line."""
        mark = f"DATA_DIR={self.folder}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[f"{command} #{entry.name}"] = int(entry.name)
        return {command: pid for command, pid in found.items() if pid != os.getpid()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(env: dict[str, str], folder: Path, script: str) -> Server:
    """Run `script/…` and wait until it says that it is ready."""
    port = free_port()
    mine = {**env, "PORT": str(port), "DATA_DIR": str(folder)}
    # On SQLite as a fresh clone has it: database and keys are made in the folder. Beside PostgreSQL the keys are given.
    own = () if is_postgresql() else ("DATABASE_URL", "SECRET_KEY", "AUDIT_KEY")
    for name in ("DJANGO_SETTINGS_MODULE", "DEBUG", "HTTPS", *own):
        mine.pop(name, None)
    begun = time.monotonic()
    launcher = subprocess.Popen(
        [BASE_DIR / "script" / script],
        env=mine,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(iter(launcher.stdout.readline, "")), daemon=True)
    reader.start()
    while not any(line.startswith("Ready: ") for line in said):
        assert launcher.poll() is None, "".join(said)
        assert time.monotonic() - begun < READY_WITHIN_SECONDS, "".join(said)
        time.sleep(0.1)
    return Server(f"http://127.0.0.1:{port}", folder, mine, launcher, said)


def stop(server: Server) -> int:
    """End the server as Ctrl-C does; return its exit code."""
    if server.launcher.poll() is None:
        server.launcher.send_signal(signal.SIGINT)
    return server.launcher.wait(timeout=120)


def wait_until(question: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@contextlib.contextmanager
def running(env: dict[str, str], folder: Path, script: str = "server") -> Iterator[Server]:
    server = start(env, folder, script)
    try:
        yield server
    finally:
        stop(server)
