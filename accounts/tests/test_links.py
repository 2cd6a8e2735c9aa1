"""One-time links for invitations, forgotten passwords and the first administrator; who chooses a password."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import first_administrator
from accounts.models import User
from audit.models import Event
from outbox import letters
from outbox.models import Letter
from tests import create

pytestmark = pytest.mark.django_db

GOOD = "glace huître tambour violet"
CHOSEN = {"password1": GOOD, "password2": GOOD}
FORGOTTEN = "/en-ca/account/password/forgotten/"


def link_sent():
    """The path of the link in the newest e-mail, once the outbox is empty."""
    letters.send_due()
    [path] = re.findall(r"^https?://[^/]+(/\S+/password/choose/\S+)$", mail.outbox[-1].body, re.MULTILINE)
    return path


def choose(path, browser=None, **typed):
    """Follow the link and choose a password; what the last page says."""
    browser = browser or Client()
    page = browser.get(path, follow=True)
    if "form" not in page.context or not getattr(page.context["form"], "user", None):
        return page.content.decode()
    return browser.post(page.request["PATH_INFO"], typed or CHOSEN, follow=True).content.decode()


def signs_in(email, password=GOOD):
    page = Client().post("/en-ca/account/sign-in/", {"login": email, "password": password})
    return page.status_code == 302


def invited(as_user, emil, service=None, **typed):
    values = {"email": "Gina@example.ca", "name": "Gina", "role": "liaison", "language": "fr-ca", **typed}
    if service:
        values["services"] = [service.pk]
    page = as_user(emil).post(reverse("admin:accounts_user_add"), values)
    assert page.status_code == 302, page.context["errors"]
    return User.objects.get(email=values["email"].lower())


def test_who_is_invited_chooses_the_password(as_user, emil, example_service):
    gina = invited(as_user, emil, example_service)
    assert (gina.has_usable_password(), list(gina.services.all())) == (False, [example_service])

    path = link_sent()
    said = choose(path)

    assert path.startswith("/fr-ca/")
    assert mail.outbox[-1].to == ["gina@example.ca"]
    assert "Votre mot de passe est enregistré" in said
    assert signs_in("gina@example.ca")


def test_an_invitation_names_neither_person_nor_service_in_its_subject(as_user, emil, example_service):
    invited(as_user, emil, example_service, language="en-ca")

    letter = Letter.objects.get()

    assert letter.subject == "PeaceOps: your account"
    assert "Your role: Liaison." in letter.text
    assert "The link can be used once, within 3 days." in letter.text


def test_a_link_is_not_to_be_found_in_the_outbox(as_user, emil):
    invited(as_user, emil)
    path = link_sent()
    key = path.rstrip("/").rsplit("/", 1)[1]

    kept = Letter.objects.get()
    page = as_user(emil).get(kept.get_absolute_url()).content.decode()

    assert "made-when-it-is-sent" in kept.text
    assert "made-when-it-is-sent" in page
    assert key not in kept.text + kept.html + page


def test_a_link_works_once(as_user, emil):
    invited(as_user, emil)
    path = link_sent()
    choose(path)

    assert "Ce lien ne fonctionne plus" in choose(path)


def test_a_link_ends_after_some_days(as_user, emil, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC))
    invited(as_user, emil)
    path = link_sent()

    time_machine.move_to(dt.datetime(2026, 3, 5, 12, 0, 1, tzinfo=dt.UTC))

    assert "Ce lien ne fonctionne plus" in choose(path)


@pytest.mark.parametrize("reopened", [False, True])
def test_a_link_ends_when_the_account_is_closed_even_if_it_is_reopened(reopened, as_user, emil):
    gina = invited(as_user, emil)
    path = link_sent()

    gina.is_active = False
    gina.save()
    if reopened:
        User.objects.update(is_active=True)

    assert "Ce lien ne fonctionne plus" in choose(path)


def test_a_link_ends_when_the_address_changes(as_user, emil):
    gina = invited(as_user, emil)
    path = link_sent()
    User.objects.filter(pk=gina.pk).update(email="gina.roy@example.ca")

    assert "Ce lien ne fonctionne plus" in choose(path)


def test_another_link_is_sent_to_open_accounts_only(as_user, emil, alice, bob):
    bob.is_active = False
    bob.save()

    typed = {"action": "send_a_link", "_selected_action": [alice.pk, bob.pk]}
    page = as_user(emil).post(reverse("admin:accounts_user_changelist"), typed, follow=True)

    assert "1 link was sent." in page.content.decode()
    assert [letter.user for letter in Letter.objects.all()] == [alice]
    assert [(event.actor, event.subject) for event in Event.objects.filter(verb="link_sent")] == [(emil, alice)]


def test_nobody_types_the_password_of_somebody_else(as_user, emil, alice):
    before = User.objects.get(pk=alice.pk).password
    change = reverse("admin:accounts_user_change", args=[alice.pk])
    typed = {"email": alice.email, "name": "Alice", "role": "coordinator", "language": "en-ca", "is_active": "on"}

    page = as_user(emil).get(change).content.decode()
    as_user(emil).post(change, {**typed, "password": "x", **CHOSEN})

    assert 'type="password"' not in page
    assert as_user(emil).get(f"{change}password/".replace("change/password", "password")).status_code == 404
    assert User.objects.get(pk=alice.pk).password == before


def test_who_forgot_the_password_chooses_another_one_and_old_sessions_end(alice, as_user):
    browser = as_user(alice)

    said = Client().post(FORGOTTEN, {"email": "ALICE@example.ca"}, follow=True).content.decode()
    choose(link_sent())

    assert "If there is an account with this address" in said
    assert mail.outbox[-1].to == ["alice@example.ca"]
    assert signs_in("alice@example.ca")
    assert browser.get("/en-ca/").status_code == 302


def test_an_unknown_address_and_that_of_a_closed_account_get_the_same_answer_and_no_letter(alice, bob):
    bob.is_active = False
    bob.save()

    answers = {
        Client().post(FORGOTTEN, {"email": email}, follow=True).content
        for email in ("alice@example.ca", "bob@example.ca", "nobody@example.ca")
    }

    assert len(answers) == 1
    assert [letter.user for letter in Letter.objects.all()] == [alice]


def test_letters_about_a_forgotten_password_are_bounded(alice):
    answers = [Client().post(FORGOTTEN, {"email": "alice@example.ca"}).status_code for _time in range(7)]

    assert answers == [302] * 5 + [429] * 2
    assert Letter.objects.count() == 5


def test_an_easy_password_is_refused_beside_its_field(alice):
    Client().post(FORGOTTEN, {"email": "alice@example.ca"})

    said = choose(link_sent(), password1="Alice-Police-2026", password2="Alice-Police-2026")

    assert "This password is easy to guess." in said
    assert not signs_in("alice@example.ca", "Alice-Police-2026")


@pytest.mark.parametrize("path", ["zz/abc-def", "1/" + "9" * 30, "9" * 30 + "/abc-def", "1/%00", "é/é"])
def test_a_link_that_is_none_says_so(path):
    said = Client().get(f"/en-ca/account/password/choose/{path}/").content.decode()

    assert "This link no longer works" in said


def first_link(capsys):
    call_command("first_administrator_link")
    return re.sub(r"^https?://[^/]+", "", capsys.readouterr().out.strip())


FIRST = {"email": "Priya@example.ca", "name": "Priya", "language": "fr-ca", **CHOSEN}


def test_the_first_administrator_makes_an_account_by_link(capsys):
    path = first_link(capsys)

    said = Client().post(path, FIRST, follow=True).content.decode()

    assert "Your account is open." in said
    assert User.objects.get().role == "administrator"
    assert signs_in("priya@example.ca")
    assert Event.objects.get(verb="decided").details == {"what": "first_administrator"}


def test_the_first_administrator_reads_beside_the_field_why_a_password_is_refused(capsys):
    easy = {"password1": "Priya-PeaceOps-2026", "password2": "Priya-PeaceOps-2026"}

    page = Client().post(first_link(capsys), {**FIRST, **easy})

    assert list(page.context["form"].errors) == ["password1"]
    assert page.context["form"]["email"].value() == "Priya@example.ca"


def test_there_is_one_first_administrator(capsys):
    path = first_link(capsys)
    Client().post(path, FIRST)

    said = Client().post(path, {**FIRST, "email": "other@example.ca"}).content.decode()

    assert "This link no longer works" in said
    assert User.objects.count() == 1
    with pytest.raises(CommandError):
        call_command("first_administrator_link")


def test_of_two_who_are_first_at_once_the_second_is_told(db):
    create.user(role="administrator", email="faster@example.ca")

    with pytest.raises(first_administrator.AlreadyThere):
        first_administrator.save(User(email="slower@example.ca", name="Slower"))

    assert not User.objects.filter(email="slower@example.ca").exists()


def test_the_link_of_the_first_administrator_ends_after_some_days(capsys, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC))
    path = first_link(capsys)

    time_machine.move_to(dt.datetime(2026, 3, 5, 12, 0, 1, tzinfo=dt.UTC))

    assert "This link no longer works" in Client().get(path).content.decode()


def test_an_altered_link_makes_nobody_an_administrator(capsys):
    path = first_link(capsys)

    said = Client().post(path.replace("first:", "last:"), FIRST).content.decode()

    assert "This link no longer works" in said
    assert not User.objects.exists()
