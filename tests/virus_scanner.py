"""A clamd that speaks its protocol (PING, INSTREAM) and says what a test wants, over TCP or a Unix socket."""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

VIRUS = b"EICAR"
"""A file that contains this is infected."""


def honest(body: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\n" if VIRUS in body else b"stream: OK\n"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = self.rfile.readline()
        if command == b"nPING\n":
            self.wfile.write(b"PONG\n")
        elif command == b"nINSTREAM\n":
            body = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                body += self.rfile.read(size)
            self.wfile.write(self.server.answer(body))


class _OverTCP(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _OverAFile(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def scanner(answer: Callable[[bytes], bytes] = honest, path: Path | None = None) -> Iterator[str]:
    """A scanner that runs while the block does; gives its address."""
    server = _OverAFile(str(path), _Conversation) if path else _OverTCP(("127.0.0.1", 0), _Conversation)
    server.answer = answer
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield str(path) if path else f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
