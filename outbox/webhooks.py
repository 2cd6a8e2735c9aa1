"""Calls of other programs: signed, over HTTPS, and never into a private network.

The body is JSON. `PeaceOps-Signature: t=…,v1=…` holds the time of the call and the HMAC-SHA256, in hexadecimal, of that
time, a full stop and the body, made with the subscriber's secret. `PeaceOps-Delivery` is the same for each try of one
call.
"""

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
"""A program that answers one byte at a time does not hold up the letters of others."""
LEADS_INSIDE = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "2002::/16", "fec0::/10", "::/96")]
"""Addresses that look public and stand for others: NAT64, 6to4, old site-local and IPv4-compatible ones."""


@dataclass(eq=False)
class NotTaken(Exception):
    """The call was not taken: a code for `outbox.letters.why`."""

    code: str
    for_ever: bool = False


def call(to: Subscriber, number: uuid.UUID, body: str) -> None:
    """Raises `NotTaken` unless the program answers 2xx. Follows no redirection: it could lead anywhere."""
    sent, parts = body.encode(), urlsplit(to.address)
    headers = {
        "Content-Type": "application/json",
        "PeaceOps-Delivery": str(number),
        "PeaceOps-Signature": signature(to.secret, int(time.time()), sent),
    }
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    try:
        there = _Checked(parts.hostname or "", parts.port or 443, timeout=TIMEOUT_SECONDS, context=_tls())
        patience = threading.Timer(IN_ALL_SECONDS, there.break_off)
        patience.start()
        try:
            there.request("POST", target, sent, headers)
            status = there.getresponse().status
        finally:
            patience.cancel()
            there.close()
    except (OSError, http.client.HTTPException, ValueError) as error:  # a port of 99999, a name that is none
        raise NotTaken("silent") from error
    if not 200 <= status < 300:
        raise NotTaken(f"answered {status}")


def signature(secret: str, moment: int, body: bytes) -> str:
    """The header by which a receiver knows that the call is ours, whole and fresh."""
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={made}"


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.WEBHOOK_CA_FILE or None)


class _Checked(http.client.HTTPSConnection):
    """Looks at the address it connects to, not at a name that may mean another one a moment later."""

    def connect(self) -> None:
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
    there = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(there, ipaddress.IPv6Address) and there.ipv4_mapped:
        there = there.ipv4_mapped
    allowed = (ipaddress.ip_network(network) for network in settings.WEBHOOK_NETWORKS)
    public = there.is_global and not there.is_multicast and not any(there in network for network in LEADS_INSIDE)
    return public or any(there in network for network in allowed)
