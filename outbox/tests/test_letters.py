"""The outbox: a letter is sent once, retried, given up, sent again; and what each reader chooses to get."""

import datetime as dt
import smtplib

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from audit.models import Event
from background import jobs
from background.jobs import Counts
from flags.models import Flag, LetterChoice
from flags.tasks import check_background
from outbox import letters, mail_files
from outbox.models import Letter, Subscriber
from outbox.tasks import forget_letters
from tests import create

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2031, 3, 3, 17, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def letter(alice, clock):
    letters.write("a", alice, language="en-ca", subject="PeaceOps: 1 new flag", text="Text", html="<p>Text</p>")
    return Letter.objects.get()


def fail_sending(monkeypatch, error):
    """Make every e-mail fail with this error."""

    def send(_message):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)


def outcome(letter):
    """What is stored of the delivery: state, code of the last failure, number of tries."""
    letter.refresh_from_db()
    return letter.state, letter.error, letter.tries


def test_a_letter_goes_out_once_with_its_number(letter, alice):
    counts = [letters.send_due(), letters.send_due()]

    assert counts == [Counts(tried=1, sent=1), Counts()]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == ([alice.email], "PeaceOps: 1 new flag", "Text")
    assert sent.extra_headers["Message-ID"] == f"<{letter.number}@localhost>"
    assert sent.alternatives[0].content == "<p>Text</p>"
    assert outcome(letter) == ("sent", "", 1)


def test_the_same_cause_writes_one_letter(letter, alice):
    letters.write("a", alice, language="en-ca", subject="Again", text="Again")

    assert [row.subject for row in Letter.objects.all()] == ["PeaceOps: 1 new flag"]


def test_a_letter_is_not_written_when_its_cause_is_taken_back(alice):
    with transaction.atomic():
        letters.write("b", alice, language="en-ca", subject="S", text="T")
        transaction.set_rollback(True)

    assert not Letter.objects.exists()


def test_somebody_elses_claim_is_left_alone_until_it_runs_out(letter, clock, settings):
    first = letters._claim(timezone.now(), with_mail=True)
    meanwhile = letters.send_due()
    clock.shift(settings.LETTER_CLAIM_SECONDS)
    second = letters._claim(timezone.now(), with_mail=True)
    # The first worker goes on again: its failure no longer counts, for the second one has claimed the letter.
    letters._schedule_retry(first, letters.DeliveryFailed("refused 550", permanent=True))
    after_first = outcome(letter)
    letters._schedule_retry(second, letters.DeliveryFailed("refused 450"))

    assert meanwhile == Counts()
    assert after_first == ("waiting", "", 2)
    assert outcome(letter) == ("waiting", "refused 450", 2)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPServerDisconnected("gone"), ("waiting", "unreachable", 1)),
        (TimeoutError(), ("waiting", "unreachable", 1)),
        (ConnectionRefusedError(), ("waiting", "unreachable", 1)),
        (smtplib.SMTPAuthenticationError(535, b"no"), ("waiting", "unreachable", 1)),
        (smtplib.SMTPConnectError(554, b"closed"), ("waiting", "unreachable", 1)),
        (smtplib.SMTPHeloError(550, b"no"), ("waiting", "unreachable", 1)),
        (smtplib.SMTPSenderRefused(550, b"who are you?", "us"), ("waiting", "unreachable", 1)),
        (RuntimeError("something else"), ("waiting", "failed", 1)),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), ("waiting", "refused 450", 1)),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"who?")}), ("given_up", "refused 550", 1)),
        (smtplib.SMTPDataError(451, b"later"), ("waiting", "refused 451", 1)),
        (smtplib.SMTPDataError(554, b"no"), ("given_up", "refused 554", 1)),
    ],
)
def test_what_follows_from_a_failed_try(letter, monkeypatch, error, expected):
    fail_sending(monkeypatch, error)

    letters.send_due()

    assert outcome(letter) == expected


def test_tries_come_at_longer_and_longer_intervals_and_end(letter, clock, monkeypatch):
    fail_sending(monkeypatch, ConnectionRefusedError())
    waits = []
    for _each in range(10):
        letters.send_due()
        letter.refresh_from_db()
        waits.append((letter.next_try_at - timezone.now()).total_seconds() / 60)
        clock.move_to(letter.next_try_at)

    assert waits[:9] == [1, 2, 5, 15, 60, 180, 360, 720, 1440]
    assert outcome(letter) == ("given_up", "unreachable", 10)


def test_without_a_mail_server_the_other_letters_are_not_tried_one_by_one(letter, bob, monkeypatch):
    fail_sending(monkeypatch, TimeoutError())
    letters.write("b", bob, language="fr-ca", subject="S", text="T")

    assert letters.send_due() == Counts(tried=1)
    assert sorted(Letter.objects.values_list("tries", flat=True)) == [0, 1]


def test_whose_account_was_closed_gets_nothing(letter, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)

    letters.send_due()

    assert mail.outbox == []
    assert outcome(letter) == ("given_up", "closed", 1)


@pytest.mark.parametrize("change", ["role", "services"])
def test_a_letter_is_not_sent_to_somebody_who_may_see_something_else_by_now(bob, other_service, clock, change):
    letters.write("b", bob, language="en-ca", subject="S", text="T")
    if change == "role":
        User.objects.filter(pk=bob.pk).update(role=Role.COORDINATOR)
    else:
        bob.services.set([other_service])

    letters.send_due()

    assert mail.outbox == []
    assert outcome(Letter.objects.get()) == ("given_up", "moved", 1)


def test_when_the_mail_server_is_back_nobody_waits_for_the_end_of_a_back_off(letter, bob, monkeypatch):
    with monkeypatch.context() as patched:
        fail_sending(patched, ConnectionRefusedError())
        letters.send_due()
    later = timezone.now() + dt.timedelta(hours=3)
    Letter.objects.update(next_try_at=later)
    letters.write("b", bob, language="en-ca", subject="S", text="T")

    letters.send_due()

    assert {row.state for row in Letter.objects.all()} == {"sent"}


def test_an_undelivered_letter_is_flagged_sent_again_and_the_flag_goes(letter, alice, emil, as_user, monkeypatch):
    with monkeypatch.context() as patched:
        fail_sending(patched, smtplib.SMTPRecipientsRefused({"a": (550, b"who?")}))
        letters.send_due()
    check_background()
    flag = Flag.objects.get(kind="letter_undeliverable")
    browser = as_user(emil)
    list_page = browser.get(reverse("letter_list"), {"state": "given_up"}).content.decode()
    page = browser.get(letter.get_absolute_url()).content.decode()
    browser.post(reverse("letter_again", args=[letter.pk]))
    second = browser.post(reverse("letter_again", args=[letter.pk]), follow=True).content.decode()
    letters.send_due()
    check_background()

    assert flag.subject == alice
    assert "The mail server refused it (550)." in list_page
    assert "Send again" in page
    assert "Somebody has already dealt with it." in second
    assert outcome(letter) == ("sent", "", 1)
    flag.refresh_from_db()
    assert flag.resolution == "gone"
    assert Event.objects.filter(actor=emil, verb="looked_at", subject_id=letter.pk).exists()


def test_a_letter_that_is_put_aside_is_let_be(letter, emil, as_user):
    Letter.objects.update(given_up_at=NOON, error="refused 550")
    browser = as_user(emil)

    browser.post(reverse("letter_put_aside", args=[letter.pk]))
    browser.post(reverse("letters_again"))

    assert outcome(letter)[0] == "put_aside"
    for state, count in (("put_aside", 1), ("given_up", 0), ("waiting", 0), ("sent", 0), ("", 1)):
        page = browser.get(reverse("letter_list"), {"state": state}).context["page"]
        assert (state, len(page)) == (state, count)
    assert "Send again" in browser.get(letter.get_absolute_url()).content.decode()
    browser.post(reverse("letter_again", args=[letter.pk]))
    assert outcome(letter)[0] == "waiting"


def test_all_undelivered_letters_go_out_again_at_once(alice, bob, emil, as_user, clock):
    for who in (alice, bob):
        letters.write(who.email, who, language="en-ca", subject="S", text="T")
    Letter.objects.update(given_up_at=NOON, error="unreachable", tries=10)

    as_user(emil).post(reverse("letters_again"))
    letters.send_due()

    assert sorted(message.to[0] for message in mail.outbox) == ["alice@example.ca", "bob@example.ca"]


@pytest.mark.parametrize(
    ("fields", "stuck"),
    [
        ({}, True),  # due for a quarter of an hour, and nobody tries
        ({"next_try_at": NOON + dt.timedelta(hours=2)}, False),
        ({"next_try_at": NOON + dt.timedelta(hours=2), "error": "unreachable"}, True),
        ({"next_try_at": NOON + dt.timedelta(hours=2), "error": "refused 450"}, False),
        ({"sent_at": NOON}, False),
        ({"given_up_at": NOON, "error": "unreachable"}, False),
    ],
)
def test_when_the_outbox_is_stuck(letter, client, clock, fields, stuck):
    Letter.objects.update(**fields)
    fresh = letters.is_stuck(NOON + letters.STUCK_AFTER - dt.timedelta(seconds=1))
    clock.move_to(NOON + letters.STUCK_AFTER + dt.timedelta(seconds=1))

    for name in ("flags.write_letters", "outbox.send_letters"):
        jobs.carry_out(name, [Counts])
    assert not fresh
    assert client.get("/readyz").json()["letters"] == ("failed" if stuck else "ok")


@pytest.mark.parametrize(("days", "left"), [(30, 1), (31, 0)])
def test_what_was_sent_long_ago_is_forgotten(letter, clock, days, left):
    letters.send_due()
    clock.shift(dt.timedelta(days=days))

    forget_letters()

    assert Letter.objects.count() == left


@pytest.mark.parametrize(("days", "left"), [(30, 1), (31, 0)])
def test_what_was_given_up_long_ago_is_forgotten(letter, clock, monkeypatch, days, left):
    fail_sending(monkeypatch, smtplib.SMTPRecipientsRefused({"alice@example.ca": (550, b"No.")}))
    letters.send_due()
    clock.shift(dt.timedelta(days=days))

    forget_letters()

    assert outcome(letter)[0] == "given_up" if left else not Letter.objects.exists()


def test_what_still_waits_is_forgotten_never(letter, clock):
    clock.shift(dt.timedelta(days=400))

    forget_letters()

    assert outcome(letter)[0] == "waiting"


def test_a_letter_is_not_sent_to_somebody_with_another_role(alice, clock):
    letters.write("a", alice, language="en-ca", subject="S", text="T")
    alice.role = Role.AUDITOR
    alice.save()

    letters.send_due()

    assert mail.outbox == []
    assert outcome(Letter.objects.get()) == ("given_up", "moved", 1)


def test_the_files_of_an_installation_without_mail_server(letter, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.DATA_DIR = "outbox.mail_files.EmailBackend", tmp_path
    letters.send_due()
    Letter.objects.update(sent_at=None)
    letters.send_due()  # a worker died before it could say that it had sent it

    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{letter.number}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_text()
    assert "Subject: PeaceOps: 1 new flag" in content
    assert "text/html" in content
    mail_files.delete_older_than(timezone.now() - dt.timedelta(days=365 * 20))
    assert file.exists()
    mail_files.delete_older_than(timezone.now())
    assert not file.exists()


# --- What a reader chooses ------------------------------------------------------------------------------------------


def test_somebody_chooses_how_often_about_what_and_in_which_language(as_user, bob):
    browser = as_user(bob)
    address = reverse("letter_choice")
    before = browser.get(address).context["form"].initial
    form_data = {"rhythm": "daily", "kinds": ["posting_ending", "consent_ending"], "language": "fr-ca"}

    browser.post(address, form_data)

    bob.refresh_from_db()
    choice = LetterChoice.objects.get(user=bob)
    assert (before["rhythm"], len(before["kinds"])) == ("daily", 10)
    assert (bob.language, choice.rhythm, choice.kinds) == ("fr-ca", "daily", ["posting_ending", "consent_ending"])
    assert browser.get(address).context["form"].initial["kinds"] == ["posting_ending", "consent_ending"]


@pytest.mark.parametrize(
    "form_data",
    [
        {},
        {"rhythm": "hourly", "language": "en-ca"},
        {"rhythm": "daily", "language": "en-ca"},  # without any kind
        {"rhythm": "daily", "language": "en-ca", "kinds": ["\0"]},
        {"rhythm": "daily", "language": "en-ca", "kinds": ["cap_reached"]},  # no liaison ever sees one
    ],
)
def test_a_choice_that_does_not_exist_is_refused_beside_its_field(as_user, bob, form_data):
    response = as_user(bob).post(reverse("letter_choice"), form_data)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert not LetterChoice.objects.exists()


@pytest.mark.parametrize(
    ("medium", "address", "accepted"),
    [
        ("mailbox", "desk@example.ca", True),
        ("mailbox", "https://example.ca/", False),
        ("webhook", "https://example.ca/flags", True),
        ("webhook", "http://example.ca/flags", False),
        ("webhook", "desk@example.ca", False),
    ],
)
def test_administrators_keep_subscribers(as_user, emil, medium, address, accepted):
    form_data = {
        "name": "Desk", "medium": medium, "address": address, "language": "en-ca", "kinds": ["cap_exceeded"],
        "is_active": "on",
    }  # fmt: skip
    browser = as_user(emil)

    browser.post(reverse("admin:outbox_subscriber_add"), form_data)

    assert Subscriber.objects.filter(kinds=["cap_exceeded"]).exists() == accepted
    if accepted:
        row = Subscriber.objects.get()
        page = browser.get(reverse("admin:outbox_subscriber_change", args=[row.pk])).content.decode()
        assert (row.secret in page) == (medium == "webhook")
        other = {"webhook": "mailbox", "mailbox": "webhook"}[medium]
        browser.post(reverse("admin:outbox_subscriber_change", args=[row.pk]), {**form_data, "medium": other})
        assert Subscriber.objects.get().medium == medium


def test_the_outbox_takes_the_same_queries_for_any_number_of_letters(as_user, emil, alice):
    browser = as_user(emil)

    def queries(count):
        for number in range(count):
            letters.write(f"{count} {number}", alice, language="en-ca", subject="S", text="T")
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("letter_list"))
        return len(captured)

    assert [queries(1), queries(5)] == [8, 8]


def test_roles_have_sensible_letters_before_anybody_chooses(as_user):
    found = {}
    for role in Role:
        form = as_user(create.user(role=role)).get(reverse("letter_choice")).context["form"]
        found[role.value] = (form.initial["rhythm"], len(form.initial["kinds"]))

    assert found == {
        "coordinator": ("daily", 25),
        "liaison": ("daily", 10),
        "auditor": ("never", 0),
        "administrator": ("at_once", 3),
    }
