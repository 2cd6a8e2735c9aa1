"""Every page of a demonstration world says that it is one; an office is never emptied as one."""

import io

import pytest
from django.core.management import CommandError, call_command

from peaceops.demonstration import mark
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_anew(monkeypatch):
    monkeypatch.setattr(mark, "_known", (0.0, False))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en-ca/", "Demonstration: all people and records are invented."),
        ("/fr-ca/people/", "Démonstration : toutes les personnes et toutes les données sont inventées."),
        ("/en-ca/account/sign-in/", "Demonstration: all people and records are invented."),
    ],
)
def test_each_page_of_a_demonstration_world_says_so(path, said, asked_anew, as_user, client):
    user = create.user(email="noor@peaceops.example")
    browser = client if "sign-in" in path else as_user(user)

    assert said in browser.get(path).content.decode().replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-ca", "Demonstration: all people and records are invented."),
        ("fr-ca", "Démonstration : toutes les personnes et toutes les données sont inventées."),
    ],
)
def test_so_does_each_page_of_the_administration(language, said, asked_anew, as_user):
    emil = create.user(email="emil@peaceops.example", role="administrator")
    rank = create.rank()
    pages = [
        "",
        "accounts/",
        "accounts/user/",
        "accounts/user/add/",
        "personnel/rank/?_popup=1",
        f"personnel/rank/{rank.pk}/change/",
        f"personnel/rank/{rank.pk}/history/",
        f"personnel/rank/{rank.pk}/delete/",
        "password_change/",
    ]
    browser = as_user(emil)

    counts = {}
    for page in pages:
        answer = browser.get(f"/{language}/admin/{page}", follow=True)
        counts[page] = (answer.status_code, answer.content.decode().replace("\xa0", " ").count(said))

    assert counts == dict.fromkeys(pages, (200, 1))


def test_the_pages_of_an_office_do_not(asked_anew, as_user, alice):
    emil = create.user(email="emil@example.ca", role="administrator")

    assert "demonstration" not in as_user(alice).get("/en-ca/").content.decode()
    assert "demonstration" not in as_user(emil).get("/en-ca/admin/").content.decode()


def test_it_is_asked_once_a_minute(asked_anew, alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        answers = [mark.context(None)["is_demonstration"]() for _time in range(3)]

    assert answers == [False, False, False]


def test_an_office_is_not_emptied(alice):
    with pytest.raises(CommandError, match="no demonstration world"):
        call_command("empty_demonstration", "--yes")

    alice.refresh_from_db()


def test_a_world_is_not_emptied_without_the_word(monkeypatch):
    create.user(email="noor@peaceops.example")
    monkeypatch.setattr("builtins.input", lambda _question: "yes")

    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("empty_demonstration")


def test_a_world_is_not_emptied_where_nobody_can_be_asked(monkeypatch):
    noor = create.user(email="noor@peaceops.example")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError) as refused:
        call_command("empty_demonstration")

    assert str(refused.value) == "Nothing was removed: nobody can be asked here. Give --yes to remove everything."
    noor.refresh_from_db()
