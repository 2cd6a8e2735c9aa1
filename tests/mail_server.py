"""A small mail server that misbehaves on demand."""

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """The Message-IDs that it accepted (`taken`) and received (`heard`), and how it behaves in the next conversations.

    `manners` are used up in turn; then it accepts. accept: as it should. refuse: 450 for the recipient. forbid: 550.
    silence: never answers the message. drop: closes the connection after the message, before it confirms it. hang_up:
    confirms the message, then closes the connection.
    """

    port: int = 0
    taken: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    manners: list[str] = field(default_factory=list)


class _Conversation(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        state = self.server.state
        manner = state.manners.pop(0) if state.manners else "accept"
        self.say("220 here")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word in {b"EHLO", b"HELO", b"RSET", b"NOOP", b"MAIL"}:
                self.say("250 ok")
            elif word == b"RCPT":
                self.say({"refuse": "450 later", "forbid": "550 who?"}.get(manner, "250 ok"))
            elif word == b"DATA":
                self.say("354 go on")
                number = self.letter()
                state.heard.append(number)
                if manner == "silence":
                    time.sleep(60)
                    return
                if manner == "drop":
                    return
                state.taken.append(number)
                self.say("250 taken")
                if manner == "hang_up":
                    return
            elif word == b"QUIT":
                self.say("221 bye")
                return

    def say(self, what: str) -> None:
        self.wfile.write(what.encode() + b"\r\n")

    def letter(self) -> str:
        number = ""
        for line in self.rfile:
            if line.lower().startswith(b"message-id:"):
                number = line.split(b":", 1)[1].strip().decode()
            if line == b".\r\n":
                break
        return number


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    state: MailServer

    def handle_error(self, *_args) -> None:
        """A client that was killed is no error here."""


@contextlib.contextmanager
def running() -> Iterator[MailServer]:
    state = MailServer()
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.state = state
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield state
        server.shutdown()


class Line:
    """A TCP proxy to another server that can be cut and mended, as if that server were stopped for a while."""

    def __init__(self, host: str, port: int):
        self.there, self.is_cut, self.pairs = (host, port), False, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(self.there)
            self.pairs += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        self.is_cut = True
        for end in self.pairs:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()

    def mend(self) -> None:
        self.is_cut = False

    def close(self) -> None:
        self.cut()
        self.listener.close()
