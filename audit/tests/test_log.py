"""The audit trail: append-only and sealed, so that tampering is detected."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit import log
from audit.models import Chain, Event, Verb
from audit.tests.tampering import lift_guards, remove
from flags.tasks import check_trail
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(alice):
    return [log.record(alice, Verb.LOOKED_AT, create.person()) for _ in range(3)]


def test_events_are_numbered_and_chained(events):
    assert [event.pk for event in events] == [1, 2, 3]
    assert [event.previous_hash for event in events] == ["", events[0].hash, events[1].hash]
    assert log.is_intact() is True


def test_what_is_added_during_a_look_is_left_for_the_next(events, alice):
    added = []

    def meanwhile(execute, sql, params, many, context):
        if not added and sql.startswith("SELECT") and 'FROM "audit_event"' in sql:
            added.append(True)
            log.record(alice, Verb.LOOKED_AT, None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert log.is_intact() is True

    assert Event.objects.count() == 4


def test_an_event_and_its_place_in_the_chain_are_kept_together_or_not_at_all(events, alice, monkeypatch):
    def breaks(_chain, *_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(Chain, "save", breaks)

    with pytest.raises(ConnectionError):
        log.record(alice, Verb.LOOKED_AT, create.person())

    assert Event.objects.count() == 3
    assert log.is_intact() is True


def test_a_version_tells_who_made_it_and_why(alice):
    person = create.person()
    log.sign(person, alice, "A wrong letter.")
    person.save()

    version = person.history.latest()
    assert (version.history_user, version.history_change_reason) == (alice, "A wrong letter.")


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_changes(events, act):
    rows = Event.objects.filter(pk=events[1].pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(verb="edited") if act == "update" else rows._raw_delete("default")

    assert Event.objects.count() == 3


def test_the_page_says_whether_every_seal_holds(events, as_user, dora):
    assert as_user(dora).get("/en-ca/events/?verify=1").context["intact"] is True
    lift_guards()
    Event.objects.filter(pk=events[1].pk).update(verb="edited")
    page = as_user(dora).get("/en-ca/events/?verify=1")
    assert page.context["intact"] is False
    assert "Event 2 was changed or moved." in page.content.decode()


def test_the_page_says_what_the_nightly_check_found(events, as_user, dora):
    before = as_user(dora).get("/en-ca/events/").content.decode()
    check_trail()
    whole = as_user(dora).get("/en-ca/events/").content.decode()
    lift_guards()
    remove(2)
    check_trail()
    broken = as_user(dora).get("/en-ca/events/").content.decode()

    assert "No check has been made yet" in before
    assert "Every seal is intact: no event was changed, moved or removed." in whole
    assert "4 events." in whole
    assert "Event 2 is gone. Tell the person responsible for security." in broken


def test_signing_in_failing_and_signing_out_are_recorded_without_what_was_typed(client, alice):
    alice.set_password("correct-horse-battery")
    alice.save()

    client.post("/en-ca/account/sign-in/", {"login": "alice@example.ca", "password": "wrong"})
    client.post("/en-ca/account/sign-in/", {"login": "ALICE@example.ca", "password": "correct-horse-battery"})
    client.post("/en-ca/account/sign-out/")

    assert [(event.actor, event.verb, event.details) for event in Event.objects.order_by("id")] == [
        (None, "sign_in_failed", {}),
        (alice, "signed_in", {}),
        (alice, "signed_out", {}),
    ]


def test_an_event_cannot_be_replaced(events):
    if connection.vendor == "postgresql":
        statement = "TRUNCATE audit_event CASCADE"
    else:
        statement = (
            "INSERT OR REPLACE INTO audit_event (id, at, verb, details, previous_hash, hash)"
            f" VALUES ({events[1].pk}, '2030-01-01', 'edited', '{{}}', '', 'y')"
        )

    connection.check_constraints()  # so that only the guard stands in the way
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert log.is_intact() is True


def test_an_odd_address_to_go_to_after_signing_in_breaks_nothing(client, db):
    assert client.get("/en-ca/account/sign-in/?next=//[").status_code == 200


def test_the_admin_has_no_other_way_in(client, emil):
    emil.set_password("correct-horse-battery")
    emil.save()

    response = client.post("/en-ca/admin/login/", {"username": "emil@example.ca", "password": "correct-horse-battery"})

    assert response.status_code == 302
    assert "/account/sign-in/" in response.url
    assert "_auth_user_id" not in client.session


def test_edits_in_the_admin_are_recorded(as_user, emil):
    area = create.area(code="somewhere")
    typed = {"name_en": "A", "name_fr": "B", "code": "somewhere", "kind": "region", "listing_order": 1}

    response = as_user(emil).post(f"/en-ca/admin/missions/area/{area.pk}/change/", typed)

    assert response.status_code == 302
    assert [(event.actor, event.verb, event.subject) for event in Event.objects.all()] == [(emil, "edited", area)]
