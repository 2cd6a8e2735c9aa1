"""Calls of other programs: signed, over HTTPS, and never into a private network.

The body is JSON. The call is signed as Standard Webhooks (https://www.standardwebhooks.com) says, so that receivers
verify it with a library: `webhook-id` is the same for each try of one call, `webhook-timestamp` the second of this try,
and `webhook-signature` is `v1,` and the HMAC-SHA256 of `id.timestamp.body` in Base64.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from outbox.models import Subscriber

TIMEOUT_SECONDS = 10
IN_ALL_SECONDS = 40
"""The time-out above is for each read: a program that answers byte by byte would hold up the letters of others."""
STAND_FOR_OTHERS = [ipaddress.ip_network(network) for network in ("64:ff9b::/96", "2002::/16", "fec0::/10", "::/96")]
"""Addresses that look public and lead inside: NAT64, 6to4, old site-local and IPv4-compatible ones."""


@dataclass(eq=False)
class NotTaken(Exception):
    """The call was not taken: a code for `outbox.letters.why`."""

    code: str
    for_ever: bool = False


def call(to: Subscriber, number: uuid.UUID, body: str) -> None:
    """Raises `NotTaken` unless the program answers 2xx. Follows no redirection: it could lead anywhere."""
    payload, address, timestamp = body.encode(), urlsplit(to.address), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(number),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(to.secret, str(number), timestamp, payload),
    }
    target = address.path or "/"
    if address.query:
        target += f"?{address.query}"
    try:
        port = address.port or 443
        connection = _CheckedConnection(address.hostname or "", port, timeout=TIMEOUT_SECONDS, context=_tls())
        time_limit = threading.Timer(IN_ALL_SECONDS, connection.break_off)
        time_limit.start()
        try:
            connection.request("POST", target, payload, headers)
            status = connection.getresponse().status
        finally:
            time_limit.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:  # a port of 99999 is a ValueError
        raise NotTaken("silent") from error
    if not 200 <= status < 300:
        raise NotTaken(f"answered {status}")


def signature(secret: str, call_id: str, timestamp: int, body: bytes) -> str:
    """The header by which a receiver knows that the call is ours, whole and fresh."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{call_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.WEBHOOK_CA_FILE or None)


class _CheckedConnection(http.client.HTTPSConnection):
    """A connection to an address that may be called, or none."""

    def connect(self) -> None:
        # The name is looked up once, and the address that was judged is the one connected to: HTTPSConnection would
        # look it up again, and whoever owns the name could answer with a private address the second time.
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _name, address = found[0]
        if not may_be_called(str(address[0])):
            raise NotTaken("forbidden", for_ever=True)
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(self.timeout)
            plain.connect(address)
            self.sock = _tls().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def break_off(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def may_be_called(address: str) -> bool:
    """Public addresses only, and the networks that whoever runs the machine allows (`WEBHOOK_NETWORKS`)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    allowed = (ipaddress.ip_network(network) for network in settings.WEBHOOK_NETWORKS)
    public = ip.is_global and not ip.is_multicast and not any(ip in network for network in STAND_FOR_OTHERS)
    return public or any(ip in network for network in allowed)
