"""Webhook requests, to a real HTTPS server on this machine: signed, retried, and never sent into a private network."""

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import ssl
import threading
import time

import pytest
import standardwebhooks
import trustme
from django.utils import timezone

from outbox import letters, webhooks
from outbox.models import Letter, Subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    authority, folder = trustme.CA(), tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    return authority.issue_cert("localhost"), folder / "authority.pem"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps each request and answers with `status`; when `endless`, with a header that never ends."""

    status, endless = 204, False
    requests: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.requests.append((self.path, dict(self.headers), body))
        while self.endless:
            self.wfile.write(b"H")
            time.sleep(0.05)
        self.send_response(self.status)
        self.send_header("Location", "https://example.ca/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        """Keep the output of the tests free of a line per request."""


@pytest.fixture
def receiver(certificate, settings):
    server_certificate, authority = certificate
    Receiver.requests, Receiver.status, Receiver.endless = [], 204, False
    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_certificate.configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBHOOK_CA_FILE = str(authority)
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
    server.handle_error = lambda *_args: None  # a client that breaks off is what these tests are about
    yield Subscriber.objects.create(
        name="Board",
        medium="webhook",
        address=f"https://localhost:{server.server_port}/flags?from=peaceops",
        kinds=["cap_reached"],
    )
    Receiver.endless = False
    server.shutdown()
    server.server_close()


@pytest.fixture
def letter(receiver):
    letters.write("call", receiver, language="en-ca", subject="", text='{"flags": []}')
    return Letter.objects.get()


def outcome(letter):
    """What is stored of the delivery: state and code of the last failure."""
    letter.refresh_from_db()
    return letter.state, letter.error


def test_a_call_is_signed_and_says_which_one_it_is(letter):
    letters.send_due()

    ((path, headers, body),) = Receiver.requests
    # As a receiver would check it, from the published format alone.
    key = base64.b64decode(letter.subscriber.secret.removeprefix("whsec_"))
    signed = f"{letter.number}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert outcome(letter) == ("sent", "")
    assert (path, body) == ("/flags?from=peaceops", b'{"flags": []}')
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(letter.number)


def test_a_receiver_verifies_it_with_the_published_library(letter):
    letters.send_due()

    ((_path, headers, body),) = Receiver.requests
    receiver = standardwebhooks.Webhook(letter.subscriber.secret)
    assert receiver.verify(body, headers) == {"flags": []}
    for forged in (
        {**headers, "webhook-id": "another"},
        {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)},
    ):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            receiver.verify(body, forged)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        receiver.verify(body + b" ", headers)


def test_the_signature_is_that_of_the_published_example():
    """The secret, message and signature that the libraries of Standard Webhooks test themselves with."""
    signature = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_subscriber_has_a_secret_of_its_own_that_stays(receiver):
    other = Subscriber.objects.create(name="Other", medium="webhook", address="https://example.ca/", kinds=[])

    secrets = [subscriber.secret for subscriber in (receiver, other, Subscriber.objects.get(pk=receiver.pk))]

    assert [len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in secrets] == [32, 32, 32]
    assert [secrets[0] == secret for secret in secrets] == [True, False, True]


def test_another_try_of_a_call_has_the_same_number(letter):
    Receiver.status = 500
    letters.send_due()
    Letter.objects.update(next_try_at=letter.written_at)
    Receiver.status = 204
    letters.send_due()

    assert [headers["webhook-id"] for _path, headers, _body in Receiver.requests] == [str(letter.number)] * 2
    assert outcome(letter) == ("sent", "")


def test_a_call_that_was_taken_says_nothing_of_the_mail_server(letter, alice):
    letters.write("mail", alice, language="en-ca", subject="S", text="T")
    later = timezone.now() + dt.timedelta(hours=1)
    Letter.objects.filter(key="mail").update(error="unreachable", next_try_at=later)

    letters.send_due()

    waiting = Letter.objects.get(key="mail")
    assert outcome(letter) == ("sent", "")
    assert (waiting.state, waiting.error, waiting.next_try_at) == ("waiting", "unreachable", later)


@pytest.mark.parametrize("status", [302, 400, 500])
def test_any_other_answer_than_a_good_one_is_tried_again_and_no_redirection_followed(letter, status):
    Receiver.status = status

    letters.send_due()

    assert len(Receiver.requests) == 1
    assert outcome(letter) == ("waiting", f"answered {status}")


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(letter, settings):
    settings.WEBHOOK_CA_FILE = ""

    letters.send_due()

    assert Receiver.requests == []
    assert outcome(letter) == ("waiting", "silent")


@pytest.mark.parametrize("address", ["https://localhost:9/", "https://localhost:99999/", "https://nowhere.invalid/"])
def test_a_program_that_does_not_listen_is_tried_again(letter, address):
    Subscriber.objects.update(address=address)

    letters.send_due()

    assert outcome(letter) == ("waiting", "silent")


def test_a_program_that_answers_for_ever_is_left(letter, monkeypatch):
    monkeypatch.setattr(webhooks, "TOTAL_TIMEOUT_SECONDS", 0.5)
    Receiver.endless = True

    letters.send_due()

    assert outcome(letter) == ("waiting", "silent")


def test_a_private_network_is_never_called(letter, settings):
    settings.WEBHOOK_NETWORKS = []

    letters.send_due()

    assert Receiver.requests == []
    assert outcome(letter) == ("given_up", "forbidden")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fec0::1", False),
        ("::10.0.0.1", False),
    ],
)
def test_which_addresses_may_be_called(settings, address, allowed):
    settings.WEBHOOK_NETWORKS = []

    assert webhooks.is_allowed_address(address) == allowed


def test_networks_that_the_machine_allows_may_be_called(settings):
    settings.WEBHOOK_NETWORKS = ["10.9.0.0/16"]

    assert [webhooks.is_allowed_address(address) for address in ("10.9.1.1", "10.8.1.1")] == [True, False]
