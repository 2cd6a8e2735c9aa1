"""What a closed account may, how addresses are spelled, and who is who."""

import re

import pytest

from accounts.access import Permission, Role
from accounts.models import User
from tests import create

pytestmark = pytest.mark.django_db


def test_a_closed_account_may_nothing(alice):
    assert alice.may(Permission.DEPLOYMENT_MOVE)

    alice.is_active = False

    assert not any(alice.may(permission) for permission in Permission)


def test_the_admin_opens_to_open_accounts_of_administrators_only(alice, emil):
    def enters(user):
        return user.has_perm("missions.change_area"), user.has_module_perms("missions")

    found = {user.name: enters(user) for user in (alice, emil)}
    emil.is_active = False

    assert found == {"Alice": (False, False), "Emil": (True, True)}
    assert enters(emil) == (False, False)


def test_an_address_is_kept_in_lower_case_however_it_is_typed(db):
    made = User.objects.create_user("Gina.Roy@Example.CA", name="Gina", role=Role.AUDITOR)
    typed = User(email="Henri@EXAMPLE.ca", name="Henri", role=Role.AUDITOR)
    typed.clean()

    assert (made.email, typed.email) == ("gina.roy@example.ca", "henri@example.ca")


def test_an_account_is_found_by_its_address_in_any_case(alice):
    assert User.objects.get_by_natural_key("ALICE@Example.ca") == alice


def test_who_is_made_from_the_command_line_is_an_administrator(db):
    made = User.objects.create_superuser("root@example.ca", "correct-horse-battery", name="Root")

    assert (made.role, made.is_staff, made.check_password("correct-horse-battery")) == ("administrator", True, True)


def test_only_a_liaisons_world_ends_at_the_own_services(alice, bob, dora, emil):
    assert [user.sees_every_service for user in (alice, bob, dora, emil)] == [True, False, True, True]


def test_an_account_without_a_name_goes_by_its_address(db):
    assert [str(create.user(email="x@example.ca", name=name)) for name in ("",)] == ["x@example.ca"]


def _close_by_save(user):
    user.is_active = False
    user.save()


def _close_by_field(user):
    user.is_active = False
    user.save(update_fields=["is_active"])


def _close_by_many(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def _reopen(user):
    User.objects.filter(pk=user.pk).update(is_active=True)


@pytest.mark.parametrize("close", [_close_by_save, _close_by_field, _close_by_many])
def test_the_sessions_of_a_closed_account_do_not_wake_when_it_is_reopened(close, alice, bob, as_user):
    browser, another = as_user(alice), as_user(bob)
    before = browser.get("/en-ca/").status_code

    close(alice)
    closed = browser.get("/en-ca/").status_code
    _reopen(alice)
    reopened = browser.get("/en-ca/").status_code

    assert (before, closed, reopened) == (200, 302, 302)
    assert as_user(User.objects.get(pk=alice.pk)).get("/en-ca/").status_code == 200
    assert another.get("/en-ca/").status_code == 200


def test_sessions_do_not_wake_either_when_nobody_used_them_while_it_was_closed(alice, as_user):
    browser = as_user(alice)
    _close_by_save(alice)
    _reopen(alice)

    assert browser.get("/en-ca/").status_code == 302


def test_an_administrator_who_closes_and_reopens_ends_the_sessions(alice, emil, as_user):
    browser, url = as_user(alice), f"/en-ca/admin/accounts/user/{alice.pk}/change/"
    typed = {"email": alice.email, "name": "Alice", "role": "coordinator", "language": "en-ca"}
    administrator = as_user(emil)
    administrator.post(url, typed)
    administrator.post(url, {**typed, "is_active": "on"})

    assert User.objects.get(pk=alice.pk).is_active
    assert browser.get("/en-ca/").status_code == 302


def test_another_name_or_role_ends_no_session(alice, as_user):
    browser = as_user(alice)
    alice.name, alice.role = "Alicia", Role.AUDITOR
    alice.save()

    assert browser.get("/en-ca/").status_code == 200


@pytest.mark.parametrize(
    ("language", "labels", "forgotten"),
    [
        ("en-ca", ["E-mail address", "Password"], "Forgot my password"),
        ("fr-ca", ["Adresse courriel", "Mot de passe"], "Mot de passe oublié"),
    ],
)
def test_the_sign_in_page_says_everything_once(language, labels, forgotten, client):
    page = client.get(f"/{language}/account/sign-in/").content.decode()

    assert [label.strip() for label in re.findall(r"<label[^>]*>([^<]+)<", page)] == labels
    assert re.findall(r'<a href="[^"]+/password/forgotten/">([^<]+)</a>', page) == [forgotten]
    assert "placeholder=" not in page
    assert not re.search(r"\s[?!]", re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en-ca", ["Current password", "New password", "Repeat new password"]),
        ("fr-ca", ["Mot de passe actuel", "Nouveau mot de passe", "Répétez le nouveau mot de passe"]),
    ],
)
def test_the_page_to_change_the_password_uses_the_same_words(language, labels, as_user, alice):
    alice.set_password("pencil-horse-lantern")
    alice.save()

    page = as_user(alice).get(f"/{language}/account/password/").content.decode()
    main = page[page.index("<main") :]

    assert [label.strip() for label in re.findall(r"<label[^>]*>([^<]+)<", main)] == labels
    assert "placeholder=" not in main
    assert not re.search(r"\s[?!]", re.sub(r"<[^>]*>", "", main))
