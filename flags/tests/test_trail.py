"""The nightly check of the audit trail: whom it tells, and what it flags."""

import datetime as dt
import io
import json
import logging.config

import pytest
from django.conf import settings as real
from django.utils import timezone

from accounts.access import Role
from audit import chain, log
from audit.models import Event, Verb
from audit.tests.tampering import lift_guards, remove
from flags import trail
from flags.models import Flag, LetterChoice
from flags.tasks import check_trail
from outbox.models import Letter
from peaceops import logs
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(alice):
    return [log.record(alice, Verb.LOOKED_AT, create.person()) for _ in range(3)]


@pytest.fixture
def written():
    """The log at the level of a new installation."""
    stream = io.StringIO()
    configuration = logs.configuration("json", "WARNING")
    configuration["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configuration)
    yield stream
    logging.config.dictConfig(real.LOGGING)


def lines(written):
    names = ("event", "level", "events", "head", "fault", "number")
    return [tuple(json.loads(line).get(name) for name in names) for line in written.getvalue().splitlines()]


def test_a_whole_trail_is_told_with_its_head(events, dora, written):
    head = f"3:{events[2].hash}"

    check_trail()

    assert lines(written) == [("audit_trail_whole", "info", 3, head, None, None)]
    letter = Letter.objects.get()
    assert (letter.user, letter.subject) == (dora, "PeaceOps: the audit trail is intact")
    assert head in letter.text
    assert head in letter.html
    assert "Every seal is intact" in letter.text
    newest = Event.objects.first()
    assert (newest.pk, newest.verb, newest.actor) == (4, "checked", None)
    assert newest.details == {"events": 3, "fault": "", "number": 0}
    assert Flag.objects.count() == 0
    assert chain.verify([head]).is_intact


def test_a_trail_that_does_not_hold_is_told_and_flagged_until_it_does(events, dora, emil, as_user, written, today):
    lift_guards()
    remove(2)

    check_trail()

    head = f"1:{events[0].hash}"
    assert lines(written) == [("audit_trail_broken", "error", 1, head, "gap", 2)]
    letter = Letter.objects.get(user=dora)
    assert letter.subject == "PeaceOps: the audit trail is not intact"
    assert "Event 2 is gone." in letter.text
    flag = Flag.objects.open().get()
    assert (flag.kind, flag.severity, flag.day) == ("trail_broken", "act", today)
    for user in (dora, emil):
        page = as_user(user).get(f"/en-ca/flags/{flag.pk}/").content.decode()
        assert "The audit trail is not intact. Event 2 is gone." in page
        assert 'href="/en-ca/events/"' in page

    check_trail()
    assert (Flag.objects.open().count(), Letter.objects.filter(user=dora).count()) == (1, 1)


def test_a_flag_about_a_head_that_is_gone_has_its_page(events, as_user, alice, emil):
    from audit.models import Chain

    Chain.objects.all().delete()

    check_trail()

    flag = Flag.objects.get()
    for user in (alice, emil):
        assert "counts its events, is gone" in as_user(user).get(f"/en-ca/flags/{flag.pk}/").content.decode()


def test_a_flag_tells_since_when_the_trail_does_not_hold(events, alice, today):
    trail.check(timezone.now())
    lift_guards()
    remove(2)
    trail.check(timezone.now())
    Event.objects.filter(verb="checked").update(at=timezone.now() - dt.timedelta(days=2))

    check_trail()

    assert Flag.objects.get().day == today - dt.timedelta(days=2)


def test_only_active_auditors_who_want_letters_are_told(events, alice, emil, dora):
    create.user(email="gone@example.ca", role=Role.AUDITOR, is_active=False)
    silent = create.user(email="silent@example.ca", role=Role.AUDITOR)
    LetterChoice.objects.create(user=silent, rhythm="never")

    check_trail()

    assert [letter.user for letter in Letter.objects.all()] == [dora]


def test_an_auditor_is_written_to_in_their_language(events):
    create.user(email="odile@example.ca", role=Role.AUDITOR, language="fr-ca")

    check_trail()

    letter = Letter.objects.get()
    assert letter.subject == "PeaceOps\xa0: la piste de vérification est intacte"
    assert "/fr-ca/events/" in letter.text
    assert "Tous les sceaux sont intacts" in letter.text
