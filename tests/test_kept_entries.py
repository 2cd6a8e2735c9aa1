"""The session ended in the middle of a form: the entries are back for who typed them, and for nobody else."""

import datetime as dt
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import InvalidToken
from django import forms
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from foundation import kept
from foundation.days import DayField
from missions.models import Area
from tests import create
from tests.pages import address, of_form, patterns
from tests.test_tokens import stored
from tests.test_two_versions import form_of, pages

__all__ = ["pages"]

pytestmark = pytest.mark.django_db

PASSWORD = "maple ballads 27 north"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
TYPED = "Dossier vert, élan 7"
# Forms that hold nothing that could be typed: ticks, files and choices only.
NOTHING_IS_TYPED = {
    "attestation_withdraw", "contact_list", "contact_remove", "document_add", "excess_confirm", "import_add",
    "letter_choice", "position_selection", "published_data", "saved_view_delete", "screening_edit",
    "subscription_end",
}  # fmt: skip


@pytest.fixture
def browser():
    """A browser that sends the token of each form, as real ones do."""
    return Client(enforce_csrf_checks=True)


def token(page) -> str:
    return TOKEN.search(page.content.decode())[1]


def sign_in(browser, user, onwards=""):
    user.set_password(PASSWORD)
    user.save()
    page = browser.get(reverse("account_login"))
    typed = {"login": user.email, "password": PASSWORD, "next": onwards, "csrfmiddlewaretoken": token(page)}
    answer = browser.post(reverse("account_login"), typed)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def end_the_session():
    Session.objects.all().delete()


def next_of(answer) -> str:
    leads_to = urlsplit(answer["Location"])
    assert (answer.status_code, leads_to.path) == (302, reverse("account_login"))
    [onwards] = parse_qs(leads_to.query)["next"]
    return onwards


def marked(form) -> dict[str, str]:
    """Something typed into the first field of a form that takes words, else that takes a day or a number."""
    fields = {name: one for name, one in form.fields.items() if not (one.disabled or one.widget.is_hidden)}
    for kind, typed in ((forms.CharField, TYPED), (DayField, "30 févr. 2031"), (forms.IntegerField, "fünf")):
        if found := next((name for name, one in fields.items() if isinstance(one, kind)), None):
            return {found: typed}
    return {}


def rows_of_others() -> dict[str, list]:
    """All that is stored but who signed in when, and the lists and the views that `address` brings."""
    brought = {"accounts.User", "accounts.SavedView", "records.Import", "records.Export"}
    return {name: rows for name, rows in stored().items() if name not in brought}


def test_every_form_is_shown_again_with_what_was_typed_and_saves_nothing(pages, browser, alice):
    sign_in(browser, alice)
    found, without = {}, set()
    before = rows_of_others()

    for name in patterns():
        url = address(name, pages, alice)
        if (
            name.startswith("account_")
            or (form := form_of(page := browser.get(url))) is None
            or page.status_code != 200
        ):
            continue
        if 'method="post"' not in page.content.decode().partition("<main")[2]:
            continue
        typed = marked(form)
        if not typed:
            without.add(name)
            continue
        data = {key: value for key, value in of_form(form, **typed).items() if not hasattr(value, "read")}
        end_the_session()
        onwards = next_of(browser.post(url, {**data, "csrfmiddlewaretoken": token(page)}))
        again = browser.get(sign_in(browser, alice, onwards))
        body = again.content.decode()
        are_back = again.status_code in {200, 409} and all(one in body for one in typed.values())
        found[name] = (are_back, "This is what you had typed" not in body)

    assert {name: one for name, one in found.items() if one != (True, True)} == {"correction_detail": (True, False)}
    assert without == NOTHING_IS_TYPED
    assert len(found) > 45
    assert rows_of_others() == before


@pytest.fixture
def person(example_service):
    return create.person(service=example_service)


@pytest.fixture
def left(browser, alice, person):
    """Alice has planned a stay after her session had ended: where the sign-in page leads on to."""
    sign_in(browser, alice)
    page = browser.get(reverse("deployment_plan"), {"person": person.pk})
    end_the_session()
    url = f"{reverse('deployment_plan')}?person={person.pk}"
    typed = {"csrfmiddlewaretoken": token(page), "starts_on": "3 jan 2027", "reason": TYPED, "old_password": PASSWORD}
    return next_of(browser.post(url, typed, headers={"referer": f"http://testserver{url}"}))


def test_the_address_says_nothing_of_what_was_typed_and_keeps_the_question_of_the_page(left, person):
    parts = urlsplit(left)

    assert parts.path == reverse("deployment_plan")
    assert re.fullmatch(rf"person={person.pk}&kept=\d-[\w-]{{43}}", parts.query)


def test_the_same_person_is_shown_the_entries_again_and_they_can_be_sent(left, browser, alice):
    page = browser.get(sign_in(browser, alice, left))

    assert [page.context["form"][name].value() for name in ("starts_on", "reason")] == ["3 jan 2027", TYPED]
    assert PASSWORD not in page.content.decode()
    assert "Files are not kept" not in page.content.decode()
    assert list(page.context["messages"]) == []  # nothing stands above what matters
    with translation.override("fr-ca"):
        elsewhere = reverse("deployment_plan")
    in_french = browser.get(left.replace(reverse("deployment_plan"), elsewhere)).content.decode()
    assert TYPED in in_french
    assert "Votre saisie figure de nouveau dans le formulaire." in in_french


def test_the_page_to_sign_in_says_that_they_are_kept_for_as_long_as_it_takes(left, browser, alice):
    said = "What you had typed is kept for half an hour."
    page = browser.get(reverse("account_login"), {"next": left})
    typed = {"login": alice.email, "password": "wrong", "next": left, "csrfmiddlewaretoken": token(page)}

    assert said in page.content.decode()
    assert said in browser.post(reverse("account_login"), typed).content.decode()
    assert said not in browser.get(reverse("account_login"), {"next": reverse("deployment_plan")}).content.decode()


def test_nobody_else_is_shown_them(left, browser, alice, emil):
    bela = create.user(role="coordinator", name="Bela")

    for other in (bela, emil):
        assert TYPED not in browser.get(sign_in(browser, other, left), follow=True).content.decode()
        browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": token(browser.get(reverse("account_logout")))})
    assert TYPED not in browser.get(left, follow=True).content.decode()
    assert TYPED in browser.get(sign_in(browser, alice, left)).content.decode()


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1], lambda key: f"9{key[1:]}", lambda key: key[:-2] + "aa", lambda key: "\0"]
)
def test_an_address_that_is_another_shows_nothing(left, browser, alice, change):
    sign_in(browser, alice)
    before, _, key = left.partition("&kept=")

    page = browser.get(f"{before}&kept={change(key)}")

    assert page.status_code == 200
    assert TYPED not in page.content.decode()


def test_after_half_an_hour_they_are_gone(left, browser, alice, time_machine):
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=30, seconds=1))

    assert TYPED not in browser.get(sign_in(browser, alice, left)).content.decode()


def test_nothing_that_was_typed_can_be_read_where_it_is_kept(left, alice):
    key = left.partition("&kept=")[2]
    place, secret = key.split("-", 1)

    sealed = cache.get(f"kept-{alice.pk}-{place}")

    assert type(sealed) is bytes
    opened = kept._box(alice.pk, secret).decrypt(sealed).decode()
    for said in ("3 jan 2027", json.dumps(TYPED), "starts_on", reverse("deployment_plan")):
        assert said in opened
        assert said.encode() not in sealed
    assert secret.encode() not in sealed


@pytest.mark.parametrize("changed", ["owner", "secret", "SECRET_KEY"])
def test_only_its_owner_the_address_and_the_secret_key_together_open_it(left, alice, settings, changed):
    place, secret = left.partition("&kept=")[2].split("-", 1)
    sealed = cache.get(f"kept-{alice.pk}-{place}")
    if changed == "SECRET_KEY":
        settings.SECRET_KEY = "another secret key of this installation"

    box = kept._box(alice.pk + (changed == "owner"), secret[::-1] if changed == "secret" else secret)

    with pytest.raises(InvalidToken):
        box.decrypt(sealed)


def test_what_an_earlier_version_kept_is_not_shown_and_breaks_nothing(left, browser, alice):
    place = left.partition("&kept=")[2][0]
    cache.set(f"kept-{alice.pk}-{place}", {"secret": "x", "address": "/", "typed": [], "was_sent": True})

    page = browser.get(sign_in(browser, alice, left))

    assert (page.status_code, TYPED in page.content.decode()) == (200, False)


def test_who_never_signed_in_here_leaves_nothing(browser, person):
    url = f"{reverse('deployment_plan')}?person={person.pk}"
    typed = {"csrfmiddlewaretoken": token(browser.get(reverse("account_login"))), "reason": TYPED}

    answer = browser.post(url, typed)

    assert next_of(answer) == url


def test_a_form_of_another_browser_leaves_nothing(browser, alice, person):
    sign_in(browser, alice)
    foreign = Client(enforce_csrf_checks=True)
    typed = {"csrfmiddlewaretoken": token(browser.get(reverse("deployment_list"))), "reason": TYPED}

    page = foreign.post(reverse("deployment_plan"), typed)

    assert page.status_code == 403
    assert "kept=" not in page.content.decode()


@pytest.mark.parametrize(("number", "are_kept"), [(kept.LARGEST - 100, True), (kept.LARGEST + 1, False)])
def test_what_is_too_long_is_not_kept(browser, alice, number, are_kept):
    sign_in(browser, alice)
    page = browser.get(reverse("deployment_list"))
    end_the_session()

    onwards = next_of(
        browser.post(reverse("deployment_plan"), {"csrfmiddlewaretoken": token(page), "reason": "a" * number})
    )

    assert ("kept=" in onwards) == are_kept


def test_the_newest_forms_of_a_person_are_kept(browser, alice):
    sign_in(browser, alice)
    typed = {"csrfmiddlewaretoken": token(browser.get(reverse("deployment_list")))}
    end_the_session()
    url = reverse("deployment_plan")

    pages = [next_of(browser.post(url, {**typed, "reason": f"Form {n} here."})) for n in range(kept.MOST + 1)]

    sign_in(browser, alice)
    shown = [f"Form {n} here." in browser.get(page, follow=True).content.decode() for n, page in enumerate(pages)]
    assert shown == [False] + [True] * kept.MOST


def test_files_are_not_kept_and_asked_for_again(browser, alice, example_service, own_files):
    nomination = create.nomination(
        position=create.position(mission=create.mission(area=create.area())),
        person=create.person(service=example_service),
    )
    url = reverse("document_add", args=[nomination.pk])
    sign_in(browser, alice)
    page = browser.get(url)
    end_the_session()
    file = SimpleUploadedFile("cv.pdf", b"%PDF-1.4 secret")

    onwards = next_of(browser.post(url, {"csrfmiddlewaretoken": token(page), "kind": "cv", "file": file}))

    again = browser.get(sign_in(browser, alice, onwards))
    assert again.context["form"]["kind"].value() == "cv"
    assert "Files are not kept: choose them again." in again.content.decode()
    assert "secret" not in again.content.decode()


def test_a_form_about_a_password_is_never_kept(browser, alice):
    sign_in(browser, alice)
    page = browser.get(reverse("account_change_password"))
    end_the_session()
    typed = {"csrfmiddlewaretoken": token(page), "oldpassword": PASSWORD, "password1": "x", "note": TYPED}

    assert "kept=" not in browser.post(reverse("account_change_password"), typed)["Location"]


def test_a_form_of_a_list_leads_back_to_the_list_and_its_filter(browser, alice):
    sign_in(browser, alice)
    page = f"{reverse('deployment_list')}?status=planned"
    shown = browser.get(page)
    end_the_session()
    typed = {"csrfmiddlewaretoken": token(shown), "act": "approve", "row": ["7", "8"], "reason": TYPED}

    answer = browser.post(
        reverse("correction_decide", args=[1]), typed, headers={"referer": f"http://testserver{page}"}
    )

    again = browser.get(sign_in(browser, alice, next_of(answer)))
    body = again.content.decode()
    assert again.request["QUERY_STRING"].startswith("status=planned&kept=")
    assert f'<li class="user-text">{TYPED}</li>' in body
    assert '["row", ["7", "8"]]' in body
    assert "is in the form again" in body  # for the script, hidden until it has put it there


@pytest.mark.parametrize(
    "said", ["https://evil.example/en-ca/people/", "//evil.example/", "javascript:alert(1)", "http://[", ""]
)
def test_nobody_is_led_to_another_place(browser, alice, said):
    sign_in(browser, alice)
    page = browser.get(reverse("deployment_list"))
    end_the_session()
    url = reverse("deployment_plan")

    answer = browser.post(url, {"csrfmiddlewaretoken": token(page), "reason": "a b"}, headers={"referer": said})

    assert next_of(answer).startswith(f"{url}?kept=")


# --- The token of an earlier sign-in ----------------------------------------------------------------------------------


def sent_with_the_token_before(browser, alice, then, language="en-ca"):
    sign_in(browser, alice)
    with translation.override(language):
        url = reverse("area_add")
    old = token(browser.get(url))
    browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": old})
    sign_in(browser, then)
    return browser.post(
        url, {"csrfmiddlewaretoken": old, "name_en": TYPED}, headers={"referer": f"http://testserver{url}"}
    )


@pytest.mark.parametrize(
    ("language", "title", "button"),
    [
        ("en-ca", "This page was open too long", "Open the form again with my entries"),
        ("fr-ca", "Cette page est restée ouverte trop longtemps", "Rouvrir le formulaire avec ma saisie"),
    ],
)
def test_an_old_token_is_refused_on_a_page_of_our_own_that_offers_the_entries(browser, alice, language, title, button):
    page = sent_with_the_token_before(browser, alice, alice, language)

    body = page.content.decode()
    assert page.status_code == 403
    assert f"<h1>{title}</h1>" in body
    [onwards] = re.findall(rf'href="([^"]+)">{button}<', body)
    again = browser.get(onwards)
    assert again.context["form"]["name_en"].value() == TYPED
    assert not Area.objects.filter(name_en=TYPED).exists()


def test_the_form_of_another_is_kept_for_that_person_alone(browser, alice):
    bela = create.user(role="coordinator", name="Bela")

    page = sent_with_the_token_before(browser, alice, bela)

    assert page.status_code == 403
    assert TYPED not in page.content.decode()
    assert "kept=" not in page.content.decode()
    assert "for that account alone" in page.content.decode()


# --- Parts of pages ---------------------------------------------------------------------------------------------------

PARTS = {
    "plan_outlook": "deployment_plan",
    "job_list": "job_list",
    "job_detail": "job_detail",
    "import_progress": "import_detail",
    "everything_progress": "everything_export",
    "long_export_progress": "long_export_list",
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_a_part_of_a_page_never_becomes_a_page_to_sign_in(client, part, language, pages, alice):
    with translation.override(language):
        whole, url = (address(name, pages, alice) for name in (PARTS[part], part))
        sign_in_page = reverse("account_login")
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{whole}?person=3"}

    answer = client.get(url, headers=headers)

    assert (answer.status_code, answer.content, "Location" in answer) == (204, b"", False)
    leads_to = urlsplit(answer["HX-Redirect"])
    assert (leads_to.path, parse_qs(leads_to.query)["next"]) == (sign_in_page, [f"{whole}?person=3"])


@pytest.mark.parametrize("said", ["https://evil.example/en-ca/people/", "//evil.example/", "nonsense", "http://["])
def test_a_part_of_a_page_elsewhere_leads_nowhere_else(client, said):
    url = reverse("plan_outlook")

    answer = client.get(url, headers={"HX-Request": "true", "HX-Current-URL": said})

    assert parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"] == [url]


def test_the_form_to_sign_in_is_sent_to_its_own_address(client):
    page = client.get(reverse("account_login"), {"next": "/en-ca/people/"}).content.decode()

    assert f'<form class="page-form" method="post" action="{reverse("account_login")}"' in page
    assert '<input type="hidden" name="next" value="/en-ca/people/">' in page


def test_a_form_of_the_administration_is_given_back_too(browser, emil):
    url = reverse("admin:personnel_rank_add")
    sign_in(browser, emil)
    page = browser.get(url)
    end_the_session()

    onwards = next_of(browser.post(url, {"csrfmiddlewaretoken": token(page), "name_en": TYPED}))

    again = browser.get(sign_in(browser, emil, onwards)).content.decode()
    assert TYPED in again
    assert '<script src="/static/js/kept.js" defer>' in again


# --- Before a form is sent: another language, and the end of the session ----------------------------------------------


def kept_for_the_other_language(browser, alice, **changed):
    sign_in(browser, alice)
    page = browser.get(reverse("area_add"))
    with translation.override("fr-ca"):
        onwards = reverse("area_add")
    typed = {"name_en": TYPED, "kept_for": reverse("area_add"), "kept_onwards": onwards, "name_fr": ""}
    return browser.post(reverse("entries_keep"), {"csrfmiddlewaretoken": token(page), **typed, **changed})


def test_another_language_keeps_what_was_typed_and_finds_no_fault_with_it_yet(browser, alice):
    answer = kept_for_the_other_language(browser, alice)

    page = browser.get(answer["Location"])
    body = page.content.decode()
    assert answer["Location"].startswith("/fr-ca/")
    assert not page.context["form"].errors
    assert f'["name_en", ["{json.dumps(TYPED)[1:-1]}"]]' in body
    assert "kept_onwards" not in body
    assert '<script src="/static/js/kept.js" defer>' in body


@pytest.mark.parametrize(
    "said", ["https://evil.example/", "//evil.example/", "/\\evil.example", "", "javascript:x", "\0"]
)
def test_what_is_kept_leads_to_no_other_place(browser, alice, said):
    answer = kept_for_the_other_language(browser, alice, kept_onwards=said)

    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


def test_a_session_that_is_prolonged_lasts_its_whole_time_again(browser, alice, settings):
    sign_in(browser, alice)
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(seconds=100))
    url = reverse("session_time")

    before = browser.get(url).json()["seconds"]
    page = browser.get(reverse("home"))
    again = browser.post(url, headers={"X-CSRFToken": token(page)}).json()["seconds"]

    assert 90 <= before <= 100
    assert 90 <= int(re.search(r'data-session-seconds="(\d+)"', page.content.decode())[1]) <= 100
    assert again == settings.SESSION_COOKIE_AGE
    assert Session.objects.get().expire_date > timezone.now() + dt.timedelta(hours=11)


def test_asking_how_long_a_session_lasts_does_not_prolong_it(browser, alice):
    sign_in(browser, alice)
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(seconds=100))

    browser.get(reverse("session_time"))

    assert Session.objects.get().expire_date < timezone.now() + dt.timedelta(seconds=101)
