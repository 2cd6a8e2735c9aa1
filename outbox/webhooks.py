"""Sending webhook requests: signed, over HTTPS, and never into a private network.

The body is JSON. The request is signed as Standard Webhooks (https://www.standardwebhooks.com) specifies, so that
receivers can verify it with a library: `webhook-id` is the same for each try of one letter, `webhook-timestamp` is the
Unix time of this try, and `webhook-signature` is `v1,` and the HMAC-SHA256 of `id.timestamp.body` in Base64.
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
from urllib.parse import urlsplit

from django.conf import settings

from outbox.models import DeliveryFailed, Subscriber

READ_TIMEOUT_SECONDS = 10
TOTAL_TIMEOUT_SECONDS = 40
"""For the whole request. The timeout above is for each read: a receiver that answers byte by byte would never reach it,
and would hold up all other letters."""
EMBEDDING_NETWORKS = [ipaddress.ip_network(network) for network in ("64:ff9b::/96", "2002::/16", "fec0::/10", "::/96")]
"""IPv6 networks that `ipaddress` calls global although they can lead to a private IPv4 host: NAT64, 6to4, the old
site-local and IPv4-compatible addresses."""


def deliver(to: Subscriber, number: uuid.UUID, body: str) -> None:
    """POST `body` to a subscriber, with `number` as its `webhook-id`. Raises `DeliveryFailed` unless it answers 2xx.

    Redirections are not followed: only the first address was checked, and the next one could be private.
    """
    payload, url, timestamp = body.encode(), urlsplit(to.address), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(number),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(to.secret, str(number), timestamp, payload),
    }
    path = url.path or "/"
    if url.query:
        path += f"?{url.query}"
    try:
        port = url.port or 443
        connection = _CheckedConnection(url.hostname or "", port, timeout=READ_TIMEOUT_SECONDS, context=_tls())
        time_limit = threading.Timer(TOTAL_TIMEOUT_SECONDS, connection.abort)
        time_limit.start()
        try:
            connection.request("POST", path, payload, headers)
            status = connection.getresponse().status
        finally:
            time_limit.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:  # a port of 99999 is a ValueError
        raise DeliveryFailed("silent") from error
    if not 200 <= status < 300:
        raise DeliveryFailed(f"answered {status}")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`, which proves who sent the request, when, and that it is unchanged."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.WEBHOOK_CA_FILE or None)


class _CheckedConnection(http.client.HTTPSConnection):
    """An HTTPS connection that opens only to an allowed address; otherwise `connect` raises `DeliveryFailed`."""

    def connect(self) -> None:
        # Resolve the name once, check that address, and connect to the same one. HTTPSConnection would resolve the name
        # again, and its owner could answer with a private address the second time (DNS rebinding).
        resolved = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _name, address = resolved[0]
        if not is_allowed_address(str(address[0])):
            raise DeliveryFailed("forbidden", permanent=True)
        tcp = socket.socket(family, kind, protocol)
        try:
            tcp.settimeout(self.timeout)
            tcp.connect(address)
            self.sock = _tls().wrap_socket(tcp, server_hostname=self.host)
        except BaseException:
            tcp.close()  # http.client closes only `self.sock`, which is not set yet
            raise

    def abort(self) -> None:
        """End the request from another thread: a read that is waiting for the receiver fails at once."""
        # `close` would not wake the waiting read. There may be no socket yet, or the request may have ended by itself.
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def is_allowed_address(address: str) -> bool:
    """Whether a webhook may be sent to this IP address: a public one, or one in a network of `WEBHOOK_NETWORKS`."""
    ip = ipaddress.ip_address(address.partition("%")[0])  # without the zone of a link-local address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped  # ::ffff:10.0.0.1 is 10.0.0.1 for the network
    allowed = (ipaddress.ip_network(network) for network in settings.WEBHOOK_NETWORKS)
    public = ip.is_global and not ip.is_multicast and not any(ip in network for network in EMBEDDING_NETWORKS)
    return public or any(ip in network for network in allowed)
